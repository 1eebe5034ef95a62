"""Name and resident ID number, compared at the source (Provisions Art. 9, 身份证件号码)."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity import errors
from accounts.identity.channels.base import Claim, Outcome, ask
from accounts.identity.models import DocumentKind, Level
from accounts.identity.vendors.base import Vendor
from compliance.rules.documents import resident_id

# PIPL Art. 31: below this age a guardian has to consent, and this deployment has no way to ask one yet.
LEAST_AGE = 14


def tidy_name(name: str) -> str:
    """Return a name as it stands on a document: composed characters, one blank between words.

    Raises:
        DomainError: identity.name_form, when nothing or something that cannot be a name is left.
    """
    tidy = " ".join(unicodedata.normalize("NFC", name).replace("\u30fb", "·").replace("\u2022", "·").split())
    if len(tidy) < 2 or len(tidy) > 120 or any(unicodedata.category(char)[0] in "CS" for char in tidy):
        raise errors.name_form()
    return tidy


class IdCardChannel:
    """Verify by name and resident ID number."""

    key = "id_card"
    title: str | Promise = _("Name and ID card number")
    description: str | Promise = _(
        "Your name and the number of your resident ID card are compared with the official register."
    )
    elements: tuple[str, ...] = ("name", "id_number")
    level = Level.DOCUMENT
    valid_for = timedelta(days=3 * 365)
    document: DocumentKind | None = DocumentKind.RESIDENT_ID

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    def check(self, claim: Claim, *, today: date) -> Claim:
        """Refuse what cannot be a name, a number that does not add up, and children (GB 11643; PIPL Art. 31)."""
        document = resident_id(claim.number, today=today)
        if document.age_on(today) < LEAST_AGE:
            raise errors.under_age()
        return replace(claim, name=tidy_name(claim.name), number=document.number)

    def verify(self, claim: Claim) -> Outcome:
        """Ask the vendor."""
        return ask(
            self.vendor,
            lambda: self.vendor.check_person(name=claim.name, number=claim.number),
            elements=self.elements,
            level=self.level,
        )
