"""The committed vectors: our code makes them again bit by bit, and OpenSSL, which knows nothing of us, accepts them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, messages, sign_label, verify_all
from media_jobs.labelling.signing.messages import Binding, Role
from tests.outside import require

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
ROLES = list(Role)


def parts(vector: dict[str, Any]) -> tuple[AigcLabel, Content]:
    return AigcLabel.from_values(vector["label"]), Content(**vector["content"])


@pytest.mark.parametrize("vector", VECTORS["vectors"])
def test_messages_and_reserved_codes_are_made_again(vector: dict[str, Any]) -> None:
    label, content = parts(vector)
    signer = KeySigner(VECTORS["key"]["private"])

    signed = sign_label(label, content, signer)

    for role in ROLES:
        wanted = vector["roles"][role]
        assert messages.label_message(label, role).decode() == wanted["label_message"]
        assert messages.bound_message(label, role, Binding.of(content)).decode() == wanted["bound_message"]
        assert signed.values()[messages.PLACE[role]] == wanted["reserved_code"]
    assert (signer.public_key.hex(), signer.key_id) == (VECTORS["key"]["spki"], VECTORS["key"]["kid"])


@pytest.mark.parametrize("vector", VECTORS["vectors"])
def test_openssl_accepts_every_signature_and_no_other_message(vector: dict[str, Any], tmp_path: Path) -> None:
    openssl = require("openssl")
    key, message, signature = tmp_path / "key.der", tmp_path / "message", tmp_path / "signature"
    key.write_bytes(bytes.fromhex(VECTORS["key"]["spki"]))
    command = [openssl, "dgst", "-sha256", "-verify", key, "-keyform", "DER", "-signature", signature, message]
    for role in ROLES:
        for kind in ("label", "bound"):
            signature.write_bytes(bytes.fromhex(vector["roles"][role][f"{kind}_signature"]))
            text = vector["roles"][role][f"{kind}_message"]
            for written, wanted in ((text, 0), (text.replace("A", "B", 1), 1)):
                message.write_text(written)
                done = subprocess.run(command, capture_output=True, check=False)
                assert done.returncode == wanted, done


@pytest.mark.parametrize("vector", VECTORS["vectors"])
def test_the_vectors_verify_from_their_texts_alone(vector: dict[str, Any]) -> None:
    label, content = parts(vector)
    values = label.values() | {messages.PLACE[role]: vector["roles"][role]["reserved_code"] for role in ROLES}
    keys = [
        PublishedKey.of(bytes.fromhex(VECTORS["key"]["spki"]), provider=provider)
        for provider in (label.content_producer, label.content_propagator)
    ]

    for role, key in zip(ROLES, keys, strict=True):
        verdict = verify_all(AigcLabel.from_values(values), content, KeySet([key]))[role]
        assert verdict.genuine
        assert verdict.well_formed
