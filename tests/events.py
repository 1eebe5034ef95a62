"""What the log holds, as tests ask for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from compliance.audit.entry import parse
from compliance.audit.models import Pending


@dataclass(frozen=True)
class Recorded:
    """One event, with who did it and whom it is about."""

    type: str
    actor: str
    subject: str
    outcome: str
    public: dict[str, Any]


@pytest.fixture
def recorded(db: None) -> Callable[..., list[Recorded]]:
    """Return a function that lists the events recorded so far, all or those whose name starts with `prefix`."""

    def look(prefix: str = "") -> list[Recorded]:
        rows = [(row, parse(row.entry)) for row in Pending.objects.order_by("event_id")]
        return [
            Recorded(
                type=entry.type,
                actor=f"{row.actor_kind}:{row.actor}",
                subject=row.subject,
                outcome=entry.outcome,
                public=entry.public,
            )
            for row, entry in rows
            if entry.type.startswith(prefix)
        ]

    return look
