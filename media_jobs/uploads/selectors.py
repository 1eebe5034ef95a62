"""Reading what was received."""

from collections.abc import Iterable
from uuid import UUID

from accounts.people.models import User
from media_jobs.jobs.models import Job
from media_jobs.uploads.models import Upload


def uploads_for(job: Job) -> list[Upload]:
    """Return the job's inputs, ordered by role."""
    return list(Upload.objects.filter(job=job))


def names_of(jobs: Iterable[Job]) -> dict[UUID, str]:
    """Return for each job the names that its files came with, in one query."""
    names: dict[UUID, list[str]] = {}
    for row in Upload.objects.filter(job__in=list(jobs)).order_by("role").only("job_id", "original_name"):
        names.setdefault(row.job_id, []).append(row.original_name)
    return {job: ", ".join(found) for job, found in names.items()}


def upload_in_role(job: Job, role: str) -> Upload | None:
    """Return the job's input of that role, or None."""
    return Upload.objects.filter(job=job, role=role).first()


def visible_upload(user: User, upload_id: UUID) -> Upload | None:
    """Return an input its owner may look at; None for everybody else.

    Officers look at held jobs only, through the review's own pages, where each look is logged.
    """
    return Upload.objects.select_related("job").filter(job__owner=user, pk=upload_id).first()


def faces_unknown(job: Job) -> list[Upload]:
    """Return the job's inputs that nobody has searched for faces yet."""
    return list(Upload.objects.filter(job=job, face_count__isnull=True))


def known_sha256(sha256: str) -> bool:
    """Say whether some input of some job has exactly this content."""
    return Upload.objects.filter(sha256=sha256).exists()
