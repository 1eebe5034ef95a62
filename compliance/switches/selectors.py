"""Is it stopped? Asked in front of every publication, registration and job."""

import re
from typing import TypedDict

from django.db.models import QuerySet

from compliance.switches import errors
from compliance.switches.models import Switch, SwitchChange

PUBLICATION = "publication"
REGISTRATION = "registration"
JOB_PREFIX = "job:"
_NAME = re.compile(r"(?:publication|registration|job:[a-z][a-z0-9_]{0,39})\Z")


class SwitchRow(TypedDict):
    """One switch as the page shows it."""

    name: str
    stopped: bool
    last: SwitchChange | None


def is_valid_name(name: str) -> bool:
    """Tell whether `name` is one of the three kinds of switch (Provisions Art. 21)."""
    return _NAME.match(name) is not None


def is_stopped(name: str) -> bool:
    """Tell whether `name` is stopped by order: one primary-key look-up, never cached, so an order works at once.

    Args:
        name: "publication", "registration" or "job:<engine key>".

    Raises:
        ValueError: no switch can have that name (a misspelt gate must not stay open).
    """
    if not is_valid_name(name):
        raise ValueError(f"no such switch: {name!r}")
    return Switch.objects.filter(pk=name, stopped=True).exists()


def refuse_if_stopped(name: str) -> None:
    """Raise DomainError switches.stopped (503) while `name` is stopped by order."""
    if is_stopped(name):
        raise errors.stopped(name)


def switches(engine_keys: list[str]) -> list[SwitchRow]:
    """Return every switch: the two for the whole platform, one per engine, and any older one still on record."""
    names = [PUBLICATION, REGISTRATION, *(JOB_PREFIX + key for key in engine_keys)]
    stored = {switch.name: switch for switch in Switch.objects.all()}
    names += sorted(stored.keys() - set(names))
    last: dict[str, SwitchChange] = {}
    for change in SwitchChange.objects.order_by("at", "id"):
        last[change.switch_id] = change
    return [
        {"name": name, "stopped": bool(name in stored and stored[name].stopped), "last": last.get(name)}
        for name in names
    ]


def changes(limit: int = 50) -> QuerySet[SwitchChange]:
    """Return the latest changes of all switches, newest first."""
    return SwitchChange.objects.all()[:limit]
