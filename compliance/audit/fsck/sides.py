"""Check what stands beside the tree: outbox, disclosures, days."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.vault import cipher
from accounts.vault.errors import VaultError
from accounts.vault.fields import unseal_text
from compliance.audit import entry as entries
from compliance.audit.fsck import events, rows
from compliance.audit.fsck.findings import Finding
from compliance.audit.models import Disclosure

_OUTBOX = ("event_id", "actor_kind", "actor", "subject", "job", "work", "entry")


def check_outbox(key: bytes, seen: events.Seen) -> Iterator[Finding]:
    """Check seal and age of every pending event; `seen` learns their personal fields."""
    oldest = datetime.now(UTC) - timedelta(seconds=settings.AUDIT_OUTBOX_PATIENCE_SECONDS)
    for row in rows.table("audit_outbox", "event_id", texts=_OUTBOX, blobs=("seal",)):
        intact = None not in row.values() and entries.seal(key, *(row[name] for name in _OUTBOX)) == row["seal"]
        if intact:
            yield from _check_pending(row, entries.parse(row["entry"]), seen, oldest)
        else:
            seen.unreadable.add(row["event_id"])
            column = " or ".join(dict.fromkeys([*_suspects(key, row), "entry", "seal"]))
            yield _pending(row, column, "the row was edited after it was recorded")


def _pending(row: Mapping[str, Any], column: str, problem: str) -> Finding:
    return Finding("audit_outbox", f"event_id={row['event_id']}", column, problem)


def _suspects(key: bytes, row: dict[str, Any]) -> Iterator[str]:
    """Name the columns that do not fit the entry; the entry itself may be the edited one."""
    try:
        parsed = entries.parse(row["entry"] or "")
    except entries.EntryError:
        return
    if parsed.id != row["event_id"]:
        yield "event_id"
    wrong: list[str] = []
    events.check_pointers(key, row, parsed, lambda column, problem: wrong.append(column))
    yield from wrong


def _check_pending(
    row: dict[str, Any], parsed: entries.Entry, seen: events.Seen, oldest: datetime
) -> Iterator[Finding]:
    if parsed.id in seen.ids:
        yield _pending(row, "-", "is in the tree already")
    if parsed.t < oldest:
        yield _pending(row, "-", f"waits since {entries.format_time(parsed.t)}: does a sequencer run?")
    if personal := {name: value for name, value in parsed.commitments.items() if name not in entries.POINTING}:
        seen.personal[parsed.id] = personal


def check_disclosures(seen: events.Seen) -> Iterator[Finding]:
    """Check that every disclosure opens to what its entry committed to, and that only erased ones are gone."""
    waiting = dict(seen.personal)
    for row in rows.table("audit_disclosure", "event_id", texts=("event_id", "sealed")):
        where, commitments = f"event_id={row['event_id']}", waiting.pop(row["event_id"], None)
        if row["event_id"] in seen.unreadable:
            continue  # its entry is damaged and named already
        if commitments is None:
            problem = "no event with personal fields has this id"
            yield Finding("audit_disclosure", where, "event_id", problem)
        else:
            try:
                opened = _open(row["sealed"] or "")
                found = {name: entries.commitment(name, salt, value) for name, (salt, value) in opened.items()}
            except (VaultError, ValueError, TypeError, AttributeError) as error:
                yield Finding("audit_disclosure", where, "sealed", f"does not open: {error}")
                continue
            if found != commitments:
                names = sorted(name for name in {*found, *commitments} if found.get(name) != commitments.get(name))
                yield Finding("audit_disclosure", where, "sealed", f"not what the entry commits to: {', '.join(names)}")
    for event_id in sorted(set(waiting) - seen.erased):
        problem = "is gone, and no event says that it was erased"
        yield Finding("audit_disclosure", f"event_id={event_id}", "-", problem)


def _open(sealed: str) -> dict[str, tuple[bytes, str]]:
    _, data = cipher.split(sealed, cipher.VERSION)
    if not sealed.endswith("." + cipher.encode(data)):
        raise ValueError("not in canonical form")
    aad = Disclosure._meta.get_field("sealed").aad
    return {
        name: (bytes.fromhex(salt), value) for name, (salt, value) in json.loads(unseal_text(sealed, aad=aad)).items()
    }


def check_days(seen: events.Seen) -> Iterator[Finding]:
    """Check that the day table gives exactly the seq range of every day."""
    expected = dict(seen.days)
    for row in rows.table("audit_day", "day", texts=("day",), integers=("min_seq", "max_seq")):
        where, span = f"day={row['day']}", expected.pop(row["day"], None)
        if span is None:
            yield Finding("audit_day", where, "day", "no event was recorded on this day")
            continue
        for column, value in zip(("min_seq", "max_seq"), span, strict=True):
            if row[column] != value:
                yield Finding("audit_day", where, column, f"is {row[column]} instead of {value}")
    for day in sorted(expected):
        yield Finding("audit_day", f"day={day}", "-", "is missing")
