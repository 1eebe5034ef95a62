"""The built-in vendor for trying things out: the number itself says which answer comes back.

The two characters before the last decide, so that every verdict can be produced with a number whose check character is
right. It knows no person and no organisation; config/checks.py refuses it in a deployment.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.identity.models import Verdict
from accounts.identity.vendors.base import Answer, VendorUnavailableError
from compliance.rules.documents import id_check_character, uscc_check_character

MATCHES = "0000"
TIMEOUT = "timeout"
UNDOCUMENTED = "9999"
ENDINGS: dict[str, str] = {
    "91": "1001",
    "92": "1002",
    "93": "1003",
    "94": "2001",
    "95": "3001",
    "96": TIMEOUT,
    "97": UNDOCUMENTED,
}


class Sandbox:
    """Answers by the characters 16 and 17 of the number; see ENDINGS."""

    key = "sandbox"
    codes: Mapping[str, Verdict] = {
        MATCHES: Verdict.MATCH,
        "1001": Verdict.MISMATCH,
        "1002": Verdict.NO_RECORD,
        "1003": Verdict.CANNOT_VERIFY,
        "2001": Verdict.REJECTED_INPUT,
        "3001": Verdict.RATE_LIMITED,
    }

    def check_person(self, *, name: str, number: str) -> Answer:
        """Answer for a resident ID number."""
        return self._answer("person.two_elements", number)

    def check_organisation(self, *, name: str, uscc: str) -> Answer:
        """Answer for a unified social credit code."""
        return self._answer("organisation.two_elements", uscc)

    def _answer(self, action: str, number: str) -> Answer:
        raw_code = ENDINGS.get(number[15:17], MATCHES)
        if raw_code == TIMEOUT:
            raise VendorUnavailableError(action, TIMEOUT)
        billed = self.codes.get(raw_code) in {Verdict.MATCH, Verdict.MISMATCH}
        return Answer(action=action, request_id=uuid.uuid4().hex, raw_code=raw_code, billed=billed)


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up number that produces one verdict.

    Args:
        ending: the two characters that decide; "" for any other.
        verdict: what comes back.
        resident_id: a number of a place that does not exist.
        uscc: a code of a place that does not exist.
    """

    ending: str
    verdict: Verdict
    resident_id: str
    uscc: str


def samples() -> list[Sample]:
    """Return one made-up person and organisation per answer, for the hints on the page; they belong to nobody."""
    rows = []
    for ending in ("01", *ENDINGS):
        person = f"99999919900101{'0' + ending}"
        organisation = f"91999999MA000{'00' + ending}"
        rows.append(
            Sample(
                ending=ending if ending in ENDINGS else "",
                verdict=Sandbox.codes.get(ENDINGS.get(ending, MATCHES), Verdict.PROVIDER_ERROR),
                resident_id=person + id_check_character(person),
                uscc=organisation + uscc_check_character(organisation),
            )
        )
    return rows
