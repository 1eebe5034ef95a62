"""Who signs: a key in a PEM or as a number, or a callback to where the key lives (KMS, HSM)."""

import hashlib
import re
from collections.abc import Callable
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.signing.algorithms import ECDSA_SHA256, verified

_NUMBER = re.compile(r"[0-9a-fA-F]{64}")
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256's base point


class Signer(Protocol):
    """A P-256 key that signs, wherever it is kept.

    Attributes:
        key_id: key_id_of(public_key).
        public_key: SubjectPublicKeyInfo, DER.
    """

    @property
    def key_id(self) -> str: ...
    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`, DER.

        Raises:
            MediaError: signing.failed.
        """
        ...


def key_id_of(public_key: bytes) -> str:
    """The KeyID we write: the first 16 hex digits of the SHA-256 of the SubjectPublicKeyInfo."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class KeySigner:
    """A private key in this process.

    Args:
        secret: a PEM (PKCS#8 or SEC 1, without passphrase), or 64 hex digits: the private number.

    Raises:
        MediaError: signing.bad_key.
    """

    def __init__(self, secret: str) -> None:
        self._key = _private_key(secret.strip())
        self.public_key = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.key_id = key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """See Signer.sign."""
        # RFC 6979: the same message gets the same signature, and no signature depends on good random numbers.
        return self._key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class CallbackSigner:
    """A private key elsewhere. Whatever the callback answers is checked before it is used.

    Args:
        public_key: SubjectPublicKeyInfo of the key, DER.
        callback: message -> DER signature; it hashes the message itself (SHA-256).

    Raises:
        MediaError: signing.bad_key.
    """

    def __init__(self, public_key: bytes, callback: Callable[[bytes], bytes]) -> None:
        try:
            key = load_der_public_key(public_key)
        except ValueError:
            raise media_error("signing.bad_key") from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise media_error("signing.bad_key")
        self.public_key = public_key
        self.key_id = key_id_of(public_key)
        self._callback = callback

    def sign(self, message: bytes) -> bytes:
        """See Signer.sign."""
        try:
            signature = self._callback(message)
        except Exception as error:  # whatever a vendor's client raises
            raise media_error("signing.failed", reason=type(error).__name__) from error
        if not verified(ECDSA_SHA256, self.public_key, message, bytes(signature)):
            raise media_error("signing.failed", reason="signature")
        return bytes(signature)


def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    if _NUMBER.fullmatch(secret):
        number = int(secret, 16)
        if not 0 < number < _ORDER:
            raise media_error("signing.bad_key")
        return ec.derive_private_key(number, ec.SECP256R1())
    try:
        key = load_pem_private_key(secret.encode(), password=None)
    except (ValueError, TypeError):
        raise media_error("signing.bad_key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise media_error("signing.bad_key")
    return key
