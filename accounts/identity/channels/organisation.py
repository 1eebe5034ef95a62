"""An organisation's name and unified social credit code (Provisions Art. 9, 统一社会信用代码)."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity.channels.base import Claim, Outcome, ask
from accounts.identity.channels.id_card import tidy_name
from accounts.identity.models import DocumentKind, Level
from accounts.identity.vendors.base import Vendor
from compliance.rules.documents import uscc


class OrganisationChannel:
    """Verify by an organisation's name and code. It shows that the organisation exists, not who acts for it."""

    key = "organisation"
    title: str | Promise = _("Organisation")
    description: str | Promise = _(
        "For companies and institutions: the name and the unified social credit code on the business licence."
    )
    elements: tuple[str, ...] = ("organisation_name", "uscc")
    level = Level.DOCUMENT
    valid_for = timedelta(days=365)
    document: DocumentKind | None = DocumentKind.USCC

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    def check(self, claim: Claim, *, today: date) -> Claim:
        """Refuse what cannot be a name, and a code that does not add up (GB 32100)."""
        return replace(claim, number=uscc(claim.number), name=tidy_name(claim.name))

    def verify(self, claim: Claim) -> Outcome:
        """Ask the vendor."""
        return ask(
            self.vendor,
            lambda: self.vendor.check_organisation(name=claim.name, uscc=claim.number),
            elements=self.elements,
            level=self.level,
        )
