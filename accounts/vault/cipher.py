"""AES-256-GCM with key id and associated data (NIST SP 800-38D).

A sealed value is text: `v1.<key id>.<base64url(nonce || ciphertext || tag)>`. The associated data binds it to the
version, the key id and the place it belongs to ("people.user.phone"), so a value copied into another column, or a
key id swapped for another, does not open.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.vault.errors import TamperedError
from accounts.vault.keyring import Keyring

VERSION = "v1"
NONCE_BYTES = 12


def seal(keyring: Keyring, plaintext: bytes, *, aad: str) -> str:
    """Return plaintext sealed under the keyring's first key; two calls never give the same text.

    Args:
        keyring: the keys.
        plaintext: any bytes.
        aad: the place the value belongs to; opening needs the same one.
    """
    key_id, key = keyring.primary
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, plaintext, _associated(VERSION, key_id, aad))
    return f"{VERSION}.{key_id}.{encode(sealed)}"


def unseal(keyring: Keyring, text: str, *, aad: str) -> bytes:
    """Return the plaintext of a sealed value.

    Raises:
        TamperedError: one bit of the value, its key id or aad differs, or it was never sealed.
        UnknownKeyError: its key is not in the keyring.
    """
    key_id, sealed = split(text, VERSION)
    key = keyring.key(key_id)
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _associated(VERSION, key_id, aad))
    except (InvalidTag, ValueError):
        raise TamperedError("vault.tampered", "The sealed value does not open here.") from None


def key_id_of(text: str) -> str:
    """Return the id of the key that sealed a value of either kind (rotation asks).

    Raises:
        TamperedError: the text is not a sealed value.
    """
    parts = text.split(".")
    if len(parts) != 3:
        raise TamperedError("vault.malformed", "This is not a sealed value.")
    return parts[1]


def split(text: str, version: str) -> tuple[str, bytes]:
    """Return key id and bytes of a sealed text of that version.

    Raises:
        TamperedError: the text is something else.
    """
    parts = text.split(".")
    if len(parts) != 3 or parts[0] != version:
        raise TamperedError("vault.malformed", "This is not a sealed value.")
    try:
        return parts[1], base64.b64decode(parts[2] + "=" * (-len(parts[2]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TamperedError("vault.malformed", "This is not a sealed value.") from None


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _associated(version: str, key_id: str, aad: str) -> bytes:
    return b"\x00".join(part.encode("utf-8") for part in ("hallmark.vault", version, key_id, aad))
