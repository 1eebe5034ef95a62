"""Others' SecurityData: read as they spell it, checked where that is possible, never called forged where it is not."""

import json
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, Role, algorithms, verify
from media_jobs.labelling.signing.algorithms import ECDSA_SHA256, RSA_SHA256, SM3_WITH_SM2
from media_jobs.labelling.signing.messages import label_message

THEIRS = "001191330106MA2CFLDG4R10001"
LABEL = AigcLabel("1", THEIRS, "their-work-1", "", THEIRS, "their-work-1", "")
MESSAGE = label_message(LABEL, Role.PRODUCER)
CONTENT = Content("packets-v1", "ab" * 32)
P256 = KeySigner("33" * 32)
POINT = P256.public_key[-65:]

# The example of GB/T 32918.5-2017 A.2: message "message digest", user id 1234567812345678.
SM2_X = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
SM2_Y = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
SM2_SIGNATURE = encode_dss_signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)
SM2_SPKI = "3059301306072a8648ce3d020106082a811ccf5501822d034200"
HAS_SM2 = find_spec("gmalg") is not None  # the extra `sm2`


def label(**body: Any) -> AigcLabel:
    return replace(LABEL, reserved_code1=json.dumps({"SecurityData": {"Type": "TC260PG", "Version": 1, **body}}))


def entries(
    signature: bytes, key: str, *, algorithm: str = ECDSA_SHA256, spelling: str = "Md", **ids: Any
) -> list[dict[str, Any]]:
    signed = {"Type": "DS", "AlgID": algorithm, "TBSData": {"Type": spelling}, "Signature": signature.hex(), **ids}
    return [signed, {"Type": "PubKey", "AlgID": algorithm, "KeyValue": key}]


@pytest.mark.parametrize("key", [P256.public_key.hex(), POINT.hex(), P256.public_key.hex().upper()])
@pytest.mark.parametrize("spelling", ["Md", "LabelMataData"])
@pytest.mark.parametrize("ids", [{}, {"KeyID": 0}, {"KeyID": "a"}])
def test_the_guides_message_in_other_spellings_is_intact_by_nobody_known(
    key: str, spelling: str, ids: dict[str, Any]
) -> None:
    found = label(PubSD=entries(P256.sign(MESSAGE), key, spelling=spelling, **ids))

    verdict = verify(found, CONTENT, KeySet())

    assert (verdict.label, verdict.content, verdict.signer) == ("intact", "unbound", "unknown")
    assert verdict.well_formed == (spelling == "Md")
    assert not verdict.genuine


def test_a_pinned_foreign_key_makes_its_owner_known() -> None:
    key = replace(PublishedKey.of(P256.public_key, provider=THEIRS), binds=False)

    verdict = verify(label(PubSD=entries(P256.sign(MESSAGE), POINT.hex(), KeyID=key.key_id)), CONTENT, KeySet([key]))

    assert (verdict.label, verdict.signer, verdict.content) == ("intact", "known", "unbound")


@pytest.mark.parametrize(("spelling", "said"), [("Md", "failed"), ("LabelMataData", "unverifiable")])
def test_other_bytes_than_the_guides_are_a_change_only_where_the_guides_words_are_used(
    spelling: str, said: str
) -> None:
    found = label(PubSD=entries(P256.sign(b"something else"), POINT.hex(), spelling=spelling))

    assert verify(found, CONTENT, KeySet()).label == said


def test_rsa_under_another_name_of_the_list() -> None:
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())

    verdict = verify(label(PubSd=entries(signature, public.hex(), algorithm=RSA_SHA256)), CONTENT, KeySet())

    assert (verdict.label, verdict.algorithm, verdict.variants) == ("intact", RSA_SHA256, ("PubSD:PubSd",))


def test_a_foreign_binding_is_told_and_not_judged() -> None:
    found = label(PubSD=entries(P256.sign(MESSAGE), POINT.hex()), Binding=[{"Hash": "00", "CntSel": "all"}])

    verdict = verify(found, CONTENT, KeySet())

    assert (verdict.label, verdict.content, verdict.variants) == ("intact", "unverifiable", ("Binding:foreign",))


@pytest.mark.parametrize("algorithm", ["1.2.3.4", "", "2.16.840.1.101.3.4.3.17"])
def test_an_algorithm_that_nobody_here_knows(algorithm: str) -> None:
    assert not algorithms.can_check(algorithm)
    assert verify(label(PubSD=entries(b"\1", POINT.hex(), algorithm=algorithm)), None, KeySet()).label == "unverifiable"


def test_a_key_of_another_curve_is_no_answer() -> None:
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert algorithms.verified(ECDSA_SHA256, spki, MESSAGE, P256.sign(MESSAGE)) is None
    assert algorithms.verified(ECDSA_SHA256, b"\4" + b"\1" * 64, MESSAGE, P256.sign(MESSAGE)) is None


@pytest.mark.parametrize(
    "key",
    [
        SM2_SPKI + "04" + SM2_X + SM2_Y,
        "04" + SM2_X + SM2_Y,
        SM2_X + SM2_Y,
        "03" + SM2_X,
        SM2_X,
        "00" + SM2_X,
    ],
    ids=["SPKI", "point", "two numbers", "compressed", "x", "x padded"],
)
def test_the_published_sm2_vector_in_every_spelling_of_its_key(key: str) -> None:
    """With the extra it verifies, and nothing else does; without it nothing is claimed."""

    def said(message: bytes, signature: bytes = SM2_SIGNATURE) -> bool | None:
        return algorithms.verified(SM3_WITH_SM2, bytes.fromhex(key), message, signature)

    assert algorithms.can_check(SM3_WITH_SM2) == HAS_SM2
    assert said(b"message digest") is (True if HAS_SM2 else None)
    assert said(b"message digesT") is (False if HAS_SM2 else None)
    assert said(b"message digest", b"\x30\x00") is (False if HAS_SM2 else None)
    assert said(b"message digest", encode_dss_signature(1 << 256, 1)) is (False if HAS_SM2 else None)


@pytest.mark.parametrize("key", ["", "00", "04" + "00" * 64, "02" + "00" * 31 + "05", "04" + "ff" * 64, "11" * 40])
def test_what_is_no_sm2_key_convinces_nobody(key: str) -> None:
    assert not algorithms.verified(SM3_WITH_SM2, bytes.fromhex(key), b"message digest", SM2_SIGNATURE)
