"""Supply without an explicit label (Labelling Measures Art. 9): the states of a request, and what it can never cover.

Only the explicit label may be left out, only of one job's files as they were when it was asked, only after a second
person agreed; never where a person is depicted or heard, and never under the EU theme.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.audit.actor import ActorKind
from compliance.audit.events import EventType
from compliance.review import events


class UnlabelledState(models.TextChoices):
    """Where a request stands."""

    REQUESTED = "requested", _("Waits for an officer's decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ACTIVE = (UnlabelledState.REQUESTED, UnlabelledState.APPROVED)
DECIDED = (UnlabelledState.APPROVED, UnlabelledState.REFUSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted step.

    Args:
        origin: states it starts from.
        to: the state it leads to.
        who: "applicant" (the job's owner, whatever their seat), or an actor's kind; an officer is never the applicant.
        event: what the log says.
    """

    origin: tuple[UnlabelledState, ...]
    to: UnlabelledState
    who: ActorKind | str
    event: EventType


TABLE = (
    Step((UnlabelledState.REQUESTED,), UnlabelledState.APPROVED, "officer", events.UNLABELLED_APPROVED),
    Step((UnlabelledState.REQUESTED,), UnlabelledState.REFUSED, "officer", events.UNLABELLED_REFUSED),
    Step(ACTIVE, UnlabelledState.WITHDRAWN, "applicant", events.UNLABELLED_WITHDRAWN),
)


def step_to(state: UnlabelledState) -> Step:
    """Return the one row of the table that leads to that state."""
    return next(row for row in TABLE if row.to == state)
