"""The event registry: every event has a stable number, an api name, a bilingual sentence and a declared field list."""

import re
from dataclasses import dataclass

from compliance.audit.entry import POINTING
from compliance.rules.errors import gettext_noop

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event.

    Args:
        number: stable id, never reused.
        name: `domain.verb`.
        sentence: English sentence marked for the catalogue; %(field)s placeholders name public fields.
        public: field names that may stand readable in the entry (no personal data, nothing that links two entries).
        personal: field names whose values go, encrypted, to the disclosure table; the entry holds salted commitments.
    """

    number: int
    name: str
    sentence: str
    public: frozenset[str]
    personal: frozenset[str]


_BY_NAME: dict[str, EventType] = {}
_BY_NUMBER: dict[int, EventType] = {}


def register(
    number: int, name: str, sentence: str, *, public: tuple[str, ...] = (), personal: tuple[str, ...] = ()
) -> EventType:
    """Declare an event type; a number or name that is already taken refuses to load.

    Raises:
        ValueError: the number or the name is taken, or a name that an entry cannot hold.
    """
    for label in (name, *public, *personal):
        if len(label) > 64 or not _NAME.match(label):
            raise ValueError(f"{label!r} is not a name")
    if set(personal) & {*POINTING, *public}:
        raise ValueError(f"event {name!r} uses one field name twice")
    if number in _BY_NUMBER or name in _BY_NAME:
        raise ValueError(f"event {number} {name!r} is declared twice")
    event = EventType(number, name, sentence, frozenset(public), frozenset(personal))
    _BY_NUMBER[number] = event
    _BY_NAME[name] = event
    return event


def by_name(name: str) -> EventType:
    """Return the event type of that api name (KeyError when nobody declared it)."""
    return _BY_NAME[name]


def all_events() -> list[EventType]:
    """Return every declared event type, by number."""
    return [_BY_NUMBER[number] for number in sorted(_BY_NUMBER)]


DISCLOSURE_ERASED = register(900, "audit.disclosure_erased", gettext_noop("Personal data of a log entry was erased"))
