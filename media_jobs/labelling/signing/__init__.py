"""Signatures of labels (TC260-PG-202511A `SecurityData`): made, published and checked; format in docs/signatures.md."""

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing.keys import KeySet, PublishedKey, Status, moment
from media_jobs.labelling.signing.messages import Role
from media_jobs.labelling.signing.signers import CallbackSigner, KeySigner, Signer, key_id_of
from media_jobs.labelling.signing.verify import Verdict, verify, verify_all
from media_jobs.labelling.signing.write import sign_label
from media_jobs.labelling.writer import Signing

__all__ = [
    "CallbackSigner",
    "KeySet",
    "KeySigner",
    "PublishedKey",
    "Role",
    "Signer",
    "Status",
    "Verdict",
    "key_id_of",
    "moment",
    "sign_label",
    "signing_with",
    "verify",
    "verify_all",
]


def signing_with(signer: Signer) -> Signing:
    """What writer.label_file takes as `signing`."""

    def signed(label: AigcLabel, content: Content) -> AigcLabel:
        return sign_label(label, content, signer)

    return signed
