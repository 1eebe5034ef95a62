"""Read the log: filtered queries pinned to a checkpoint, and proofs that anybody can check offline.

A Merkle log proves what is shown, not that a filter hid nothing: an investigation takes a whole range (`range_bundle`).
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext

from compliance.audit import checkpoints, merkle, tlogproof, tree
from compliance.audit import entry as entries
from compliance.audit import events as registry
from compliance.audit.keys import log_verifier, salt_key
from compliance.audit.models import Checkpoint, Day, Disclosure, Event, Pending
from compliance.audit.ranges import outside
from compliance.rules.errors import DomainError, gettext_noop

MAX_PAGE = 500


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as an authorised reader sees it.

    Args:
        seq: position in the log; None while it is pending.
        event_id: 32 hex digits.
        recorded_at: when it happened.
        sequenced_at: when it entered the tree; None while it is pending.
        type: api name of the event type.
        sentence: what happened, in the reader's language.
        actor_kind: the seat.
        actor: pseudonymous id of who did it.
        subject: pseudonymous id, "" for nobody; job and work likewise.
        outcome: "ok" or a reason code.
        public: the entry's readable fields.
    """

    seq: int | None
    event_id: str
    recorded_at: datetime
    sequenced_at: datetime | None
    type: str
    sentence: str
    actor_kind: str
    actor: str
    subject: str
    job: str
    work: str
    outcome: str
    public: dict[str, Any]

    @property
    def pending(self) -> bool:
        """Whether it is recorded, but not in the tree yet."""
        return self.seq is None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of events, newest first.

    Args:
        rows: the events.
        size: the checkpoint the query is pinned to; pass it on to stay in the same log while it grows.
        next_before: pass as before_seq for the next page; None on the last one.
    """

    rows: tuple[EventRow, ...]
    size: int
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """What the sequencer committed last, signed or not."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The latest checkpoint.

    Args:
        origin: the log's name.
        size: leaves.
        root: 32 bytes.
        note: the signed note.
        sequenced_at: when its last event entered the tree.
    """

    origin: str
    size: int
    root: bytes
    note: str
    sequenced_at: datetime | None


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(type_name: str, public: dict[str, Any]) -> str:
    """Return what an event says in the current language; the api name for a type that nobody declares any more."""
    try:
        event = registry.by_name(type_name)
    except KeyError:
        return type_name
    return gettext(event.sentence) % _Fields(public)


def head() -> Head:
    """Return the committed head."""
    return Head(*tree.head())


def latest_checkpoint() -> SignedHead | None:
    """Return the latest checkpoint, None before the first one."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is None:
        return None
    at = Event.objects.filter(seq=row.size - 1).values_list("sequenced_at", flat=True).first()
    return SignedHead(log_verifier().name, row.size, bytes(row.root), row.note, at)


def events(
    *,
    size: int | None = None,
    actor: object = "",
    subject: object = "",
    job: object = "",
    work: object = "",
    types: Collection[str] = (),
    outcome: str = "",
    sha256: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_seq: int | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of events, newest first, by keyset on seq (never OFFSET).

    Args:
        size: pin to the first `size` events; the latest checkpoint by default.
        actor: pseudonymous id, and so on; empty filters do not filter.
        types: api names, any of them.
        outcome: exactly this outcome.
        sha256: content hash of a file that an event names.
        since: recorded at or after (aware).
        until: recorded before (aware).
        before_seq: only events below this position.
        limit: page size, 1 to 500.
    """
    if size is None:
        size = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
    limit = max(1, min(limit, MAX_PAGE))
    upper = size if before_seq is None else min(size, before_seq)
    query = Event.objects.filter(seq__lt=upper)
    for column, value in {"actor": actor, "subject": subject, "job": job, "work": work}.items():
        if str(value):
            query = query.filter(**{column: str(value)})
    if types:
        query = query.filter(type__in=list(types))
    if outcome:
        query = query.filter(outcome=outcome)
    if sha256:
        query = query.filter(sha256=sha256.lower())
    found = list(_between(query, since, until).order_by("-seq")[: limit + 1])
    rows = tuple(_row(event) for event in found[:limit])
    return Page(rows, size, rows[-1].seq if len(found) > limit else None)


def _between(query: QuerySet[Event], since: datetime | None, until: datetime | None) -> QuerySet[Event]:
    """Translate a time range into a seq range through the day table, then cut the days at both ends."""
    if since is None and until is None:
        return query
    days = Day.objects.all()
    if since is not None:
        days, query = days.filter(day__gte=_day(since)), query.filter(recorded_at__gte=since)
    if until is not None:
        days, query = days.filter(day__lte=_day(until)), query.filter(recorded_at__lt=until)
    span = days.aggregate(first=Min("min_seq"), last=Max("max_seq"))
    if span["first"] is None:
        return query.none()
    return query.filter(seq__gte=span["first"], seq__lte=span["last"])


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def _row(event: Event) -> EventRow:
    return EventRow(
        seq=event.seq,
        event_id=event.event_id,
        recorded_at=event.recorded_at,
        sequenced_at=event.sequenced_at,
        type=event.type,
        sentence=sentence(event.type, event.public),
        actor_kind=event.actor_kind,
        actor=event.actor,
        subject=event.subject,
        job=event.job,
        work=event.work,
        outcome=event.outcome,
        public=event.public,
    )


def _pending_row(row: Pending) -> EventRow:
    parsed = entries.parse(row.entry)
    return EventRow(
        seq=None,
        event_id=row.event_id,
        recorded_at=parsed.t,
        sequenced_at=None,
        type=parsed.type,
        sentence=sentence(parsed.type, dict(parsed.public)),
        actor_kind=row.actor_kind,
        actor=row.actor,
        subject=row.subject,
        job=row.job,
        work=row.work,
        outcome=parsed.outcome,
        public=dict(parsed.public),
    )


def job_events(job_id: object, *, limit: int = MAX_PAGE) -> list[EventRow]:
    """Return a job's events in the order of recording, those still pending last.

    Args:
        job_id: the job's id, as given to record().
        limit: the newest so many.
    """
    # Pending first: what moves into the tree between the two queries is then seen twice, never lost.
    pending = {row.event_id: _pending_row(row) for row in Pending.objects.filter(job=str(job_id))}
    rows = [_row(event) for event in Event.objects.filter(job=str(job_id)).order_by("-seq")[:limit]]
    for row in rows:
        pending.pop(row.event_id, None)
    return [*sorted(rows, key=lambda row: row.event_id), *(pending[key] for key in sorted(pending))]


def event(event_id: str) -> EventRow | None:
    """Return one event, in the tree or pending; None when nobody recorded it."""
    if waiting := Pending.objects.filter(pk=event_id).first():
        return _pending_row(waiting)
    found = Event.objects.filter(event_id=event_id).first()
    return _row(found) if found else None


def proof_bundle(event_id: str, *, disclose: Collection[str] = ()) -> dict[str, Any]:
    """Return everything that proves one event offline, for compliance/audit/offline/hallmark_verify.py.

    Args:
        event_id: the event.
        disclose: fields whose value and salt go along ("actor", "subject", "job", "work" or personal fields); the
            caller answers for the reader's right to them.

    Raises:
        DomainError: audit.not_found, audit.not_sequenced, audit.not_signed, audit.not_disclosed.
    """
    found = Event.objects.filter(event_id=event_id).first()
    if found is None:
        raise _no_event(event_id)
    signed = Checkpoint.objects.filter(size__gt=found.seq).order_by("-size").first()
    if signed is None:
        raise DomainError(
            "audit.not_signed",
            gettext_noop("This event is in the log, but no signed checkpoint covers it yet."),
            gettext_noop("Try again in a few seconds; if that does not help, start the log's sequencer."),
            status=409,
        )
    path = merkle.inclusion_proof(found.seq, signed.size, tree.TileTree(signed.size).node)
    bundle: dict[str, Any] = {
        "format": "hallmark-proof@v1",
        "entry": found.entry,
        "tlog_proof": tlogproof.dump(found.seq, path, signed.note),
        "vkey": log_verifier().vkey,
    }
    if found.sha256:
        bundle["file_sha256"] = found.sha256
    if disclose:
        bundle["disclosures"] = _disclosures(found, disclose)
    return bundle


def _no_event(event_id: str) -> DomainError:
    if Pending.objects.filter(pk=event_id).exists():
        return DomainError(
            "audit.not_sequenced",
            gettext_noop("This event is recorded, but not in the log's tree yet."),
            gettext_noop("Try again in a few seconds; if that does not help, start the log's sequencer."),
            status=409,
        )
    return DomainError(
        "audit.not_found",
        gettext_noop("There is no such event in the log."),
        gettext_noop("Check the event id."),
        status=404,
    )


def _disclosures(found: Event, fields: Collection[str]) -> list[dict[str, str]]:
    row = Disclosure.objects.filter(pk=found.event_id).first()
    opened: dict[str, list[str]] = json.loads(row.sealed) if row else {}
    pointers = {"actor": f"{found.actor_kind}:{found.actor}"}
    pointers |= {name: getattr(found, name) for name in ("subject", "job", "work") if getattr(found, name)}
    for name, value in pointers.items():
        opened[name] = [entries.pointing_salt(salt_key(), found.event_id, name).hex(), value]
    if missing := sorted(set(fields) - set(opened)):
        raise DomainError(
            "audit.not_disclosed",
            gettext_noop("These fields of the event cannot be disclosed: %(fields)s."),
            gettext_noop("They were erased or never recorded; ask for the proof without them."),
            status=410,
            params={"fields": ", ".join(missing)},
        )
    return [{"field": name, "salt": opened[name][0], "value": opened[name][1]} for name in fields]


def consistency(old_size: int, new_size: int) -> list[bytes]:
    """Return the proof that the log of new_size events extends that of old_size.

    Raises:
        DomainError: audit.bad_range - not 0 < old_size <= new_size <= the log's size.
    """
    if not 0 < old_size <= new_size <= tree.head()[0]:
        raise _bad_range()
    return merkle.consistency_proof(old_size, new_size, tree.TileTree(new_size).node)


def _bad_range() -> DomainError:
    return DomainError(
        "audit.bad_range",
        gettext_noop("The log does not hold this range."),
        gettext_noop("Choose a range within the latest checkpoint."),
    )


def range_bundle(first: int, count: int, *, old_size: int | None = None) -> Iterator[str]:
    """Yield the lines (JSON, without newline) that prove a whole range of entries: nothing in it is left out.

    Args:
        first: position of the first entry.
        count: how many entries.
        old_size: also prove that the log extends the checkpoint of that size.

    Raises:
        DomainError: audit.bad_range - the range is not within the latest checkpoint, or old_size has no checkpoint.
    """
    signed = Checkpoint.objects.order_by("-size").first()
    if signed is None or first < 0 or count < 1 or first + count > signed.size:
        raise _bad_range()
    node = tree.TileTree(signed.size).node
    header: dict[str, Any] = {
        "format": "hallmark-range@v1",
        "vkey": log_verifier().vkey,
        "first": first,
        "count": count,
        "checkpoint": signed.note,
        "outside": [
            checkpoints.encode_hash(merkle.range_root(lo, hi, node)) for lo, hi in outside(first, count, signed.size)
        ],
    }
    if old_size is not None:
        old = Checkpoint.objects.filter(pk=old_size).first()
        if old is None:
            raise _bad_range()
        proof = merkle.consistency_proof(old.size, signed.size, node)
        header["old_checkpoint"] = old.note
        header["consistency"] = [checkpoints.encode_hash(item) for item in proof]
    return _range_lines(header, first, count)


def _range_lines(header: dict[str, Any], first: int, count: int) -> Iterator[str]:
    yield json.dumps(header, ensure_ascii=False, sort_keys=True)
    query = Event.objects.filter(seq__gte=first, seq__lt=first + count).order_by("seq")
    yield from query.values_list("entry", flat=True).iterator()
