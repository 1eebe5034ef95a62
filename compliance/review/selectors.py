"""Reads reviews, holds, and requests for supply without an explicit label."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.people.models import User
from compliance.consent.models import DepictedPerson
from compliance.register.models import PolicyKind
from compliance.register.selectors import acceptances, current_hashes
from compliance.review import errors
from compliance.review.models import (
    Hold,
    HoldMessage,
    HoldState,
    Phase,
    Result,
    ReviewRecord,
    UnlabelledRequest,
    UnlabelledSupply,
)
from compliance.review.unlabelled import ACTIVE, UnlabelledState
from compliance.rules.errors import DomainError
from media_jobs.engines import registry
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import Depicts, State
from media_jobs.labelling.wish import Theme
from media_jobs.uploads.models import Upload


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


def unlabelled_requests(*, state: str = UnlabelledState.REQUESTED) -> QuerySet[UnlabelledRequest]:
    """Return requests, the longest waiting first; all of them, newest first, where state is ""."""
    rows = UnlabelledRequest.objects.select_related("job")
    return rows.filter(state=state) if state else rows.order_by("-requested_at", "pk")


def unlabelled_by_id(request_id: UUID | str) -> UnlabelledRequest | None:
    """Return one request; the caller has checked the seat."""
    return UnlabelledRequest.objects.select_related("job").filter(pk=request_id).first()


def unlabelled_of(job: Job) -> UnlabelledRequest | None:
    """Return the job's request that waits or stands, else its latest one, None when there was none."""
    rows = UnlabelledRequest.objects.filter(job=job)
    return rows.filter(state__in=ACTIVE).first() or rows.order_by("-requested_at").first()


def unlabelled_active(job: Job) -> UnlabelledRequest | None:
    """Return the job's request that waits or stands, None when there is none."""
    return UnlabelledRequest.objects.filter(job=job, state__in=ACTIVE).first()


def unlabelled_approved(job: Job) -> UnlabelledRequest | None:
    """Return the approved request under which the job's explicit label may be left out now, None without one.

    Raises:
        DomainError: unlabelled.scope_changed, unlabelled.person_depicted, unlabelled.not_under_eu: there is one, but it
            does not cover what is here (law 4: fail closed).
    """
    request = UnlabelledRequest.objects.filter(job=job, state=UnlabelledState.APPROVED).first()
    if request is None:
        return None
    if problem := unlabelled_problem(job):
        raise problem
    if unlabelled_scope(job) != request.scope:
        raise errors.unlabelled_scope()
    return request


def unlabelled_problem(job: Job) -> DomainError | None:
    """Return why no request can cover this job, None when one could (Labelling Measures Art. 9).

    Never where somebody is declared, named or found in it; never under the EU theme.
    """
    if settings.LABEL_THEME == Theme.CN_EU:
        return errors.unlabelled_theme()
    engine = registry.describe(job.engine)
    uploads = list(Upload.objects.filter(job=job))
    named = DepictedPerson.objects.filter(job=job).exists()
    if engine is None or engine.biometric or job.depicts_declared == Depicts.PERSONS or named:
        return errors.unlabelled_person()
    if any(upload.face_count for upload in uploads):
        return errors.unlabelled_person()
    looked = all(upload.face_count is not None for upload in uploads)
    if not looked or not job.depicts_declared or {upload.role for upload in uploads} != set(engine.roles):
        return errors.unlabelled_incomplete()
    return None


def unlabelled_scope(job: Job) -> str:
    """Return the SHA-256 (hex) over the job's files and declarations: what one request covers, and nothing else."""
    files = sorted(f"{upload.role}:{upload.sha256}" for upload in Upload.objects.filter(job=job))
    text = "\n".join([str(job.pk), job.engine, job.art23_class, job.depicts_declared, *files])
    return hashlib.sha256(text.encode()).hexdigest()


def unlabelled_used(request: UnlabelledRequest) -> bool:
    """Return whether a file was released under the request."""
    return Release.objects.filter(unlabelled_request=str(request.pk)).exists()


def supplies(request: UnlabelledRequest) -> list[UnlabelledSupply]:
    """Return who was supplied under the request, in order."""
    return list(UnlabelledSupply.objects.filter(request=request))


def agreement_accepted(user: User) -> str:
    """Return the SHA-256 of the user agreement as it reads now, if this user accepted it; "" otherwise."""
    now = current_hashes()[PolicyKind.AGREEMENT]
    return now if acceptances(user).filter(kind=PolicyKind.AGREEMENT, sha256=now).exists() else ""
