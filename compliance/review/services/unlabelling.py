"""Requests for supply without an explicit label, their decisions, and who was supplied (Labelling Measures Art. 9)."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.people.models import User
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.review import errors, events
from compliance.review.models import UnlabelledRequest, UnlabelledSupply
from compliance.review.selectors import unlabelled_problem, unlabelled_scope, unlabelled_used
from compliance.review.services.holding import TEXT_LENGTH
from compliance.review.unlabelled import UnlabelledState, step_to
from compliance.rules.retention import PERIODS, Kept
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from media_jobs.labelling.wish import Theme

PURPOSE_LENGTH = 500


@transaction.atomic
def unlabelled_request(
    *, actor: Actor, job: Job, applicant: User, purpose: str, agreement_sha256: str, duty_version: str
) -> UnlabelledRequest:
    """Ask that the explicit label of a draft's file be left out.

    Args:
        applicant: the job's owner.
        purpose: why, in the applicant's words.
        agreement_sha256: the user agreement as the applicant accepted it.
        duty_version: the sentence about the user's own duty to label, as it was shown and ticked.

    Raises:
        DomainError: unlabelled.not_found (not the owner), unlabelled.purpose_missing, unlabelled.duty_missing,
            unlabelled.not_draft, unlabelled.incomplete, unlabelled.person_depicted, unlabelled.not_under_eu,
            unlabelled.already_requested.
    """
    if actor.id != str(job.owner_id) or applicant.pk != job.owner_id:
        raise errors.unlabelled_not_found()
    purpose = " ".join(purpose.split())
    if not 1 <= len(purpose) <= PURPOSE_LENGTH:
        raise errors.unlabelled_purpose()
    if not agreement_sha256 or not duty_version:
        raise errors.unlabelled_duty()
    draft = Job.objects.select_for_update().filter(pk=job.pk, state=State.DRAFT).first()
    if draft is None:
        raise errors.unlabelled_not_draft()
    if problem := unlabelled_problem(draft):
        raise problem
    try:
        with transaction.atomic():
            request = UnlabelledRequest.objects.create(
                job=draft,
                applicant=applicant,
                purpose=purpose,
                agreement_sha256=agreement_sha256,
                duty_version=duty_version,
                scope=unlabelled_scope(draft),
                requested_at=timezone.now(),
            )
    except IntegrityError:
        raise errors.unlabelled_twice() from None
    audit.record(
        event=events.UNLABELLED_REQUESTED,
        actor=actor,
        subject=request.pk,
        job=draft.pk,
        public={"agreement_version": agreement_sha256, "duty_version": duty_version},
        personal={"purpose": purpose},
    )
    return request


@transaction.atomic
def unlabelled_withdraw(*, actor: Actor, request: UnlabelledRequest) -> UnlabelledRequest:
    """Take a request back before it was used; the file is then released with its label.

    Raises:
        DomainError: unlabelled.not_found (not the applicant), unlabelled.already_decided.
    """
    _permit(actor, request, UnlabelledState.WITHDRAWN)
    Job.objects.select_for_update().get(pk=request.job_id)
    if unlabelled_used(request):
        raise errors.unlabelled_decided()
    return _move(actor=actor, request=request, to=UnlabelledState.WITHDRAWN)


@transaction.atomic
def unlabelled_approve(*, actor: Actor, officer: User, request: UnlabelledRequest, reason: str) -> UnlabelledRequest:
    """Agree, as a second person, that the explicit label be left out.

    What the request can never cover is asked again: files, declarations or the theme may have changed since.

    Args:
        officer: the account behind the actor.
        reason: the officer's words; the applicant reads them.

    Raises:
        DomainError: review.officer_only, review.own_job, review.explanation_needed, review.text_too_long,
            unlabelled.already_decided, unlabelled.scope_changed, unlabelled.person_depicted, unlabelled.not_under_eu.
    """
    _permit(actor, request, UnlabelledState.APPROVED)
    job = Job.objects.select_for_update().get(pk=request.job_id)
    if problem := unlabelled_problem(job):
        raise problem
    if job.state != State.DRAFT or unlabelled_scope(job) != request.scope:
        raise errors.unlabelled_scope()
    return _decide(actor=actor, officer=officer, request=request, to=UnlabelledState.APPROVED, reason=reason)


@transaction.atomic
def unlabelled_refuse(*, actor: Actor, officer: User, request: UnlabelledRequest, reason: str) -> UnlabelledRequest:
    """Refuse; the job goes on with its label.

    Raises:
        DomainError: as unlabelled_approve.
    """
    return _decide(actor=actor, officer=officer, request=request, to=UnlabelledState.REFUSED, reason=reason)


@transaction.atomic
def supply_record(*, actor: Actor, request: UnlabelledRequest, recipient: User, sha256: str, work: object) -> None:
    """Write down that a file without an explicit label was supplied, before it is.

    Args:
        recipient: the account that receives it.
        sha256: of the file.
        work: pseudonymous id of the work.

    Raises:
        DomainError: unlabelled.already_decided - the request does not stand; unlabelled.not_under_eu - the theme was
            switched on since (each supply is one under Art. 9, and the theme knows none).
    """
    if settings.LABEL_THEME == Theme.CN_EU:
        raise errors.unlabelled_theme()
    locked = UnlabelledRequest.objects.select_for_update().get(pk=request.pk)
    if locked.state != UnlabelledState.APPROVED:
        raise errors.unlabelled_decided()
    event_id = audit.record(
        event=events.UNLABELLED_SUPPLIED, actor=actor, subject=recipient.pk, job=locked.job_id, work=work
    )
    UnlabelledSupply.objects.create(
        request=locked, recipient=recipient, sha256=sha256, at=timezone.now(), event_id=event_id
    )


@transaction.atomic
def supplies_forget(*, actor: Actor, now: datetime | None = None) -> int:
    """Delete who was supplied when the law no longer asks to keep it (PIPL Art. 19); six months stay untouched.

    Args:
        now: aware time, for the present one; never later than it.

    Returns:
        How many records were deleted.
    """
    present = timezone.now()
    limit = min(now or present, present) - PERIODS[Kept.UNLABELLED_RECIPIENTS].at_least
    count, _rows = UnlabelledSupply.objects.filter(at__lte=limit).delete()
    if count:
        audit.record(event=events.SUPPLIES_FORGOTTEN, actor=actor, public={"count": count})
    return count


def _decide(
    *, actor: Actor, officer: User, request: UnlabelledRequest, to: UnlabelledState, reason: str
) -> UnlabelledRequest:
    if actor.id != str(officer.pk):
        raise errors.officer_only()
    _permit(actor, request, to)
    if not reason.strip():
        raise errors.explanation_needed()
    if len(reason) > TEXT_LENGTH:
        raise errors.text_too_long(TEXT_LENGTH)
    return _move(
        actor=actor, request=request, to=to, approver=officer, decided_at=timezone.now(), reason=reason.strip()
    )


def _permit(actor: Actor, request: UnlabelledRequest, to: UnlabelledState) -> None:
    """Ask the table who may; nobody decides their own request."""
    who = step_to(to).who
    if who == "applicant":
        if actor.id != str(request.applicant_id):
            raise errors.unlabelled_not_found()
        return
    if actor.kind != who:
        raise errors.officer_only()
    if actor.id == str(request.applicant_id):
        raise errors.own_job()


def _move(*, actor: Actor, request: UnlabelledRequest, to: UnlabelledState, **fields: object) -> UnlabelledRequest:
    """Move by compare-and-swap along the table, with its event."""
    step = step_to(to)
    moved = UnlabelledRequest.objects.filter(pk=request.pk, state__in=step.origin).update(state=to, **fields)
    if not moved:
        raise errors.unlabelled_decided()
    audit.record(event=step.event, actor=actor, subject=request.pk, job=request.job_id)
    request.refresh_from_db()
    return request
