"""Append to the log, inside the transaction that makes the change (law 2 of the house); erase what it may forget."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection, transaction

from compliance.audit import entry as entries
from compliance.audit.actor import Actor
from compliance.audit.events import DISCLOSURE_ERASED, EventType
from compliance.audit.keys import salt_key
from compliance.audit.models import Disclosure
from compliance.rules.errors import DomainError, gettext_noop

_ID_LENGTH = 64
_INSERT = (
    "INSERT INTO audit_outbox (event_id, actor_kind, actor, subject, job, work, entry, seal)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def record(
    *,
    event: EventType,
    actor: Actor,
    subject: object = "",
    job: object = "",
    work: object = "",
    outcome: str = "ok",
    public: Mapping[str, str | int | bool] | None = None,
    personal: Mapping[str, str] | None = None,
) -> str:
    """Append one event inside the caller's transaction and return its event id (hex).

    One INSERT into the outbox, a second one only for an event with personal fields; no lock, nothing after commit.

    Args:
        event: a declared event type.
        actor: who did it; kind and id are committed to together.
        subject: pseudonymous id of who or what it is about ("" for nobody).
        job: pseudonymous id of the job.
        work: pseudonymous id of the work.
        outcome: "ok" or a reason code.
        public: declared fields that stand readable in the entry; a released file's content hash is `sha256`.
        personal: declared fields whose values go, encrypted, to the disclosure table.

    Returns:
        The event id, 32 hex digits; ids of one process sort by time.

    Raises:
        RuntimeError: no transaction is open.
        ValueError: a field is not declared by the event type, or a value that an entry cannot hold.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside transaction.atomic(): no event without its change")
    public, personal = public or {}, personal or {}
    if undeclared := sorted((set(public) - event.public) | (set(personal) - event.personal)):
        raise ValueError(f"{event.name} does not declare {', '.join(undeclared)}")
    columns = [actor.kind, actor.id, str(subject), str(job), str(work)]
    for value in (*columns, outcome, str(public.get("sha256", ""))):
        if len(value) > _ID_LENGTH or "\x00" in value:
            raise ValueError(f"an id or a code has at most {_ID_LENGTH} characters")
    event_id, key = entries.new_event_id(), salt_key()
    commitments = {
        field: entries.commitment(field, entries.pointing_salt(key, event_id, field), value)
        for field, value in zip(entries.POINTING, (str(actor), *columns[2:]), strict=True)
        if value
    }
    opened = {field: (entries.random_salt(), value) for field, value in personal.items()}
    commitments |= {field: entries.commitment(field, salt, value) for field, (salt, value) in opened.items()}
    text = entries.canonical(
        event_id=event_id,
        t=datetime.now(UTC),
        type=event.name,
        outcome=outcome,
        public=public,
        commitments=commitments,
    )
    row = [event_id, *columns, text]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*row, entries.seal(key, *row)])
    if opened:
        sealed = json.dumps({field: [salt.hex(), value] for field, (salt, value) in opened.items()})
        Disclosure.objects.create(event_id=event_id, sealed=sealed)
    return event_id


@transaction.atomic
def erase(*, actor: Actor, event_id: str) -> str:
    """Erase the personal data behind one event (PIPL Art. 47); leaf, tree and old proofs stay valid.

    Args:
        actor: who erases.
        event_id: the event whose disclosure goes; the erasing event points at it as its subject.

    Returns:
        The id of the erasing event.

    Raises:
        DomainError: audit.no_disclosure - the event has no personal data, or has none any more.
    """
    deleted, _ = Disclosure.objects.filter(event_id=event_id).delete()
    if not deleted:
        raise DomainError(
            "audit.no_disclosure",
            gettext_noop("This log entry holds no personal data, or it was erased before."),
            gettext_noop("There is nothing left to do."),
            status=404,
        )
    return record(event=DISCLOSURE_ERASED, actor=actor, subject=event_id)
