"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from compliance.review.models import Hold, UnlabelledRequest, UnlabelledSupply


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


def unlabelled_part(user: User) -> list[dict[str, Any]]:
    """Return the person's requests for files without an explicit label, and what was supplied to them."""
    asked = UnlabelledRequest.objects.filter(applicant=user).order_by("requested_at")
    received = UnlabelledSupply.objects.filter(recipient=user).order_by("at")
    return [
        {
            "request": str(row.pk),
            "job": str(row.job_id),
            "purpose": row.purpose,
            "agreement_sha256": row.agreement_sha256,
            "duty_version": row.duty_version,
            "state": row.state,
            "requested_at": row.requested_at.isoformat(),
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            "reason": row.reason,
        }
        for row in asked
    ] + [{"received": str(row.request_id), "sha256": row.sha256, "at": row.at.isoformat()} for row in received]
