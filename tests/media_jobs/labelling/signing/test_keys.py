"""Signers and the published key file."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Content
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import CallbackSigner, KeySet, KeySigner, PublishedKey, Status, sign_label, verify

CONTENT = Content("png-coded-v1", "ab" * 32)
LABEL = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="work-1")


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_number_and_pem_are_the_same_key(form: PrivateFormat) -> None:
    number = "0a" * 32
    key = ec.derive_private_key(int(number, 16), ec.SECP256R1())

    assert KeySigner(pem(key, form)).public_key == KeySigner(f" {number}\n").public_key


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "00" * 32,
        "ff" * 32,
        "0a" * 31,
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ],
)
def test_what_is_no_p256_key_is_refused(secret: str) -> None:
    with pytest.raises(MediaError, match=r"signing\.bad_key"):
        KeySigner(secret)


def test_a_key_elsewhere_signs_through_a_callback() -> None:
    inside = KeySigner("0b" * 32)
    signed = sign_label(LABEL, CONTENT, CallbackSigner(inside.public_key, inside.sign))

    keys = KeySet([PublishedKey.of(inside.public_key, provider=DEVELOPMENT_CODE)])
    assert verify(signed, CONTENT, keys).genuine


@pytest.mark.parametrize("answer", [b"", b"\x30\x06\x02\x01\x01\x02\x01\x01", KeySigner("0c" * 32).sign(b"x")])
def test_a_service_that_answers_nonsense_signs_nothing(answer: bytes) -> None:
    signer = CallbackSigner(KeySigner("0b" * 32).public_key, lambda message: answer)

    with pytest.raises(MediaError, match=r"signing\.failed"):
        sign_label(LABEL, CONTENT, signer)


def test_a_service_that_is_down_is_named() -> None:
    def down(message: bytes) -> bytes:
        raise ConnectionError(message)

    with pytest.raises(MediaError, match="ConnectionError"):
        sign_label(LABEL, CONTENT, CallbackSigner(KeySigner("0b" * 32).public_key, down))


@pytest.mark.parametrize("key", [b"", b"\x30\x00", ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(
    Encoding.DER, PublicFormat.SubjectPublicKeyInfo)])  # fmt: skip
def test_a_callback_needs_a_p256_key(key: bytes) -> None:
    with pytest.raises(MediaError, match=r"signing\.bad_key"):
        CallbackSigner(key, bytes)


def test_the_published_file_comes_back_as_it_was() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    keys = [
        PublishedKey.of(KeySigner("0b" * 32).public_key, provider=DEVELOPMENT_CODE, not_before=moment),
        PublishedKey.of(KeySigner("0c" * 32).public_key, provider=DEVELOPMENT_CODE, not_after=moment,
                        status=Status.RETIRED),
    ]  # fmt: skip

    text = KeySet(keys).to_json(provider={"code": DEVELOPMENT_CODE, "name": "示例"})

    assert KeySet.from_json(text).keys == tuple(keys)
    assert KeySet.from_json(json.dumps(json.loads(text)["keys"])).keys == tuple(keys)  # the bare list of the settings
    assert "private" not in text


GOOD = json.loads(KeySet([PublishedKey.of(KeySigner("0b" * 32).public_key, provider="x")]).to_json(provider={}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        '{"keys":{}}',
        '{"keys":[1]}',
        "[" * 100_000,
        json.dumps([{**GOOD["keys"][0], "spki": "zz"}]),
        json.dumps([{**GOOD["keys"][0], "kid": 1}]),
        json.dumps([{**GOOD["keys"][0], "status": "lost"}]),
        json.dumps([{**GOOD["keys"][0], "not_after": "soon"}]),
        json.dumps([{**GOOD["keys"][0], "not_after": 5}]),
        json.dumps([{**GOOD["keys"][0], "binds": "yes"}]),
        json.dumps(GOOD["keys"] * 2),
        " " * 300_000,
    ],
)
def test_a_key_file_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MediaError, match=r"signing\.bad_key_file"):
        KeySet.from_json(text)
