"""When the consent of a depicted person is valid (Provisions Art. 14(2); PIPL Art. 13 to 16, 25, 29)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compliance.rules.errors import gettext_noop


class Scope(StrEnum):
    """What a person may allow, each for itself: editing never includes publishing (PIPL Art. 25)."""

    EDIT = "edit"
    PUBLISH = "publish"


SCOPE_TITLES = {
    Scope.EDIT: gettext_noop("My face may be edited for this purpose"),
    Scope.PUBLISH: gettext_noop("The result may be published"),
}

# The house's own periods; the law gives none, PIPL Art. 19 asks for the shortest that serves.
LINK_VALID = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=7)
REMIND_AFTER = timedelta(days=2)
DEFAULT_VALID = timedelta(days=180)
LONGEST_VALID = timedelta(days=365)


class Invalid(StrEnum):
    """Why a consent does not count."""

    NOT_GIVEN = "not_given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OTHER_PURPOSE = "other_purpose"


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What is known of one consent.

    Args:
        scopes: what was allowed.
        binding: the hash of what was shown when it was given.
        granted_at: aware time, or None when it was never given.
        valid_until: aware time after which it no longer counts.
        revoked_at: aware time of the withdrawal, or None.
    """

    scopes: frozenset[str]
    binding: str
    granted_at: datetime | None
    valid_until: datetime | None
    revoked_at: datetime | None


def binding_hash(*, purpose: str, method: str, data_types: tuple[str, ...]) -> str:
    """Return what ties a consent to what was shown: SHA-256 over purpose, method and kinds of data.

    PIPL Art. 14: when one of the three changes, a new consent is needed. Order and repetition of the kinds of data and
    surrounding blanks make no difference; every other character does.

    Returns:
        64 hex digits.
    """
    parts = {"purpose": purpose.strip(), "method": method.strip(), "data_types": sorted(set(data_types))}
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def valid_until(granted_at: datetime, asked: timedelta | None = None) -> datetime:
    """Return the end of a consent given at `granted_at`: what was asked, never longer than a year (PIPL Art. 19).

    Raises:
        ValueError: the period is not positive.
    """
    period = DEFAULT_VALID if asked is None else asked
    if period <= timedelta(0):
        raise ValueError("a consent lasts for a positive time")
    return granted_at + min(period, LONGEST_VALID)


def why_invalid(facts: ConsentFacts, *, scope: str, binding: str, now: datetime) -> Invalid | None:
    """Return why this consent does not allow `scope` for what `binding` stands for, or None when it does.

    Args:
        facts: the consent.
        scope: a Scope value; editing allowed says nothing about publishing.
        binding: `binding_hash` of what is about to be done.
        now: aware time.
    """
    if facts.revoked_at is not None and facts.revoked_at <= now:
        return Invalid.WITHDRAWN
    if facts.granted_at is None or facts.granted_at > now or scope not in facts.scopes:
        return Invalid.NOT_GIVEN
    if facts.valid_until is not None and facts.valid_until <= now:
        return Invalid.EXPIRED
    if facts.binding != binding:
        return Invalid.OTHER_PURPOSE
    return None


def is_valid(facts: ConsentFacts, *, scope: str, binding: str, now: datetime) -> bool:
    """Tell whether this consent allows `scope` for what `binding` stands for at `now`."""
    return why_invalid(facts, scope=scope, binding=binding, now=now) is None
