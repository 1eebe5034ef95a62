"""The keys of the vault: the first one seals, all of them open."""

import re
from dataclasses import dataclass
from functools import cached_property

from accounts.vault.errors import KeyringError, UnknownKeyError

KEY_BYTES = 32
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")


@dataclass(frozen=True)
class Keyring:
    """An ordered set of named 256-bit keys.

    Args:
        keys: pairs of key id and 32-byte key; the first one seals.
    """

    keys: tuple[tuple[str, bytes], ...]

    def __repr__(self) -> str:
        return f"Keyring({', '.join(key_id for key_id, _ in self.keys)})"  # never the keys themselves

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Return the keyring written as "id:hex64,id:hex64".

        Raises:
            KeyringError: empty, a key id used twice or malformed, or a key that is not 64 hex digits.
        """
        keys: dict[str, bytes] = {}
        for part in (part.strip() for part in text.split(",")):
            if not part:
                continue
            key_id, colon, digits = part.partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id) or key_id in keys:
                raise KeyringError("vault.keyring", "A key must be written id:hex64, each id once.")
            keys[key_id] = parse_key(digits)
        if not keys:
            raise KeyringError("vault.keyring", "The keyring holds no key.")
        return cls(tuple(keys.items()))

    @property
    def primary(self) -> tuple[str, bytes]:
        """The key id and key that seal."""
        return self.keys[0]

    @cached_property
    def _by_id(self) -> dict[str, bytes]:
        return dict(self.keys)

    def key(self, key_id: str) -> bytes:
        """Return the key of that id.

        Raises:
            UnknownKeyError: this keyring does not hold it.
        """
        try:
            return self._by_id[key_id]
        except KeyError:
            raise UnknownKeyError(
                "vault.unknown_key", "The value was sealed with a key that is not configured."
            ) from None


def parse_key(digits: str) -> bytes:
    """Return the 32-byte key written as 64 hex digits.

    Raises:
        KeyringError: anything else.
    """
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyringError("vault.keyring", "A vault key is 64 hex digits (32 bytes).")
    return key
