"""Signature algorithms by OID: which of them can be checked here, and how."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

ECDSA_SHA256 = "1.2.840.10045.4.3.2"  # with P-256: what we write
SM3_WITH_SM2 = "1.2.156.10197.1.501"
RSA_SHA256 = "1.2.840.113549.1.1.11"

_SM2_USER = b"1234567812345678"  # the default user id of GM/T 0009
# SubjectPublicKeyInfo of an SM2 key up to its uncompressed point (RFC 5480 with curve 1.2.156.10197.1.301).
_SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def can_check(algorithm: str) -> bool:
    """Whether `verified` can say anything but None about it; SM2 needs the extra `sm2`."""
    return algorithm in {ECDSA_SHA256, RSA_SHA256} or (algorithm == SM3_WITH_SM2 and find_spec("gmalg") is not None)


def verified(algorithm: str, key: bytes, message: bytes, signature: bytes) -> bool | None:
    """Whether `signature` is by `key` over `message`; None where that cannot be said.

    Args:
        algorithm: OID.
        key: SubjectPublicKeyInfo in DER, or a bare curve point as some producers write it.
        signature: DER for ECDSA and SM2, as it is for RSA.
    """
    if algorithm == ECDSA_SHA256:
        return _p256(key, message, signature)
    if algorithm == RSA_SHA256:
        return _rsa(key, message, signature)
    if algorithm == SM3_WITH_SM2 and find_spec("gmalg") is not None:
        return _sm2(key, message, signature)
    return None


def _p256(key: bytes, message: bytes, signature: bytes) -> bool | None:
    try:
        if len(key) in {33, 65}:
            public: object = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        else:
            public = load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        return None
    try:
        public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _rsa(key: bytes, message: bytes, signature: bytes) -> bool | None:
    try:
        public = load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(public, rsa.RSAPublicKey) or not 2048 <= public.key_size <= 8192:
        return None
    try:
        public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _sm2(key: bytes, message: bytes, signature: bytes) -> bool | None:
    """By gmalg, pure Python: 16 ms, only public numbers in it, so its timing gives nothing away (docs/adr/0010)."""
    gmalg: Any = import_module("gmalg")
    points = _sm2_points(key)
    if not points:
        return None
    try:
        r, s = decode_dss_signature(signature)
        parts = r.to_bytes(32, "big"), s.to_bytes(32, "big")
    except (ValueError, OverflowError):
        return False
    said = [_sm2_by_point(gmalg, point, message, parts) for point in points]
    return None if all(one is None for one in said) else True in said


def _sm2_by_point(gmalg: Any, point: bytes, message: bytes, parts: tuple[bytes, bytes]) -> bool | None:
    try:
        return bool(gmalg.SM2(uid=_SM2_USER, pk=point).verify(message, *parts))
    except (ValueError, TypeError, AttributeError, ArithmeticError, gmalg.errors.GMError):  # no point of the curve
        return None


def _sm2_points(key: bytes) -> list[bytes]:
    """The points that a key in a file can mean; a bare x coordinate means two."""
    if key.startswith(_SM2_SPKI):
        key = key[len(_SM2_SPKI) :]
    if len(key) == 65 and key[0] == 4:
        return [key]
    if len(key) == 64:
        return [b"\4" + key]
    if len(key) == 33 and key[0] in {2, 3}:
        return [key]
    bare = key[1:] if len(key) == 33 and key[0] == 0 else key
    return [b"\2" + bare, b"\3" + bare] if len(bare) == 32 else []
