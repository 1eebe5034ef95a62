"""Reads jobs. Object rules stand here once: a job is its owner's, an officer sees jobs through holds."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.people.models import User
from media_jobs.jobs.models import Job, Release, StateChange


def jobs_of(user: User) -> QuerySet[Job]:
    """Return this user's jobs, newest first."""
    return Job.objects.filter(owner=user).select_related("work", "work__release").order_by("-created_at", "pk")


def job_of(user: User, job_id: UUID | str) -> Job | None:
    """Return the user's own job, None for anybody else's (which must look like one that does not exist)."""
    return jobs_of(user).filter(pk=job_id).first()


def release_of(job: Job) -> Release | None:
    """Return the job's release, withdrawn or not, None before it."""
    return Release.objects.select_related("work").filter(work__job=job).first()


def release_by_produce_id(produce_id: str) -> Release | None:
    """Return the release that carries this content number (GB 45438-2025 Annex E), None when we made none."""
    return Release.objects.select_related("work", "work__job").filter(work__produce_id=produce_id).first()


def release_by_sha256(sha256: str) -> Release | None:
    """Return the newest release of exactly this file, None when we released none."""
    return Release.objects.select_related("work", "work__job").filter(sha256=sha256).order_by("-released_at").first()


def release_by_work(work_id: UUID | str) -> Release | None:
    """Return the release of this work, withdrawn or not, None before it or for an id that is none."""
    try:
        number = UUID(str(work_id))
    except ValueError:
        return None
    return Release.objects.select_related("work", "work__job").filter(work_id=number).first()


def changes(job: Job) -> list[StateChange]:
    """Return the job's steps in order."""
    return list(job.changes.all())
