"""One Protocol for every way to verify a real identity (Provisions Art. 9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.utils.functional import Promise

from accounts.identity.models import DocumentKind, Level, Verdict
from accounts.identity.vendors.base import Answer, Vendor, VendorUnavailableError


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person says about themselves, for one attempt; it is not stored.

    Args:
        account: the account's id.
        phone: the account's own number (E.164); never one typed into the form.
        code: the one-time code typed.
        name: of the person or the organisation.
        number: resident ID number or unified social credit code.
    """

    account: str
    phone: str = ""
    code: str = ""
    name: str = ""
    number: str = ""

    def __repr__(self) -> str:
        return f"Claim(account={self.account!r})"  # a traceback must not carry names and numbers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt ended with, and what a later audit needs to know of it.

    Args:
        verdict: only MATCH verifies.
        vendor: who was asked.
        action: which call.
        request_id: the vendor's reference.
        raw_code: the vendor's own result code.
        elements: which kinds of data were compared ("name", "id_number").
        billed: whether it cost money.
        level: what a match proves; NONE for every other verdict.
    """

    verdict: Verdict
    vendor: str
    action: str
    request_id: str
    raw_code: str
    elements: tuple[str, ...]
    billed: bool
    level: Level


class VerificationChannel(Protocol):
    """A way to verify."""

    key: str
    title: str | Promise
    description: str | Promise
    # The kinds of data it compares.
    elements: tuple[str, ...]
    level: Level
    # How long a match counts before it is asked again (the house's own period).
    valid_for: timedelta
    # What a match ties to the account, None where nothing but the account's phone is involved.
    document: DocumentKind | None

    def check(self, claim: Claim, *, today: date) -> Claim:
        """Return the claim tidied up, or raise DomainError for what cannot be right; nobody is asked yet."""

    def verify(self, claim: Claim) -> Outcome:
        """Ask, and return what came back. Never raises for a technical failure: that is the verdict PROVIDER_ERROR."""


def ask(vendor: Vendor, call: Callable[[], Answer], *, elements: tuple[str, ...], level: Level) -> Outcome:
    """Ask a vendor and translate the answer; whatever the vendor does not document is a technical failure."""
    try:
        answer = call()
    except VendorUnavailableError as failure:
        return Outcome(
            verdict=Verdict.PROVIDER_ERROR,
            vendor=vendor.key,
            action=failure.action,
            request_id="",
            raw_code=failure.reason,
            elements=elements,
            billed=False,
            level=Level.NONE,
        )
    verdict = vendor.codes.get(answer.raw_code, Verdict.PROVIDER_ERROR)
    return Outcome(
        verdict=verdict,
        vendor=vendor.key,
        action=answer.action,
        request_id=answer.request_id,
        raw_code=answer.raw_code,
        elements=elements,
        billed=answer.billed,
        level=level if verdict == Verdict.MATCH else Level.NONE,
    )
