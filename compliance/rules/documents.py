"""Do the digits of an official number fit together? A failed check refuses; a passed one proves nothing about anybody.

Resident ID numbers: GB 11643-1999 (18 characters: six for the place, eight for the date of birth, three in sequence,
one check character by ISO 7064 MOD 11-2). The place is deliberately not looked up: codes are added and retired, so a
table of places refuses people whose card is right. Unified social credit codes: GB 32100-2015 (modulo 31).
"""

import re
from dataclasses import dataclass
from datetime import date

from compliance.rules.errors import DomainError, gettext_noop

_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_IGNORED = dict.fromkeys(map(ord, " \t\r\n\u00a0\u2007\u202f\u3000-\u2010\u2011\u2013\u2014"))
_ID_SHAPE = re.compile(r"[0-9]{17}[0-9X]\Z")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_OLDEST_YEARS = 150
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_SHAPE = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}\Z")

ID_WAY_OUT = gettext_noop("Compare it with the card, character by character. The last one may be the letter X.")
USCC_WAY_OUT = gettext_noop("Compare it with the business licence. The letters I, O, S, V and Z never occur in it.")


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A resident ID number whose digits fit together.

    Args:
        number: 18 ASCII characters, the last may be an upper-case X.
        born: the date of birth it carries.
    """

    number: str
    born: date

    def age_on(self, day: date) -> int:
        """Return the age in completed years on `day`; somebody born on 29 February ages on 1 March."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def plain(raw: str) -> str:
    """Return `raw` as people mean it: full-width made ASCII, spaces and dashes dropped, letters upper-case."""
    return raw.translate(_FULL_WIDTH).translate(_IGNORED).upper()


def id_check_character(first17: str) -> str:
    """Return the check character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def resident_id(raw: str, *, today: date) -> ResidentId:
    """Return the number if its length, date of birth and check character are right (GB 11643).

    Args:
        raw: what the person typed; full-width digits, spaces and a small x are understood.
        today: the day on which nobody can be born later.

    Raises:
        DomainError: rules.id_old_form, rules.id_length, rules.id_characters, rules.id_date, rules.id_check.
    """
    number = plain(raw)
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise DomainError(
            "rules.id_old_form",
            gettext_noop("This is a first-generation number with 15 digits; those have not been valid since 2013."),
            gettext_noop("Enter the 18 characters of the current card."),
        )
    if len(number) != 18:
        raise DomainError(
            "rules.id_length",
            gettext_noop("A resident ID number has 18 characters; this one has %(count)s."),
            ID_WAY_OUT,
            params={"count": len(number)},
        )
    if not _ID_SHAPE.match(number):
        raise DomainError(
            "rules.id_characters",
            gettext_noop("A resident ID number holds digits only; just the last character may be an X."),
            ID_WAY_OUT,
        )
    try:
        born: date | None = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or born > today or today.year - born.year > _OLDEST_YEARS:
        raise DomainError(
            "rules.id_date",
            gettext_noop("The characters 7 to 14 are the date of birth, and this is not a possible one."),
            ID_WAY_OUT,
        )
    if id_check_character(number[:17]) != number[17]:
        raise DomainError(
            "rules.id_check",
            gettext_noop("A digit is wrong or two are swapped: the last character does not fit the others."),
            ID_WAY_OUT,
        )
    return ResidentId(number=number, born=born)


def uscc_check_character(first17: str) -> str:
    """Return the check character for 17 characters of a unified social credit code (GB 32100, modulo 31)."""
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first17))
    return _USCC_ALPHABET[-total % 31]


def uscc(raw: str) -> str:
    """Return the unified social credit code, normalised, if its form and check character are right (GB 32100).

    Raises:
        DomainError: rules.uscc_length, rules.uscc_characters, rules.uscc_check.
    """
    code = plain(raw)
    if len(code) != 18:
        raise DomainError(
            "rules.uscc_length",
            gettext_noop("A unified social credit code has 18 characters; this one has %(count)s."),
            USCC_WAY_OUT,
            params={"count": len(code)},
        )
    if not _USCC_SHAPE.match(code):
        raise DomainError(
            "rules.uscc_characters",
            gettext_noop("This is not the form of a unified social credit code."),
            USCC_WAY_OUT,
        )
    if uscc_check_character(code[:17]) != code[17]:
        raise DomainError(
            "rules.uscc_check",
            gettext_noop("A character is wrong or two are swapped: the last one does not fit the others."),
            USCC_WAY_OUT,
        )
    return code
