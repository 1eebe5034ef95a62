"""How long what is kept, and from when it may go.

Six months in the law are counted as 184 days, the longest six-month interval, so that no way of counting finds a gap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compliance.rules.errors import gettext_noop

SIX_MONTHS = timedelta(days=184)
THREE_YEARS = timedelta(days=3 * 366)


class Kept(StrEnum):
    """What is kept."""

    LOG = "log"
    UNLABELLED_RECIPIENTS = "unlabelled_recipients"
    IMPACT_ASSESSMENT = "impact_assessment"
    PROVISION_RECORD = "provision_record"
    VERIFICATION_ATTEMPT = "verification_attempt"
    IDENTITY = "identity"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Period:
    """Between when something must be kept and when it has to be gone.

    Args:
        at_least: the floor; nothing younger is deleted by anybody.
        at_most: the ceiling counted from the end of the purpose, or None where the purpose itself ends it.
        cite: where the floor comes from.
        sentence: the same for people, in the catalogue's English.
    """

    at_least: timedelta
    at_most: timedelta | None
    cite: str
    sentence: str


PERIODS: dict[Kept, Period] = {
    Kept.LOG: Period(
        SIX_MONTHS,
        None,
        gettext_noop("Cybersecurity Law Art. 23(3); Provisions Art. 16"),
        gettext_noop("Log entries: at least six months; they hold no names and no numbers."),
    ),
    Kept.UNLABELLED_RECIPIENTS: Period(
        SIX_MONTHS,
        None,
        gettext_noop("Labelling Measures Art. 9"),
        gettext_noop("Who received content without a visible label: at least six months."),
    ),
    Kept.IMPACT_ASSESSMENT: Period(
        THREE_YEARS,
        None,
        gettext_noop("PIPL Art. 56"),
        gettext_noop("Impact assessments: at least three years."),
    ),
    Kept.PROVISION_RECORD: Period(
        THREE_YEARS,
        None,
        gettext_noop("Network Data Security Regulations Art. 12"),
        gettext_noop("Records of personal data passed on: at least three years."),
    ),
    Kept.VERIFICATION_ATTEMPT: Period(
        SIX_MONTHS,
        SIX_MONTHS,
        gettext_noop("Cybersecurity Law Art. 23(3); PIPL Art. 19"),
        gettext_noop("Attempts that did not verify you: their result for six months; name and number are not kept."),
    ),
    Kept.IDENTITY: Period(
        timedelta(0),
        SIX_MONTHS,
        gettext_noop("Provisions Art. 9; PIPL Art. 19, 47"),
        gettext_noop(
            "Your verified name and number: encrypted while the account exists, then deleted within six months."
        ),
    ),
    Kept.UPLOAD: Period(
        timedelta(0),
        SIX_MONTHS,
        gettext_noop("PIPL Art. 19"),
        gettext_noop("What you upload: as long as the job needs it, at most six months after it ends."),
    ),
}


def may_delete(kind: Kept, *, created_at: datetime, now: datetime) -> bool:
    """Tell whether something of this kind has reached the floor, so that deleting it breaks no duty to keep it."""
    return now - created_at >= PERIODS[kind].at_least


def must_delete(kind: Kept, *, purpose_ended_at: datetime | None, now: datetime) -> bool:
    """Tell whether something of this kind is past its ceiling; a purpose that still runs (None) has none."""
    ceiling = PERIODS[kind].at_most
    return purpose_ended_at is not None and ceiling is not None and now - purpose_ended_at >= ceiling
