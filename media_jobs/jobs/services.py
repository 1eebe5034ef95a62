"""Everything that changes a job. Each service is atomic and writes its event in the same transaction (law 2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.people.models import User
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from media_jobs.jobs import errors, events
from media_jobs.jobs.models import Job, Release, StateChange, Work
from media_jobs.jobs.moving import move
from media_jobs.jobs.ringing import ring
from media_jobs.jobs.states import CANCELLABLE, Depicts, State

__all__ = [
    "ReleaseFile",
    "consent_refused",
    "consents_settled",
    "job_cancel",
    "job_configure",
    "job_create",
    "job_discard",
    "job_move",
    "job_release",
    "job_retry",
    "job_submit",
    "release_withdraw",
    "ring",
]


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """The labelled file as it was read back.

    Args:
        path: relative to MEDIA_ROOT.
        sha256: of the whole file, hex.
        size: bytes.
        mime: type of the file's content.
        width: pixels as displayed, 0 without a picture.
        height: pixels as displayed, 0 without a picture.
        label_text: the explicit label as drawn, spoken or written (GB 45438-2025 5), "" where it was left out.
        provider_code: ContentProducer (TC260-PG-20252A).
        report: the writer's and the reader's findings, JSON.
        medium: "image", "video", "audio" or "text".
        duration: seconds of sound or video.
        sidecars: files that belong to it, as models.Release.sidecars.
        unlabelled_request: the approved request under which the explicit label was left out, "" otherwise.
    """

    path: str
    sha256: str
    size: int
    mime: str
    width: int
    height: int
    label_text: str
    provider_code: str
    report: dict[str, Any]
    medium: str = "image"
    duration: float = 0.0
    sidecars: list[dict[str, Any]] = field(default_factory=list)
    unlabelled_request: str = ""


@transaction.atomic
def job_create(*, actor: Actor, owner: User, engine: str, copy_of: Job | None = None) -> Job:
    """Begin a draft.

    Args:
        engine: key of the engine; the pipeline has checked that it exists and is not stopped.
        copy_of: the job whose declarations the draft takes over.
    """
    now = timezone.now()
    job = Job.objects.create(
        owner=owner,
        engine=engine,
        art23_class=copy_of.art23_class if copy_of else "",
        depicts_declared=copy_of.depicts_declared if copy_of else "",
        created_at=now,
        stage_started_at=now,
    )
    StateChange.objects.create(job=job, from_state="", to_state=State.DRAFT, at=now)
    audit.record(event=events.JOB_CREATED, actor=actor, job=job.pk, public={"engine": engine})
    return job


@transaction.atomic
def job_configure(*, actor: Actor, job: Job, art23_class: str, depicts_declared: str) -> Job:
    """Store what the submitter declares: the Art. 23 class and whether a person is depicted.

    Raises:
        DomainError: jobs.not_allowed, jobs.draft_only.
    """
    _require_owner(actor, job)
    depicts = Depicts(depicts_declared)
    count = Job.objects.filter(pk=job.pk, state=State.DRAFT).update(art23_class=art23_class, depicts_declared=depicts)
    if not count:
        raise errors.draft_only()
    job.refresh_from_db()
    audit.record(
        event=events.JOB_CONFIGURED,
        actor=actor,
        job=job.pk,
        public={"art23_class": art23_class, "depicts": depicts.value},
    )
    return job


@transaction.atomic
def job_discard(*, actor: Actor, job: Job) -> None:
    """Delete a draft; its event stays in the log.

    Raises:
        DomainError: jobs.not_allowed, jobs.draft_only.
    """
    _require_owner(actor, job)
    locked = Job.objects.select_for_update().filter(pk=job.pk, state=State.DRAFT).first()
    if locked is None:
        raise errors.draft_only()
    audit.record(event=events.JOB_DISCARDED, actor=actor, job=job.pk)
    locked.delete()


@transaction.atomic
def job_submit(*, actor: Actor, job: Job, engine_version: str, reminder_version: str, inform_version: str = "") -> Job:
    """Hand a draft in and ring the worker. The pipeline has checked that it is complete.

    Args:
        reminder_version: SHA-256 of the reminder that was shown and acknowledged (Provisions Art. 8).
        inform_version: the same for the prompt to inform the edited person (Provisions Art. 14), "" when not shown.

    Raises:
        DomainError: jobs.bad_transition when it was submitted already (a double click).
    """
    now = timezone.now()
    moved = job_move(
        actor=actor,
        job=job,
        to=State.SUBMITTED,
        fields={
            "submitted_at": now,
            "engine_version": engine_version,
            "reminder_version": reminder_version,
            "reminder_ack_at": now,
            "inform_version": inform_version,
            "inform_ack_at": now if inform_version else None,
        },
        public={
            "engine": job.engine,
            "engine_version": engine_version,
            "art23_class": job.art23_class,
            "depicts": job.depicts_declared,
            "reminder_version": reminder_version,
            "inform_version": inform_version,
        },
    )
    ring(moved.pk)
    return moved


@transaction.atomic
def job_move(
    *,
    actor: Actor,
    job: Job,
    to: str,
    reason_code: str = "",
    lease_owner: str = "",
    fields: Mapping[str, Any] | None = None,
    public: Mapping[str, str | int | bool] | None = None,
) -> Job:
    """Move a job by compare-and-swap along the transition table, with its event.

    Args:
        job: as the caller read it; its state is what is compared.
        to: target state.
        reason_code: why, for the states that stop.
        lease_owner: the fencing token; a worker's step compares it, so that a worker whose lease was taken over
            changes nothing.
        fields: further columns that change with the state.
        public: readable fields of the event.

    Raises:
        DomainError: jobs.bad_transition, jobs.not_allowed, jobs.reason_needed, jobs.lease_lost.
    """
    moved, _event_id = move(
        actor=actor, job=job, to=to, reason_code=reason_code, lease_owner=lease_owner, fields=fields, public=public
    )
    return moved


@transaction.atomic
def job_release(*, actor: Actor, job: Job, lease_owner: str, file: ReleaseFile) -> Release:
    """Release the labelled file: the job's last move, its event with the file's hash, and the one Release row.

    Args:
        lease_owner: the fencing token; a worker whose lease was taken over writes no release.
        file: the labelled file as it was read back.

    Raises:
        DomainError: jobs.bad_transition, jobs.lease_lost.
    """
    work = Work.objects.get(job=job)
    moved, event_id = move(
        actor=actor,
        job=job,
        to=State.RELEASED,
        lease_owner=lease_owner,
        public={
            "sha256": file.sha256,
            "size": file.size,
            "mime": file.mime,
            "produce_id": work.produce_id,
            "provider_code": file.provider_code,
        },
    )
    return Release.objects.create(work=work, released_at=moved.stage_started_at, event_id=event_id, **asdict(file))


@transaction.atomic
def job_cancel(*, actor: Actor, job: Job, reason_code: str = "jobs.cancelled_by_owner") -> Job:
    """Stop a job that is not finished; a worker that is busy with it finds its steps refused.

    Raises:
        DomainError: jobs.bad_transition, jobs.not_allowed.
    """
    # A lock, so that the worker's next step and the cancelling do not chase each other's states.
    locked = Job.objects.select_for_update().get(pk=job.pk)
    return job_move(actor=actor, job=locked, to=State.CANCELLED, reason_code=reason_code)


@transaction.atomic
def job_retry(*, actor: Actor, job: Job) -> Job:
    """Try a failed job again from the stage it failed in.

    Raises:
        DomainError: jobs.bad_transition, jobs.not_allowed.
    """
    target = job.resume_state or State.SUBMITTED
    moved = job_move(actor=actor, job=job, to=target, public={"stage": str(target)})
    ring(moved.pk)
    return moved


@transaction.atomic
def consents_settled(*, actor: Actor, job_id: UUID | str) -> bool:
    """Let a waiting job go on because every consent is there; True when it moved.

    A job that is still being checked is left alone: the check takes the same row lock and sees the consent itself.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.state != State.AWAITING_CONSENT:
        return False
    moved = job_move(actor=actor, job=job, to=State.INPUT_REVIEW)
    ring(moved.pk)
    return True


@transaction.atomic
def consent_refused(*, actor: Actor, job_id: UUID | str, reason_code: str) -> bool:
    """Stop a job because a depicted person said no or did not answer in time; True when it moved."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.state not in CANCELLABLE:
        return False
    job_move(actor=actor, job=job, to=State.CANCELLED, reason_code=reason_code)
    return True


@transaction.atomic
def release_withdraw(*, actor: Actor, job_id: UUID | str, reason_code: str) -> bool:
    """Take back what a job brought forth: cancel it when unreleased, else withdraw the release (410 from then on).

    Args:
        reason_code: for example consent.revoked (PIPL Art. 15) or the code of an order.

    Returns:
        True when something changed.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        return False
    if job.state in CANCELLABLE:
        job_move(actor=actor, job=job, to=State.CANCELLED, reason_code=reason_code)
        return True
    if job.state != State.RELEASED:
        return False
    release = Release.objects.get(work__job=job)
    job_move(actor=actor, job=job, to=State.WITHDRAWN, reason_code=reason_code)
    Release.objects.filter(pk=release.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now(), withdraw_reason=reason_code
    )
    return True


def _require_owner(actor: Actor, job: Job) -> None:
    if actor.id != str(job.owner_id):
        raise errors.not_allowed()
