"""The compare-and-swap that moves a job, for this room's services only: nobody else changes `Job.state`."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from media_jobs.jobs import errors, transitions
from media_jobs.jobs.models import Job, StateChange, Work
from media_jobs.jobs.states import FINISHED, NEEDS_REASON, RUNNABLE, State


def move(
    *,
    actor: Actor,
    job: Job,
    to: str,
    reason_code: str = "",
    lease_owner: str = "",
    fields: Mapping[str, Any] | None = None,
    public: Mapping[str, str | int | bool] | None = None,
) -> tuple[Job, str]:
    """Do what `services.job_move` promises, inside the caller's transaction.

    Returns:
        The job as it is now, and the id of the event that says so.
    """
    source, target = State(job.state), State(to)
    step = transitions.find(source, target)
    if step is None:
        raise errors.bad_transition(source, target)
    fenced = _permit(step=step, actor=actor, job=job, lease_owner=lease_owner)
    if target in NEEDS_REASON and not reason_code:
        raise errors.reason_needed()
    now = timezone.now()
    changes: dict[str, Any] = {
        "state": target,
        "stage_started_at": now,
        "attempts": 0,
        "progress_done": 0.0,
        "progress_total": 0.0,
        "reason_code": reason_code if target in NEEDS_REASON else "",
        "finished_at": now if target in FINISHED else None,
        "resume_state": "",
        "rung_at": None,
        **(fields or {}),
    }
    if source == State.RELEASED:
        changes.pop("finished_at")
    if target not in RUNNABLE or not fenced:
        changes |= {"lease_owner": "", "lease_until": None}
    rows = Job.objects.filter(pk=job.pk, state=source)
    if fenced:
        rows = rows.filter(lease_owner=lease_owner)
    if rows.update(**changes) != 1:
        if fenced and Job.objects.filter(pk=job.pk, state=source).exists():
            raise errors.lease_lost()
        raise errors.bad_transition(source, target)
    if target == State.LABELLING:
        # The content number exists before the label that carries it, and stays the same however often a stage runs.
        Work.objects.get_or_create(job=job, defaults={"created_at": now})
    StateChange.objects.create(job=job, from_state=source, to_state=target, reason_code=reason_code, at=now)
    event_id = audit.record(
        event=step.event,
        actor=actor,
        job=job.pk,
        work=_work_id(job),
        public=_event_fields(step, public, reason_code=reason_code),
    )
    job.refresh_from_db()
    return job, event_id


def _permit(*, step: transitions.Transition, actor: Actor, job: Job, lease_owner: str) -> bool:
    """Return whether the step is fenced by a lease; raise when this actor may not take it."""
    if actor.kind == "system":
        if "worker" in step.who:
            if not lease_owner:
                raise errors.not_allowed()
            return True
        if "system" in step.who:
            return bool(lease_owner)
    elif actor.kind in step.who or ("owner" in step.who and actor.id == str(job.owner_id)):
        return False
    raise errors.not_allowed()


def _work_id(job: Job) -> str:
    return str(Work.objects.filter(job=job).values_list("pk", flat=True).first() or "")


def _event_fields(
    step: transitions.Transition, public: Mapping[str, str | int | bool] | None, *, reason_code: str
) -> dict[str, str | int | bool]:
    fields = dict(public or {})
    if "reason" in step.event.public:
        fields.setdefault("reason", reason_code)
    if "stage" in step.event.public:
        fields.setdefault("stage", str(step.source if step.target == State.FAILED else step.target))
    return fields
