"""Everything that changes a review or a hold; each service is atomic and writes its event (law 2)."""

from django.db import transaction
from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.review import errors, events
from compliance.review.checks import Verdict
from compliance.review.models import Hold, HoldMessage, HoldState, Phase, Result, ReviewRecord
from media_jobs.jobs import services as jobs
from media_jobs.jobs.errors import not_allowed
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State

REJECTED = "review.rejected_by_officer"
TEXT_LENGTH = 2000
_RESUME = {Phase.INPUT: State.SYNTHESIS, Phase.OUTPUT: State.LABELLING}


@transaction.atomic
def review_record(*, actor: Actor, job: Job, phase: str, verdict: Verdict) -> ReviewRecord:
    """Store what an automatic check came to; the reviewer is the rule (checklist DS-10a)."""
    return _record(
        actor=actor,
        job=job,
        phase=phase,
        result=verdict.result,
        rule=verdict.rule,
        reviewer=f"rule:{verdict.rule}",
        facts=dict(verdict.facts),
    )


@transaction.atomic
def hold_open(*, actor: Actor, job: Job, phase: str, reason: str) -> Hold:
    """Open a hold for a job that the caller moves to `held` in the same transaction."""
    hold = Hold.objects.create(job=job, phase=phase, reason=reason, opened_at=timezone.now())
    audit.record(event=events.HOLD_OPENED, actor=actor, job=job.pk, public={"phase": phase, "reason": reason})
    return hold


@transaction.atomic
def hold_release(*, actor: Actor, hold: Hold, explanation: str = "") -> Hold:
    """Let a held job go on with its next stage.

    Raises:
        DomainError: review.officer_only, review.own_job, review.already_decided, review.text_too_long.
    """
    _require_officer(actor, hold)
    if len(explanation) > TEXT_LENGTH:
        raise errors.text_too_long(TEXT_LENGTH)
    decided = _decide(actor=actor, hold=hold, state=HoldState.RELEASED, explanation=explanation)
    audit.record(
        event=events.HOLD_RELEASED,
        actor=actor,
        job=hold.job_id,
        public={"phase": hold.phase, "reason": hold.reason},
    )
    _record(
        actor=actor,
        job=hold.job,
        phase=hold.phase,
        result=Result.PASS,
        rule=hold.reason,
        reviewer=str(actor),
        facts={},
    )
    job = _job(hold)
    jobs.job_move(actor=actor, job=job, to=_RESUME[Phase(hold.phase)])
    jobs.ring(job.pk)
    return decided


@transaction.atomic
def hold_reject(*, actor: Actor, hold: Hold, explanation: str) -> Hold:
    """Reject a held job for good, with an explanation the submitter reads.

    Raises:
        DomainError: review.explanation_needed, review.text_too_long, review.officer_only, review.own_job,
            review.already_decided.
    """
    if not explanation.strip():
        raise errors.explanation_needed()
    if len(explanation) > TEXT_LENGTH:
        raise errors.text_too_long(TEXT_LENGTH)
    _require_officer(actor, hold)
    decided = _decide(actor=actor, hold=hold, state=HoldState.REJECTED, explanation=explanation)
    audit.record(
        event=events.HOLD_REJECTED,
        actor=actor,
        job=hold.job_id,
        public={"phase": hold.phase, "reason": hold.reason},
    )
    _record(
        actor=actor,
        job=hold.job,
        phase=hold.phase,
        result=Result.REJECT,
        rule=hold.reason,
        reviewer=str(actor),
        facts={},
    )
    jobs.job_move(actor=actor, job=_job(hold), to=State.REJECTED, reason_code=REJECTED)
    return decided


@transaction.atomic
def hold_ask(*, actor: Actor, hold: Hold, text: str) -> HoldMessage:
    """Ask the submitter something; the hold stays open.

    Raises:
        DomainError: review.text_needed, review.text_too_long, review.officer_only, review.own_job,
            review.already_decided.
    """
    _require_officer(actor, hold)
    message = _message(hold=hold, text=text, from_officer=True)
    audit.record(event=events.HOLD_ASKED, actor=actor, job=hold.job_id)
    return message


@transaction.atomic
def hold_answer(*, actor: Actor, hold: Hold, text: str) -> HoldMessage:
    """Answer the officer, as the submitter.

    Raises:
        DomainError: jobs.not_allowed, review.text_needed, review.text_too_long, review.already_decided.
    """
    if actor.id != str(hold.job.owner_id):
        raise not_allowed()
    message = _message(hold=hold, text=text, from_officer=False)
    audit.record(event=events.HOLD_ANSWERED, actor=actor, job=hold.job_id)
    return message


@transaction.atomic
def hold_lapse(*, actor: Actor, hold: Hold) -> bool:
    """Close an open hold whose job was cancelled meanwhile; True when it was still open."""
    count = Hold.objects.filter(pk=hold.pk, state=HoldState.OPEN).update(
        state=HoldState.LAPSED, decided_at=timezone.now()
    )
    if count:
        audit.record(event=events.HOLD_LAPSED, actor=actor, job=hold.job_id)
    return bool(count)


@transaction.atomic
def media_viewed(*, actor: Actor, hold: Hold, which: str) -> None:
    """Log that an officer looked at a held picture, before it is shown (checklist 63: access to such data is logged).

    Raises:
        DomainError: review.officer_only.
    """
    if actor.kind != "officer":
        raise errors.officer_only()
    audit.record(event=events.HOLD_VIEWED, actor=actor, job=hold.job_id, public={"which": which})


def _require_officer(actor: Actor, hold: Hold) -> None:
    if actor.kind != "officer":
        raise errors.officer_only()
    if actor.id == str(hold.job.owner_id):
        raise errors.own_job()


def _decide(*, actor: Actor, hold: Hold, state: HoldState, explanation: str) -> Hold:
    count = Hold.objects.filter(pk=hold.pk, state=HoldState.OPEN).update(
        state=state, decided_at=timezone.now(), decided_by=actor.id, explanation=explanation.strip()
    )
    if not count:
        raise errors.already_decided()
    hold.refresh_from_db()
    return hold


def _job(hold: Hold) -> Job:
    job = Job.objects.select_for_update().get(pk=hold.job_id)
    if job.state != State.HELD:
        raise errors.already_decided()
    return job


def _message(*, hold: Hold, text: str, from_officer: bool) -> HoldMessage:
    if not text.strip():
        raise errors.text_needed()
    if len(text) > TEXT_LENGTH:
        raise errors.text_too_long(TEXT_LENGTH)
    if not Hold.objects.filter(pk=hold.pk, state=HoldState.OPEN, job__state=State.HELD).exists():
        raise errors.already_decided()
    return HoldMessage.objects.create(hold=hold, from_officer=from_officer, text=text.strip(), at=timezone.now())


def _record(
    *, actor: Actor, job: Job, phase: str, result: str, rule: str, reviewer: str, facts: dict[str, int | str | bool]
) -> ReviewRecord:
    record = ReviewRecord.objects.create(
        job=job, phase=phase, result=result, rule=rule, reviewer=reviewer, facts=facts, created_at=timezone.now()
    )
    audit.record(
        event=events.REVIEW_RECORDED,
        actor=actor,
        job=job.pk,
        public={"phase": phase, "result": result, "rule": rule},
    )
    return record
