"""Check the events: density, every leaf hash, and every column beside the entry."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import connection
from django.utils.dateparse import parse_datetime

from compliance.audit import entry as entries
from compliance.audit import merkle
from compliance.audit.events import DISCLOSURE_ERASED
from compliance.audit.fsck import rows
from compliance.audit.fsck.findings import Finding
from compliance.audit.sequencer import event_seal

TABLE = "audit_event"
_TEXTS = (
    "event_id", "recorded_at", "sequenced_at", "type", "actor_kind", "actor", "subject", "job", "work", "outcome",
    "sha256", "public", "entry",
)  # fmt: skip


Say = Callable[[str, str], None]


@dataclass(slots=True)
class Seen:
    """What the events say, for the checks that follow.

    Args:
        days: UTC day to first and last seq.
        personal: event id to its personal commitments.
        erased: event ids whose disclosure an event says was erased.
        ids: every event id.
        unreadable: event ids of rows whose entry is damaged.
    """

    days: dict[str, tuple[int, int]] = field(default_factory=dict)
    personal: dict[str, dict[str, str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    unreadable: set[str | None] = field(default_factory=set)


def read() -> Iterator[dict[str, Any]]:
    """Yield every event row by seq."""
    return rows.table(TABLE, "seq", texts=_TEXTS, integers=("seq",), blobs=("leaf_hash", "seal"))


def check_row(key: bytes, row: dict[str, Any], in_tile: bytes | None, seen: Seen) -> tuple[bytes, list[Finding]]:
    """Return the leaf hash that the majority of entry, leaf_hash and tile supports, and what is wrong.

    Args:
        key: the salt key.
        row: the raw row.
        in_tile: what level 0 of the tiles holds at this seq.
        seen: updated.
    """
    seq, wrong = row["seq"], []

    def say(column: str, problem: str) -> None:
        wrong.append(Finding(TABLE, f"seq={seq}", column, problem))

    text, stored = row["entry"], row["leaf_hash"]
    computed = merkle.leaf_hash(text.encode()) if text is not None else b""
    leaf = computed if computed in (stored, in_tile) or stored != in_tile else stored
    if computed != leaf:
        seen.unreadable.add(row["event_id"])
        say("entry", "its hash is neither the stored leaf hash nor the one in the tree")
        return leaf, wrong
    if stored != leaf:
        say("leaf_hash", "is not the hash of the entry")
    try:
        parsed = entries.parse(text)
    except entries.EntryError as error:
        seen.unreadable.add(row["event_id"])
        say("entry", str(error))
        return leaf, wrong
    _check_columns(key, row, parsed, say)
    _remember(seq, row, parsed, seen)
    return leaf, wrong


def _check_columns(key: bytes, row: dict[str, Any], parsed: entries.Entry, say: Say) -> None:
    expected = {
        "event_id": parsed.id,
        "type": parsed.type,
        "outcome": parsed.outcome,
        "sha256": str(parsed.public.get("sha256", "")),
    }
    for column, value in expected.items():
        if row[column] != value:
            say(column, f"is {row[column]!r}, the entry says {value!r}")
    if not same_public(row["public"], parsed.public):
        say("public", "is not the p of the entry")
    if instant(row["recorded_at"]) != parsed.t:
        say("recorded_at", f"is {row['recorded_at']!r}, the entry says {entries.format_time(parsed.t)}")
    sequenced = instant(row["sequenced_at"])
    if sequenced is None or event_seal(key, row["seq"], parsed.id, sequenced) != row["seal"]:
        say("sequenced_at or seal", "the seal does not fit seq, event id and time of sequencing")
    check_pointers(key, row, parsed, say)


def check_pointers(key: bytes, row: dict[str, Any], parsed: entries.Entry, say: Say) -> None:
    """Recompute the commitments of actor, subject, job and work from the ids in the row."""
    values = {
        "actor": f"{row['actor_kind']}:{row['actor']}",
        **{name: row[name] for name in ("subject", "job", "work")},
    }
    for name, value in values.items():
        column = "actor or actor_kind" if name == "actor" else name
        if value is None:
            say(column, "is not UTF-8 text")
        elif name not in parsed.commitments:
            if value:
                say(column, "the entry commits to nothing here")
        elif entries.commitment(name, entries.pointing_salt(key, parsed.id, name), value) != parsed.commitments[name]:
            say(column, "is not what the entry commits to")


def same_public(stored: str | None, public: dict[str, str | int | bool]) -> bool:
    """Whether the column holds p: byte for byte on SQLite; PostgreSQL keeps jsonb, so by canonical form there."""
    if stored is None:
        return False
    wanted: bytes = rfc8785.dumps(public)
    if connection.vendor == "sqlite":
        return stored.encode() == wanted
    return bool(rfc8785.dumps(json.loads(stored)) == wanted)


def instant(text: str | None) -> datetime | None:
    """Return the time that a column holds, None when it holds none in the form the sequencer wrote."""
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    if connection.vendor == "sqlite":
        moment = moment.replace(tzinfo=UTC)
        return moment if connection.ops.adapt_datetimefield_value(moment) == text else None
    return moment.astimezone(UTC)


def _remember(seq: int, row: dict[str, Any], parsed: entries.Entry, seen: Seen) -> None:
    seen.ids.add(parsed.id)
    day = entries.format_time(parsed.t)[:10]
    first, _ = seen.days.get(day, (seq, seq))
    seen.days[day] = (first, seq)
    if personal := {name: value for name, value in parsed.commitments.items() if name not in entries.POINTING}:
        seen.personal[parsed.id] = personal
    if parsed.type == DISCLOSURE_ERASED.name and row["subject"]:
        seen.erased.add(row["subject"])
