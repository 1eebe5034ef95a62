"""Reads reviews and holds."""

from uuid import UUID

from django.db.models import QuerySet

from compliance.review.models import Hold, HoldMessage, HoldState, Phase, Result, ReviewRecord
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State


def holds(*, state: str = HoldState.OPEN, phase: str = "", reason: str = "") -> QuerySet[Hold]:
    """Return holds, the longest waiting first; an open one only counts while its job is held.

    Args:
        state: a HoldState, "" for all.
        phase: "input" or "output", "" for both.
        reason: a reason code, "" for all.
    """
    rows = Hold.objects.select_related("job", "job__owner")
    if state:
        rows = rows.filter(state=state)
    if state == HoldState.OPEN:
        rows = rows.filter(job__state=State.HELD)
    if phase:
        rows = rows.filter(phase=phase)
    if reason:
        rows = rows.filter(reason=reason)
    return rows.order_by("opened_at" if state == HoldState.OPEN else "-opened_at", "pk")


def hold_by_id(hold_id: UUID | str) -> Hold | None:
    """Return one hold; the caller has checked the officer's seat."""
    return Hold.objects.select_related("job", "job__owner").filter(pk=hold_id).first()


def open_hold(job: Job) -> Hold | None:
    """Return the hold that the job waits for, None when it waits for none."""
    return Hold.objects.filter(job=job, state=HoldState.OPEN, job__state=State.HELD).first()


def decided_holds(job: Job) -> list[Hold]:
    """Return the officers' decisions about the job, in order."""
    return list(Hold.objects.filter(job=job, state__in=(HoldState.RELEASED, HoldState.REJECTED)).order_by("decided_at"))


def messages(hold: Hold) -> list[HoldMessage]:
    """Return what officer and submitter wrote to each other, in order."""
    return list(hold.messages.all())


def records(job: Job) -> list[ReviewRecord]:
    """Return the job's reviews in order (checklist 46: one of the input, one of the output at least)."""
    return list(ReviewRecord.objects.filter(job=job))


def input_passed_by_officer(job: Job) -> bool:
    """Return whether an officer, not a rule, let the job's input go on."""
    return ReviewRecord.objects.filter(
        job=job, phase=Phase.INPUT, result=Result.PASS, reviewer__startswith="officer:"
    ).exists()


def hold_of(job: Job) -> Hold | None:
    """Return the job's hold that nobody decided, whatever the job's state."""
    return Hold.objects.filter(job=job, state=HoldState.OPEN).first()
