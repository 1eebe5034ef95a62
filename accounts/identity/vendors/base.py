"""What a vendor of document checks promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from accounts.identity.models import Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor sent back, untranslated.

    Args:
        action: the vendor's name of the call.
        request_id: the vendor's reference for this call.
        raw_code: the vendor's result code.
        billed: whether the call costs money.
    """

    action: str
    request_id: str
    raw_code: str
    billed: bool


class VendorUnavailableError(Exception):
    """The vendor did not answer: timeout, refused connection, broken reply. Says nothing about the person.

    Args:
        action: the call that got no answer.
        reason: a word for the record ("timeout").
    """

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(f"{action}: {reason}")
        self.action = action
        self.reason = reason


class Vendor(Protocol):
    """Compares a name with an official number at the source that issued it."""

    key: str
    # Every code the vendor documents. One that is not listed counts as a technical failure, never as a mismatch.
    codes: Mapping[str, Verdict]

    def check_person(self, *, name: str, number: str) -> Answer:
        """Compare a person's name with a resident ID number (VendorUnavailableError: no answer)."""

    def check_organisation(self, *, name: str, uscc: str) -> Answer:
        """Compare an organisation's name with its unified social credit code (VendorUnavailableError: no answer)."""
