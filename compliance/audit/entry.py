"""Pure: the canonical entry of one event, and the salted commitments that stand in it instead of people.

An entry is RFC 8785 JSON `{v, id, t, type, outcome, p, c}`: `p` holds the declared public fields, `c` maps every field
that points at someone or something to SHA-256(context || field || salt || value). Every salt is new for every entry, so
who holds only entries and proofs cannot link two of them to one person (PIPL Art. 51).
"""

import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785

VERSION = 1
# uint16 lengths in an entry bundle allow 65,535; the house keeps entries far smaller (audit-log.md).
MAX_BYTES = 4095
SALT_BYTES = 32
# The separators make context, field and salt unambiguous: names never contain NUL, a salt is always 32 bytes.
CONTEXT = b"hallmark/audit/commitment/v1\x00"
POINTING = ("actor", "subject", "job", "work")
_ID = re.compile(r"[0-9a-f]{32}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
_HEX32 = re.compile(r"[0-9a-f]{64}\Z")
_KEYS = frozenset({"v", "id", "t", "type", "outcome", "p", "c"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EntryError(ValueError):
    """An entry that this log would never have written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed entry.

    Args:
        id: event id, 32 lower-case hex digits, ordered by time of recording.
        t: when it was recorded, UTC, microseconds.
        type: api name of the event type.
        outcome: "ok" or the reason code.
        public: declared public fields.
        commitments: field name to 64 hex digits.
    """

    id: str
    t: datetime
    type: str
    outcome: str
    public: dict[str, str | int | bool]
    commitments: dict[str, str]


class _Clock:
    """Gives event ids that only grow within one process, whatever the wall clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def tick(self) -> int:
        with self._lock:
            # 60 bits: milliseconds (48) and 1/4096 of a millisecond (12), RFC 9562 section 6.2 method 3.
            now = time.time_ns() * 4096 // 1_000_000
            self._last = max(now, self._last + 1)
            return self._last


_clock = _Clock()


def new_event_id() -> str:
    """Return a UUID version 7 (RFC 9562) as 32 hex digits: later events of one process sort later."""
    tick = _clock.tick()
    high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
    low = 0x8000000000000000 | secrets.randbits(62)
    return f"{high:016x}{low:016x}"


def format_time(moment: datetime) -> str:
    """Return an aware datetime as `2026-11-22T06:40:05.123456Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_time(text: str) -> datetime:
    """Return the aware datetime of `format_time`'s form.

    Raises:
        EntryError: any other form.
    """
    if not _TIME.match(text):
        raise EntryError(f"time {text!r} is not UTC with microseconds")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise EntryError(f"time {text!r} does not exist") from error


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970, without a float on the way."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def pointing_salt(key: bytes, event_id: str, field: str) -> bytes:
    """Return the salt of a field that only points: HMAC-SHA256(key, event id || NUL || field), nothing to store."""
    return hmac.digest(key, event_id.encode() + b"\x00" + field.encode(), "sha256")


def random_salt() -> bytes:
    """Return the salt of a personal field; losing it makes the commitment unreadable for ever."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(field: str, salt: bytes, value: str) -> str:
    """Return SHA-256(context || field || NUL || salt || value) as hex.

    Raises:
        EntryError: the salt is not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise EntryError("a salt has 32 bytes")
    return hashlib.sha256(CONTEXT + field.encode() + b"\x00" + salt + value.encode()).hexdigest()


def seal(key: bytes, *parts: str) -> bytes:
    """Return HMAC-SHA256 over parts: shows a row that was edited by who has the database but not the key."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in ("seal", *parts))
    return hmac.digest(key, message, "sha256")


def canonical(
    *,
    event_id: str,
    t: datetime,
    type: str,  # noqa: A002 - the entry's own word
    outcome: str,
    public: Mapping[str, str | int | bool],
    commitments: Mapping[str, str],
) -> str:
    """Return the entry as RFC 8785 JSON.

    Raises:
        EntryError: a value that the entry cannot hold, or an entry of 4 KiB and more.
    """
    for name, value in public.items():
        if not isinstance(value, str | int):
            raise EntryError(f"{name} is a {value.__class__.__name__}; an entry holds text, whole numbers, true, false")
    try:
        data: bytes = rfc8785.dumps(
            {
                "v": VERSION,
                "id": event_id,
                "t": format_time(t),
                "type": type,
                "outcome": outcome,
                "p": dict(public),
                "c": dict(commitments),
            }
        )
    except rfc8785.CanonicalizationError as error:
        raise EntryError(f"the entry has no canonical form: {error}") from error
    if len(data) > MAX_BYTES:
        raise EntryError(f"the entry has {len(data)} bytes; {MAX_BYTES} is the most")
    return data.decode()


def parse(text: str) -> Entry:
    """Return the entry, refusing everything that `canonical` would not have written.

    Raises:
        EntryError: with the reason.
    """
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise EntryError("the entry is too long")
    try:
        data: Any = json.loads(text)
        same = rfc8785.dumps(data) == text.encode()
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise EntryError(f"the entry is not JSON: {error}") from error
    if not same:
        raise EntryError("the entry is not in canonical form (RFC 8785)")
    if not isinstance(data, dict) or set(data) != _KEYS or data["v"] is True or data["v"] != VERSION:
        raise EntryError("the entry has other members than v, id, t, type, outcome, p, c")
    if not all(isinstance(data[key], str) for key in ("id", "t", "type", "outcome")) or not _ID.match(data["id"]):
        raise EntryError("id, t, type and outcome are text; id has 32 hex digits")
    if not isinstance(data["p"], dict) or not all(isinstance(value, str | int) for value in data["p"].values()):
        raise EntryError("p holds text, whole numbers, true, false")
    if not isinstance(data["c"], dict) or not all(
        isinstance(value, str) and _HEX32.match(value) for value in data["c"].values()
    ):
        raise EntryError("c holds SHA-256 values in hex")
    return Entry(data["id"], parse_time(data["t"]), data["type"], data["outcome"], data["p"], data["c"])
