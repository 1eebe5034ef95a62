"""AES-256-SIV (RFC 5297): deterministic sealing, for the one column that a library must look up by equality.

Equal plaintexts give equal texts under one key and one place, so the database can compare and keep them unique; that
they are equal is all it learns. Used for allauth's EmailAddress.email only (docs/adr/0004-vault.md); everything else
is sealed by cipher.py with a blind index beside it.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.vault.cipher import encode, split
from accounts.vault.errors import TamperedError
from accounts.vault.keyring import Keyring

VERSION = "s1"


def seal_findable(keyring: Keyring, plaintext: bytes, *, aad: str) -> str:
    """Return plaintext sealed under the keyring's first key; equal input gives equal text."""
    key_id, key = keyring.primary
    return _seal(key_id, key, plaintext, aad)


def candidates(keyring: Keyring, plaintext: bytes, *, aad: str) -> list[str]:
    """Return what the plaintext looks like under every key: what to search for while a rotation is under way."""
    return [_seal(key_id, key, plaintext, aad) for key_id, key in keyring.keys]


def unseal_findable(keyring: Keyring, text: str, *, aad: str) -> bytes:
    """Return the plaintext.

    Raises:
        TamperedError: one bit of the value, its key id or aad differs, or it was never sealed.
        UnknownKeyError: its key is not in the keyring.
    """
    key_id, sealed = split(text, VERSION)
    try:
        return _siv(keyring.key(key_id)).decrypt(sealed, _associated(key_id, aad))
    except (InvalidTag, ValueError):
        raise TamperedError("vault.tampered", "The sealed value does not open here.") from None


def _seal(key_id: str, key: bytes, plaintext: bytes, aad: str) -> str:
    return f"{VERSION}.{key_id}.{encode(_siv(key).encrypt(plaintext, _associated(key_id, aad)))}"


def _siv(key: bytes) -> AESSIV:
    # A key serves one algorithm: SIV gets 512 bits of its own (RFC 5869).
    derived = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=b"hallmark.vault.siv.s1").derive(key)
    return AESSIV(derived)


def _associated(key_id: str, aad: str) -> list[bytes]:
    return [b"hallmark.vault", VERSION.encode(), key_id.encode(), aad.encode("utf-8")]
