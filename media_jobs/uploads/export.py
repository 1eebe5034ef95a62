"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from media_jobs.uploads.models import Upload


def uploads_part(user: User) -> list[dict[str, Any]]:
    """Return what is kept about each of the person's files; the pictures themselves stand on the job's page."""
    return [
        {
            "job": str(row.job_id),
            "role": row.role,
            "name": row.original_name,
            "sha256": row.sha256,
            "size": row.size,
            "mime": row.mime,
            "faces": row.faces,
            "found_in_the_file": row.probe,
            "received_at": row.created_at.isoformat(),
        }
        for row in Upload.objects.filter(job__owner=user).order_by("created_at")
    ]
