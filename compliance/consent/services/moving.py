"""The one way a request changes its state: compare-and-swap along the table, with its event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import errors
from compliance.consent.models import ConsentRequest
from compliance.consent.states import State, transition_to


def move(
    *,
    actor: Actor,
    request: ConsentRequest,
    to: State,
    now: datetime,
    public: Mapping[str, str | int | bool] | None = None,
    personal: Mapping[str, str] | None = None,
) -> str:
    """Move a request to a state and log it, inside the caller's transaction.

    Returns:
        The event's id.

    Raises:
        DomainError: consent.no_longer_open - the table has no such step from where the request stands now.
    """
    row = transition_to(to)
    if actor.kind not in row.who:
        raise errors.no_longer_open()
    fields: dict[str, Any] = {"state": to}
    if to in (State.GRANTED, State.DECLINED):
        fields["decided_at"] = now
    changed = ConsentRequest.objects.filter(pk=request.pk, state=request.state, state__in=row.origin).update(**fields)
    if changed != 1:
        raise errors.no_longer_open()
    request.refresh_from_db()
    return audit.record(
        event=row.event,
        actor=actor,
        subject=request.subject_id,
        # The asker reads the job's events, and whether somebody looked is not theirs to know.
        job="" if to == State.OPENED else request.job_id,
        public=public,
        personal=personal,
    )
