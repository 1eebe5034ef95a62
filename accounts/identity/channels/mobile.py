"""The mobile number: a code to the account's own phone, asked for now (Provisions Art. 9, 移动电话号码).

The code of the sign-up is not enough: it proved who opened the account, this one proves who holds the phone when the
person asks to be verified. The number itself was registered in somebody's real name by the carrier.
"""

import uuid
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity import errors
from accounts.identity.channels.base import Claim, Outcome
from accounts.identity.models import DocumentKind, Level, Verdict
from accounts.people.codes import code_check

PURPOSE = "identity"


class MobileChannel:
    """Verify by a code sent to the account's phone."""

    key = "mobile"
    title: str | Promise = _("Mobile number")
    description: str | Promise = _("We send a code to the number of your account. Takes about a minute.")
    elements: tuple[str, ...] = ("phone",)
    level = Level.PHONE
    # Carriers reissue numbers; a year is short enough to notice.
    valid_for = timedelta(days=365)
    document: DocumentKind | None = None

    def check(self, claim: Claim, *, today: date) -> Claim:
        """Refuse an account without a phone, and anything that is not six digits."""
        if not claim.phone:
            raise errors.no_phone()
        code = claim.code.strip()
        if len(code) != 6 or not code.isascii() or not code.isdigit():
            raise errors.code_form()
        return Claim(account=claim.account, phone=claim.phone, code=code)

    def verify(self, claim: Claim) -> Outcome:
        """Compare the code; a wrong or old one is a mismatch."""
        right = code_check(purpose=PURPOSE, key=claim.account, code=claim.code)
        return Outcome(
            verdict=Verdict.MATCH if right else Verdict.MISMATCH,
            vendor="own",
            action="mobile.code",
            request_id=uuid.uuid4().hex,
            raw_code="right" if right else "wrong",
            elements=self.elements,
            billed=False,
            level=self.level if right else Level.NONE,
        )
