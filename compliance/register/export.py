"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from compliance.register.selectors import acceptances


def texts_part(user: User) -> list[dict[str, Any]]:
    """Return which wording of which text the person accepted, and when."""
    return [{"text": row.kind, "sha256": row.sha256, "at": row.at.isoformat()} for row in acceptances(user)]
