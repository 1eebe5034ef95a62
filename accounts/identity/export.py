"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.identity.models import Verification
from accounts.identity.selectors import documents
from accounts.people.models import User


def identity_part(user: User) -> dict[str, Any]:
    """Return the verified names and numbers, and every attempt with the vendor it went to."""
    return {
        "documents": [
            {"kind": row.kind, "name": row.name, "number": row.number, "kept_since": row.created_at.isoformat()}
            for row in documents(user)
        ],
        "attempts": [
            {
                "channel": row.channel,
                "verdict": row.verdict,
                "vendor": row.vendor,
                "at": row.created_at.isoformat(),
                "valid_until": row.expires_at.isoformat() if row.expires_at else None,
            }
            for row in Verification.objects.filter(user=user)
        ],
    }
