"""Put signatures into a label: producer's into ReservedCode1, propagator's into ReservedCode2."""

from dataclasses import replace

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing import messages, security_data
from media_jobs.labelling.signing.algorithms import ECDSA_SHA256, verified
from media_jobs.labelling.signing.messages import Binding, Role
from media_jobs.labelling.signing.signers import Signer

_FIELD = {Role.PRODUCER: "reserved_code1", Role.PROPAGATOR: "reserved_code2"}


def sign_label(
    label: AigcLabel, content: Content, signer: Signer, *, roles: tuple[Role, ...] = (Role.PRODUCER, Role.PROPAGATOR)
) -> AigcLabel:
    """The label with a signature over its fields, and one over these and the content, for each role.

    Fits writer.Signing once the signer is given (see `signing_with`). On first writing the provider is both producer
    and propagator (Annex E, note 1), so both are signed; who only spreads content signs as propagator and leaves
    ReservedCode1 as it is.

    Raises:
        MediaError: signing.failed, label.bad_value.
    """
    label.check()
    for role in roles:
        label = replace(label, **{_FIELD[role]: _signed(label, content, signer, role)})
    label.check()
    return label


def _signed(label: AigcLabel, content: Content, signer: Signer, role: Role) -> str:
    binding = Binding.of(content)
    text = messages.label_message(label, role)
    both = messages.bound_message(label, role, binding)
    signatures = [signer.sign(text), signer.sign(both)]
    for message, signature in zip((text, both), signatures, strict=True):
        if not verified(ECDSA_SHA256, signer.public_key, message, signature):
            raise media_error("signing.failed", reason="signature")
    return security_data.compose(
        signer.key_id, signer.public_key, label=signatures[0], bound=signatures[1], binding=binding
    )
