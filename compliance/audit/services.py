"""Append to the log. (Skeleton: the audit helper replaces the body; the signature stands.)"""

from collections.abc import Mapping
from uuid import uuid4

from compliance.audit.actor import Actor
from compliance.audit.events import EventType


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

    Raises:
        RuntimeError: no transaction is open.
        ValueError: a field is not declared by the event type.
    """
    return uuid4().hex
