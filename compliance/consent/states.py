"""The states of a consent request and the one table that says how they follow each other (law 7)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.audit.events import EventType
from compliance.consent import events


class State(models.TextChoices):
    """Where a request stands. What the asker may see of it is coarser: `selectors.consent_rows`."""

    SENT = "sent", _("Waiting for your answer")
    OPENED = "opened", _("Opened")
    GRANTED = "granted", _("Agreed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired unanswered")
    CANCELLED = "cancelled", _("No longer needed")


OPEN = (State.SENT, State.OPENED)
DECIDED = (State.GRANTED, State.DECLINED)


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step.

    Args:
        origin: states the step may start from.
        to: the state it leads to.
        who: actor kinds that may take it.
        event: what the log says.
    """

    origin: tuple[State, ...]
    to: State
    who: tuple[str, ...]
    event: EventType


TRANSITIONS = (
    Transition((State.SENT,), State.OPENED, ("subject",), events.OPENED),
    Transition(OPEN, State.GRANTED, ("subject",), events.GRANTED),
    Transition(OPEN, State.DECLINED, ("subject",), events.DECLINED),
    Transition(OPEN, State.EXPIRED, ("system",), events.EXPIRED),
    Transition(OPEN, State.CANCELLED, ("user", "staff", "officer", "admin", "subject", "system"), events.CANCELLED),
)


def transition_to(state: State) -> Transition:
    """Return the one row of the table that leads to that state."""
    return next(row for row in TRANSITIONS if row.to == state)
