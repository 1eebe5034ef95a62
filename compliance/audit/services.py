"""Append to the log, inside the transaction that makes the change (law 2 of the house)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

from compliance.audit import entry as entries
from compliance.audit.actor import Actor
from compliance.audit.events import EventType

_ID_LENGTH = 64
_INSERT = (
    "INSERT INTO audit_outbox (event_id, actor_kind, actor, subject, job, work, entry, seal)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def salt_key() -> bytes:
    """Return AUDIT_SALT_KEY as bytes."""
    return bytes.fromhex(settings.AUDIT_SALT_KEY)


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
    event_id, key = entries.new_event_id(), salt_key()
    pointers = {"actor": str(actor), "subject": str(subject), "job": str(job), "work": str(work)}
    for name, value in {**pointers, "actor": actor.id, "outcome": outcome}.items():
        if len(value) > _ID_LENGTH:
            raise ValueError(f"{name} is longer than {_ID_LENGTH} characters")
    commitments = {
        field: entries.commitment(field, entries.pointing_salt(key, event_id, field), value)
        for field, value in pointers.items()
        if value
    }
    sealed = {field: (entries.random_salt(), value) for field, value in personal.items()}
    commitments |= {field: entries.commitment(field, salt, value) for field, (salt, value) in sealed.items()}
    text = entries.canonical(
        event_id=event_id,
        t=datetime.now(UTC),
        type=event.name,
        outcome=outcome,
        public=public,
        commitments=commitments,
    )
    row = [event_id, actor.kind, actor.id, pointers["subject"], pointers["job"], pointers["work"], text]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*row, entries.seal(key, text)])
        if sealed:
            raise ValueError("personal fields wait for accounts.vault to land")
    return event_id
