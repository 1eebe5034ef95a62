"""What a verdict means, in words for the person it concerns and for the staff who help them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity.models import Verdict, Verification


@dataclass(frozen=True, slots=True)
class Words:
    """One verdict in words.

    Args:
        tone: of the status component.
        title: what happened.
        sentence: what that means.
        advice: what to do now.
    """

    tone: str
    title: str | Promise
    sentence: str | Promise
    advice: str | Promise


VERDICTS: dict[str, Words] = {
    Verdict.MATCH: Words(
        "ok",
        _("You are verified"),
        _("The data match the official record."),
        _("You can submit jobs now."),
    ),
    Verdict.MISMATCH: Words(
        "stop",
        _("The data do not match"),
        _("What you typed and what is on record differ."),
        _("Compare every character with the document or the message, then try again."),
    ),
    Verdict.NO_RECORD: Words(
        "stop",
        _("There is no record of this number"),
        _("The register that was asked does not know the number. That can happen with a new or recently changed one."),
        _("Check the number, or choose another way to verify yourself."),
    ),
    Verdict.CANNOT_VERIFY: Words(
        "wait",
        _("This document cannot be checked here"),
        _("The register does not answer for this kind of record. This says nothing about you."),
        _("Choose another way to verify yourself, for example your mobile number."),
    ),
    Verdict.REJECTED_INPUT: Words(
        "stop",
        _("The register refused the data"),
        _("The form of the name or the number was not accepted."),
        _("Write both exactly as they stand on the document, without abbreviations."),
    ),
    Verdict.RATE_LIMITED: Words(
        "wait",
        _("The register is busy"),
        _("Too many requests reached it just now. This says nothing about you."),
        _("Try again in a few minutes."),
    ),
    Verdict.PROVIDER_ERROR: Words(
        "wait",
        _("The register could not be reached"),
        _("A technical fault kept the question from being answered. This says nothing about you or your data."),
        _("Try again in a few minutes, or choose another way."),
    ),
}

_WITHHELD: dict[str, Words] = {
    Verification.Withheld.HELD_ELSEWHERE: Words(
        "stop",
        _("This number already verifies another account"),
        _("The data match, but one number stands for one account."),
        _("Log in to the other account, or ask the provider's staff if it is not yours."),
    ),
    Verification.Withheld.OTHER_DOCUMENT: Words(
        "stop",
        _("This account is verified with another number"),
        _("The data match, but one account stands for one person or organisation."),
        _("Open a separate account, or ask the provider's staff if your number has changed."),
    ),
}

# For the provider's staff: who needs which help.
FOR_STAFF: dict[str, str | Promise] = {
    Verdict.MATCH: _("It matched then and is no longer in force: expired, or the phone number changed."),
    Verdict.MISMATCH: _("The data did not match. Ask the person to compare them with the document."),
    Verdict.NO_RECORD: _("The register has no record. Suggest another way, for example the mobile number."),
    Verdict.CANNOT_VERIFY: _("The register cannot check this document. Suggest another way."),
    Verdict.REJECTED_INPUT: _("The register refused the form of the data. The name may be abbreviated."),
    Verdict.RATE_LIMITED: _("The register was busy. The person can simply try again."),
    Verdict.PROVIDER_ERROR: _("A technical fault, not the person's. They can simply try again."),
    Verification.Withheld.HELD_ELSEWHERE: _("The number verifies another account. Find out which one is theirs."),
    Verification.Withheld.OTHER_DOCUMENT: _("The account is already verified with another number."),
}


def words_for(verification: Verification) -> Words:
    """Return an attempt's outcome in words for the person."""
    return _WITHHELD[verification.withheld] if verification.withheld else VERDICTS[verification.verdict]


def words_for_staff(verification: Verification) -> str | Promise:
    """Return an attempt's outcome in words for the staff who help."""
    return FOR_STAFF[verification.withheld or verification.verdict]
