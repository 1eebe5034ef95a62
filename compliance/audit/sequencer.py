"""Sequence: move pending events into the tree, in transactions of its own (law 3 of the house).

The order in the log is the order of sequencing. On PostgreSQL an advisory lock keeps a second sequencer out, on SQLite
BEGIN IMMEDIATE does; on both the head moves by compare-and-swap, so that two could never number the same leaf.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import connection, transaction

from compliance.audit import entry as entries
from compliance.audit import merkle, tree
from compliance.audit.checkpoint_signer import sign_head
from compliance.audit.keys import salt_key
from compliance.audit.models import Day, Head, Pending

logger = logging.getLogger(__name__)
BATCH = 5000
# A number of our own for pg_try_advisory_xact_lock: "hallmark" in ASCII.
LOCK = int.from_bytes(b"hallmark", "big")
_CHUNK = 500
_COLUMNS = (
    "seq, event_id, recorded_at, sequenced_at, type, actor_kind, actor, subject, job, work, outcome, sha256,"
    " public, entry, leaf_hash, seal"
)
_VALUES = "(" + ", ".join(["%s"] * 16) + ")"
_Row = tuple[str, str, str, str, str, str, str, bytes]


class SequencerConflictError(Exception):
    """Somebody else moved the head or the outbox meanwhile: nothing was changed, the next round tries again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What one call did.

    Args:
        sequenced: how many events entered the tree.
        size: leaves in the tree afterwards.
        signed: size of the checkpoint signed by this call, None when there was nothing new to sign.
    """

    sequenced: int
    size: int
    signed: int | None


def sequence_and_sign() -> Progress:
    """Sequence everything that is pending, then sign a checkpoint for the committed head.

    Raises:
        SigningRefusedError: the database is not consistent with what was signed before; the events are sequenced.
        TreeError: the tiles do not fit the head; nothing was changed.
    """
    total = 0
    while moved := sequence():
        total += moved
        if moved < BATCH:
            break
    return Progress(total, tree.head()[0], sign_head())


def sequence(limit: int = BATCH) -> int:
    """Move up to `limit` pending events into the tree in one transaction and return how many.

    Raises:
        SequencerConflictError: two sequencers met; the transaction was rolled back.
        TreeError: the tiles do not fit the head; the transaction was rolled back.
    """
    if not Pending.objects.exists():  # asked outside a transaction: an idle sequencer takes no lock
        return 0
    with transaction.atomic(durable=True):
        if not _locked():
            return 0
        key = salt_key()
        rows = [row for row in _outbox(limit) if _intact(key, row)]
        if rows:
            _sequence(key, rows)
        return len(rows)


def _locked() -> bool:
    """Take the lock that ends with the transaction, however the process ends."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _outbox(limit: int) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id, actor_kind, actor, subject, job, work, entry, seal FROM audit_outbox"
            " ORDER BY event_id LIMIT %s",
            [limit],
        )
        return [(*row[:7], bytes(row[7])) for row in cursor.fetchall()]


def _intact(key: bytes, row: _Row) -> bool:
    if entries.seal(key, *row[:7]) == row[7]:
        return True
    # It stays where it is: it must neither enter the tree nor vanish. audit_fsck names it.
    logger.error("audit_outbox row %s was edited and is not sequenced", row[0])
    return False


def _sequence(key: bytes, rows: Sequence[_Row]) -> None:
    size, root = tree.head()
    if tree.TileTree(size).root() != root:
        raise tree.TreeError(f"the tiles do not give the head's root at size {size}: run audit_fsck")
    now = datetime.now(UTC)
    events: list[list[Any]] = []
    leaves: list[bytes] = []
    days: dict[str, tuple[int, int]] = {}
    for seq, row in enumerate(rows, start=size):
        text = row[6]
        data = json.loads(text)
        leaf = merkle.leaf_hash(text.encode())
        events.append(_event(row, data, key=key, seq=seq, now=now, leaf=leaf))
        leaves.append(leaf)
        first, _ = days.setdefault(data["t"][:10], (seq, seq))
        days[data["t"][:10]] = (first, seq)
    _insert(events)
    new_root = tree.integrate(size, leaves)
    _move_head(size, size + len(rows), new_root)
    for day, (first, last) in days.items():
        _extend_day(day, first, last)
    _leave_outbox([row[0] for row in rows])


def _event(row: _Row, data: dict[str, Any], *, key: bytes, seq: int, now: datetime, leaf: bytes) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    event_id, actor_kind, actor, subject, job, work, text, _ = row
    return [
        seq,
        event_id,
        adapt(entries.parse_time(data["t"])),
        adapt(now),
        data["type"],
        actor_kind,
        actor,
        subject,
        job,
        work,
        data["outcome"],
        str(data["p"].get("sha256", "")),
        rfc8785.dumps(data["p"]).decode(),
        text,
        leaf,
        event_seal(key, seq, event_id, now),
    ]


def event_seal(key: bytes, seq: int, event_id: str, sequenced_at: datetime) -> bytes:
    """Return the seal of what an event row adds to its entry: position and time of sequencing."""
    return entries.seal(key, str(seq), event_id, str(entries.microseconds(sequenced_at)))


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))


def _insert(events: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        for chunk in _chunks(events):
            values = ", ".join([_VALUES] * len(chunk))
            query = f"INSERT INTO audit_event ({_COLUMNS}) VALUES {values}"  # noqa: S608 - placeholders only
            cursor.execute(query, [value for event in chunk for value in event])


def _move_head(old: int, new: int, root: bytes) -> None:
    if old == 0 and not Head.objects.exists():
        Head.objects.create(pk=1, size=0, root=merkle.EMPTY_ROOT)
    if Head.objects.filter(pk=1, size=old).update(size=new, root=root) != 1:
        raise SequencerConflictError(f"the head is no longer at {old}")


def _extend_day(day: str, first: int, last: int) -> None:
    row = Day.objects.filter(pk=day).first()
    if row is None:
        Day.objects.create(day=day, min_seq=first, max_seq=last)
    else:
        Day.objects.filter(pk=day).update(min_seq=min(row.min_seq, first), max_seq=max(row.max_seq, last))


def _leave_outbox(event_ids: list[str]) -> None:
    gone: set[str] = set()
    with connection.cursor() as cursor:
        for chunk in _chunks(event_ids):
            marks = ", ".join(["%s"] * len(chunk))
            query = f"DELETE FROM audit_outbox WHERE event_id IN ({marks}) RETURNING event_id"  # noqa: S608 - placeholders only
            cursor.execute(query, list(chunk))
            gone |= {row[0] for row in cursor.fetchall()}
    if gone != set(event_ids):
        raise SequencerConflictError("somebody else took rows from the outbox")
