"""Published keys: the file at /.well-known/aigc-keys.json, written and read (format: docs/signatures.md)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.signing.algorithms import ECDSA_SHA256
from media_jobs.labelling.signing.signers import key_id_of

FORMAT = "hallmark-aigc-keys"
MAX_BYTES = 256 * 1024
_MAX_KEYS = 1000


class Status(StrEnum):
    """What its owner says of a key."""

    ACTIVE = "active"  # signs now
    RETIRED = "retired"  # signs no more; what it signed in its time stands
    REVOKED = "revoked"  # known to others: a signature counts only where something else proves that it is older


@dataclass(frozen=True)
class PublishedKey:
    """One key of a provider.

    Attributes:
        key_id: as in `KeyID`.
        algorithm: OID.
        public_key: SubjectPublicKeyInfo, DER.
        provider: the code it signs for; a label of another producer is not its own.
        not_before, not_after: when it signs; None where the owner does not say.
        status: what the owner says of it.
        binds: every label by it is bound to its content, so that one without a binding has lost it.
    """

    key_id: str
    algorithm: str
    public_key: bytes
    provider: str
    not_before: datetime | None = None
    not_after: datetime | None = None
    status: Status = Status.ACTIVE
    binds: bool = True

    @classmethod
    def of(
        cls,
        public_key: bytes,
        *,
        provider: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        status: Status = Status.ACTIVE,
    ) -> "PublishedKey":
        """One of our own keys."""
        return cls(key_id_of(public_key), ECDSA_SHA256, public_key, provider, not_before, not_after, status)

    def covers(self, when: datetime) -> bool:
        """Whether `when` lies in the key's time."""
        begun = self.not_before is None or when >= self.not_before
        return begun and (self.not_after is None or when < self.not_after)

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "kid": self.key_id,
            "alg": self.algorithm,
            "spki": self.public_key.hex(),
            "provider": self.provider,
            "not_before": _time(self.not_before),
            "not_after": _time(self.not_after),
            "status": str(self.status),
            "binds": self.binds,
        }


class KeySet:
    """The keys that somebody trusts, by KeyID and by the key itself."""

    def __init__(self, keys: Iterable[PublishedKey] = ()) -> None:
        self.keys = tuple(keys)
        self._by_id = {key.key_id: key for key in self.keys}
        self._by_public = {key.public_key: key for key in self.keys}

    def find(self, key_id: str, public_key: bytes | None) -> PublishedKey | None:
        """The key that a signature names, else the one it brings along where that is known."""
        return self._by_id.get(key_id) or (self._by_public.get(public_key) if public_key else None)

    def to_json(self, *, provider: dict[str, str]) -> str:
        """The published file.

        Args:
            provider: {code, name, name_en} of who publishes it.
        """
        body = {"format": FORMAT, "version": 1, "provider": provider, "keys": [key.as_json() for key in self.keys]}
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "KeySet":
        """The keys of a published file, or of a bare list of its entries.

        Raises:
            MediaError: signing.bad_key_file.
        """
        if len(text) > MAX_BYTES:
            raise media_error("signing.bad_key_file", reason="size")
        try:
            found = json.loads(text)
            entries = found["keys"] if isinstance(found, dict) else found
            if not isinstance(entries, list) or len(entries) > _MAX_KEYS:
                raise media_error("signing.bad_key_file", reason="keys")
            keys = [_entry(one) for one in entries]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise media_error("signing.bad_key_file", reason=type(error).__name__) from None
        if len({key.key_id for key in keys}) != len(keys):
            raise media_error("signing.bad_key_file", reason="kid")
        return cls(keys)


def _entry(one: Any) -> PublishedKey:
    if not isinstance(one, dict):
        raise TypeError
    binds = one.get("binds", False)
    texts = [one[name] for name in ("kid", "alg", "spki", "provider")]
    if not isinstance(binds, bool) or not all(isinstance(text, str) and 0 < len(text) <= 4096 for text in texts):
        raise ValueError
    key_id, algorithm, spki, provider = texts
    return PublishedKey(
        key_id,
        algorithm,
        bytes.fromhex(spki),
        provider,
        None if one.get("not_before") is None else moment(one["not_before"]),
        None if one.get("not_after") is None else moment(one["not_after"]),
        Status(one.get("status", "active")),
        binds,
    )


def moment(text: str) -> datetime:
    """A time as ISO 8601 says it, in UTC where it names no zone.

    Raises:
        ValueError: it says none.
    """
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
