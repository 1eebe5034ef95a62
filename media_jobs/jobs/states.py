"""The states of a job, and what each one means for the queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands on its way (architecture.md, "A job's way")."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Checking consents")
    AWAITING_CONSENT = "awaiting_consent", _("Waiting for consent")
    INPUT_REVIEW = "input_review", _("Reviewing the input")
    SYNTHESIS = "synthesis", _("Synthesising")
    OUTPUT_REVIEW = "output_review", _("Reviewing the result")
    LABELLING = "labelling", _("Labelling")
    READ_BACK = "read_back", _("Reading the labels back")
    RELEASED = "released", _("Released")
    HELD = "held", _("A person decides")
    REJECTED = "rejected", _("Rejected")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# The way of a job that nothing stops, in order.
STAGES = (
    State.SUBMITTED,
    State.INPUT_REVIEW,
    State.SYNTHESIS,
    State.OUTPUT_REVIEW,
    State.LABELLING,
    State.READ_BACK,
)
# A worker may hold a lease on these; the sweeper rings them.
RUNNABLE = STAGES
# Nothing moves these on but a withdrawal of what was released.
FINISHED = (State.RELEASED, State.REJECTED, State.CANCELLED, State.WITHDRAWN)
# Somebody must act before the job moves on.
WAITING = (State.AWAITING_CONSENT, State.HELD, State.FAILED)
# A job in one of these can be cancelled. A draft is discarded instead.
CANCELLABLE = (*STAGES, *WAITING)
# These say why in reason_code.
NEEDS_REASON = (State.HELD, State.REJECTED, State.FAILED, State.CANCELLED, State.WITHDRAWN)


class Depicts(models.TextChoices):
    """The submitter's answer to "does this show, or let hear, an identifiable person?"."""

    UNANSWERED = "", _("Not answered yet")
    NONE = "none", _("No identifiable person")
    PERSONS = "persons", _("One or more identifiable persons")
