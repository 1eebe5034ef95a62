"""What this room keeps of a person, for their own copy (PIPL Art. 45)."""

from typing import Any

from accounts.people.models import User
from media_jobs.handover.presenting import as_json
from media_jobs.handover.selectors import handovers_of


def handovers_part(user: User) -> list[dict[str, Any]]:
    """Return the person's hand-overs."""
    return [as_json(row) for row in handovers_of(user)]
