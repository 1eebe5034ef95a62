"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from compliance.review.models import Hold


def review_part(user: User) -> list[dict[str, Any]]:
    """Return the holds of the person's jobs with what both sides wrote; never which officer it was."""
    return [
        {
            "job": str(hold.job_id),
            "phase": hold.phase,
            "reason": hold.reason,
            "state": hold.state,
            "opened_at": hold.opened_at.isoformat(),
            "explanation": hold.explanation,
            "messages": [
                {"from": "officer" if row.from_officer else "you", "text": row.text, "at": row.at.isoformat()}
                for row in hold.messages.all()
            ],
        }
        for hold in Hold.objects.filter(job__owner=user).prefetch_related("messages").order_by("opened_at")
    ]
