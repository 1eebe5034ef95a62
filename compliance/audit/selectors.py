"""Read the log: filtered queries pinned to a checkpoint, and proofs that anybody can check offline.

A Merkle log proves what is shown, not that a filter hid nothing: an investigation takes a whole range (`range_bundle`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext

from compliance.audit import entry as entries
from compliance.audit import events as registry
from compliance.audit import tree
from compliance.audit.keys import log_verifier
from compliance.audit.models import Checkpoint, Day, Event, Pending
from compliance.audit.proofs import consistency, proof_bundle, range_bundle
from compliance.audit.wording import plainly

__all__ = [
    "EventRow",
    "Head",
    "Page",
    "SignedHead",
    "consistency",
    "event",
    "events",
    "head",
    "job_events",
    "latest_checkpoint",
    "proof_bundle",
    "range_bundle",
    "sentence",
]
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
    return gettext(event.sentence) % _Fields({name: plainly(value) for name, value in public.items()})


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
        size: pin to the first `size` events; the latest checkpoint by default, and never beyond it.
        actor: pseudonymous id, and so on; empty filters do not filter.
        types: api names, any of them.
        outcome: exactly this outcome.
        sha256: content hash of a file that an event names.
        since: recorded at or after (aware).
        until: recorded before (aware).
        before_seq: only events below this position.
        limit: page size, 1 to 500.
    """
    signed = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
    size = signed if size is None else min(size, signed)
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
