"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import jobs_of, release_of


def jobs_part(user: User) -> list[dict[str, Any]]:
    """Return the person's jobs: what was declared and acknowledged, every step, and what came of them."""
    return [_job(job) for job in jobs_of(user).prefetch_related("changes")]


def _job(job: Job) -> dict[str, Any]:
    release = release_of(job)
    return {
        "id": str(job.pk),
        "engine": job.engine,
        "art23_class": job.art23_class,
        "depicts_declared": job.depicts_declared,
        "state": job.state,
        "reason": job.reason_code,
        "created_at": job.created_at.isoformat(),
        "submitted_at": job.submitted_at.isoformat() if job.submitted_at else None,
        "reminder_acknowledged_at": job.reminder_ack_at.isoformat() if job.reminder_ack_at else None,
        "prompt_acknowledged_at": job.inform_ack_at.isoformat() if job.inform_ack_at else None,
        "steps": [{"to": row.to_state, "at": row.at.isoformat()} for row in job.changes.all()],
        "release": (
            {
                "produce_id": release.work.produce_id,
                "sha256": release.sha256,
                "size": release.size,
                "mime": release.mime,
                "label": release.label_text,
                "unlabelled_request": release.unlabelled_request,
                "released_at": release.released_at.isoformat(),
                "withdrawn_at": release.withdrawn_at.isoformat() if release.withdrawn_at else None,
            }
            if release
            else None
        ),
    }
