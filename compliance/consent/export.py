"""What this room keeps of an asker, for their own copy (PIPL Art. 45). Persons asked have /c/manage/."""

from typing import Any

from accounts.people.models import User
from compliance.consent.models import Ask
from compliance.consent.selectors import consent_rows
from media_jobs.jobs.selectors import jobs_of


def consent_part(user: User) -> list[dict[str, Any]]:
    """Return whom the person named and asked, and the answers as the asker may see them: never why, never silence."""
    purposes = {row.job_id: row.purpose for row in Ask.objects.filter(job__owner=user)}
    found = []
    for job in jobs_of(user):
        people = [
            {
                "name": row.name,
                "phone": row.phone,
                "pictures": list(row.roles),
                "answer": row.state,
                "asked_at": row.asked_at.isoformat() if row.asked_at else None,
            }
            for row in consent_rows(job)
        ]
        if people or job.pk in purposes:
            found.append({"job": str(job.pk), "purpose": purposes.get(job.pk, ""), "people": people})
    return found
