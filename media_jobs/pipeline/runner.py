"""Drive one job: take its lease, run stage after stage, commit each with its event, until somebody else must act."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.people.actors import actor_for
from compliance.audit import services as audit
from compliance.audit.actor import system
from compliance.consent import services as consent_services
from compliance.review import selectors as reviews_of
from compliance.review import services as reviews
from compliance.review.errors import unlabelled_scope
from compliance.rules.errors import DomainError
from media_jobs.isolation.errors import IsolationError, PortableError
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import RUNNABLE, State
from media_jobs.pipeline import events, leases, working
from media_jobs.pipeline.leases import Heartbeat, Lease
from media_jobs.pipeline.models import StageResult
from media_jobs.pipeline.stages import STAGES, Attempt, Outcome, Result, consent_settled

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
EXHAUSTED = "pipeline.attempts_exhausted"
CONSENT_NOT_IN_FORCE = "consent.not_in_force"
DISK = "pipeline.storage"
# Somebody else moved the job meanwhile (cancelled, withdrawn, taken over): nothing of this attempt counts.
_OVERTAKEN = frozenset({"jobs.bad_transition", "jobs.lease_lost"})
WORKER = system("pipeline")


def run_job(job_id: UUID | str) -> bool:
    """Move a job on as far as it goes without a person.

    Safe to call at any time, any number of times, from any number of workers: only the holder of the lease does
    anything, and every move compares the lease's token.

    Returns:
        False when there was nothing to do here: finished, waiting, or in another worker's hands.
    """
    lease = leases.take(actor=WORKER, job_id=job_id)
    if lease is None:
        return False
    try:
        with Heartbeat(lease):
            while run_stage(lease):
                pass
    finally:
        leases.give_back(lease)
    tidy(job_id)
    return True


def tidy(job_id: UUID | str) -> None:
    """Empty the working store of a job that is over; what an unreleased one had ready to publish goes too.

    Files only: the rows that pointed to them keep their hashes.
    """
    job = Job.objects.select_related("work").filter(pk=job_id).first()
    if job is not None and job.finished_at is None:
        return
    if job is not None and hasattr(job, "work"):
        release = Release.objects.filter(work=job.work).first()
        working.unpublish(job.work.produce_id, but=release.path if release else "")
    working.clear(job_id)


def run_stage(lease: Lease) -> bool:
    """Run the present stage once; True when there may be more to do under this lease."""
    job = _begin(lease)
    if job is None:
        return False
    try:
        if job.attempts > MAX_ATTEMPTS:
            _fail(job, lease, EXHAUSTED)
            return False
        if job.state != State.SUBMITTED and not consent_settled(job):
            _fail(job, lease, CONSENT_NOT_IN_FORCE)
            return False
        return _attempt(job, lease)
    except DomainError as error:
        if error.code in _OVERTAKEN:
            logger.info("job %s was moved by somebody else (%s)", job.pk, error.code)
            return False
        raise


def _attempt(job: Job, lease: Lease) -> bool:
    try:
        with working.attempt(job.pk, stage=job.state, token=lease.token) as place:
            outcome = STAGES[State(job.state)](Attempt(job, lease.token, place))
            return _commit(job, lease, outcome)
    except IsolationError as error:
        logger.warning("job %s: %s %s", job.pk, error.code, error.detail)
        return _try_again(job, lease, error.code)
    except OSError as error:
        logger.warning("job %s: %s", job.pk, error.strerror)
        return _try_again(job, lease, DISK)
    except PortableError as error:
        _fail(job, lease, error.code)
    except DomainError as error:
        if error.code in _OVERTAKEN:
            raise
        _fail(job, lease, error.code)
    return False


def _begin(lease: Lease) -> Job | None:
    """Count the attempt; None when the job is no longer ours to run."""
    begun = Job.objects.filter(pk=lease.job_id, lease_owner=lease.token, state__in=RUNNABLE).update(
        attempts=F("attempts") + 1, heartbeat_at=timezone.now()
    )
    return Job.objects.select_related("owner").get(pk=lease.job_id) if begun else None


def _commit(job: Job, lease: Lease, outcome: Outcome) -> bool:
    """Commit the stage: the move, its event, the review's record, the stage's result, all or nothing."""
    with transaction.atomic():
        if outcome.to is None:
            return _commit_consent_check(job, lease)
        if outcome.result is not None:
            _remember(job, outcome.result)
        if outcome.verdict is not None:
            reviews.review_record(actor=WORKER, job=job, phase=outcome.phase, verdict=outcome.verdict)
        if outcome.release is not None:
            _same_request(job, outcome.release.unlabelled_request)
            jobs.job_release(actor=WORKER, job=job, lease_owner=lease.token, file=outcome.release)
        elif outcome.to == State.HELD and outcome.verdict is not None:
            reviews.hold_open(actor=WORKER, job=job, phase=outcome.phase, reason=outcome.verdict.reason)
            jobs.job_move(
                actor=WORKER,
                job=job,
                to=State.HELD,
                reason_code=outcome.verdict.reason,
                lease_owner=lease.token,
                fields={"resume_state": job.state},
            )
        else:
            jobs.job_move(actor=WORKER, job=job, to=outcome.to, lease_owner=lease.token)
    return outcome.to in RUNNABLE


def _same_request(job: Job, claimed: str) -> None:
    """Nothing when the request under which the explicit label was left out still stands; a withdrawal in between wins.

    Raises:
        DomainError: unlabelled.*.
    """
    Job.objects.select_for_update().get(pk=job.pk)
    request = reviews_of.unlabelled_approved(job)
    if (str(request.pk) if request else "") != claimed:
        raise unlabelled_scope()


def _commit_consent_check(job: Job, lease: Lease) -> bool:
    """Ask everybody depicted, then wait or go on.

    The row lock is the one `consents_settled` takes: an answer that comes in between is seen here or moves the job
    there, never lost.
    """
    locked = Job.objects.select_for_update().select_related("owner").get(pk=job.pk)
    if locked.state != job.state or locked.lease_owner != lease.token:
        return False
    if consent_settled(locked):
        jobs.job_move(actor=WORKER, job=locked, to=State.INPUT_REVIEW, lease_owner=lease.token)
        return True
    # The question is the submitter's, whoever carries it.
    consent_services.requests_send(actor=actor_for(locked.owner), job=locked)
    jobs.job_move(actor=WORKER, job=locked, to=State.AWAITING_CONSENT, lease_owner=lease.token)
    return False


def _remember(job: Job, result: Result) -> None:
    StageResult.objects.update_or_create(
        job=job,
        stage=job.state,
        defaults={
            "path": result.path,
            "sha256": result.sha256,
            "report": result.report,
            "at": timezone.now(),
        },
    )


def _try_again(job: Job, lease: Lease, reason: str) -> bool:
    """Log the failed attempt and go round again, or fail the job when that was the last one."""
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, lease, reason)
        return False
    with transaction.atomic():
        if not leases.extend(lease):
            return False
        audit.record(
            event=events.STAGE_RETRIED,
            actor=WORKER,
            job=job.pk,
            outcome=reason,
            public={"stage": str(job.state), "reason": reason, "attempt": job.attempts},
        )
    return True


def _fail(job: Job, lease: Lease, reason: str) -> None:
    """Stop the job in a named state with a reason and a way out (law 4)."""
    jobs.job_move(
        actor=WORKER,
        job=job,
        to=State.FAILED,
        reason_code=reason,
        lease_owner=lease.token,
        fields={"resume_state": _resume(State(job.state), reason)},
    )


def _resume(state: State, reason: str) -> State:
    """Return the stage a failed job is tried again from: a label that was left out in vain is written anew."""
    written_otherwise = reason == "pipeline.readback_mismatch" or reason.startswith("unlabelled.")
    return State.LABELLING if state == State.READ_BACK and written_otherwise else state
