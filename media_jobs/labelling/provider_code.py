"""The 27-character provider code of TC260-PG-20252A: build, parse, validate.

    00 | subject type 1 | binding method 1 | USCC 18 | service extension 5

A code is configured by the operator, never made up; only DEVELOPMENT_CODE is ours.
"""

import re
from dataclasses import dataclass

from media_jobs.labelling.errors import MediaError, media_error

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_SHAPE = re.compile(r"00[12]1[0-9A-Z]{18}[0-9A-Z]{5}")
ORGANISATION, INDIVIDUAL = "1", "2"


@dataclass(frozen=True)
class ProviderCode:
    """A parsed code.

    Attributes:
        subject_type: "1" organisation, "2" individual.
        binding: "1" unified social credit code (organisation) or ID-card number (individual).
        number: the 18 characters that name the subject.
        extension: five characters; "00000" unused, else position 1 is "1" generation or "2" propagation.
    """

    subject_type: str
    binding: str
    number: str
    extension: str

    @property
    def is_individual(self) -> bool:
        """True when the code holds an ID-card number."""
        return self.subject_type == INDIVIDUAL

    @property
    def service(self) -> str:
        """What the extension says: "generation", "propagation", or "" when unused."""
        return {"1": "generation", "2": "propagation"}.get(self.extension[0], "")

    def __str__(self) -> str:
        """The 27 characters."""
        return f"00{self.subject_type}{self.binding}{self.number}{self.extension}"


def uscc_check_digit(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015, MOD 31, weights 3^i).

    Raises:
        MediaError: provider.bad_check_digit when a character is outside the code's alphabet.
    """
    total = 0
    for position, character in enumerate(first17):
        value = USCC_ALPHABET.find(character)
        if value < 0:
            raise media_error("provider.bad_check_digit")
        total += value * pow(3, position, 31)
    return USCC_ALPHABET[(31 - total % 31) % 31]


def parse(code: str, *, allow_individual: bool = False) -> ProviderCode:
    """Take a code apart and check everything that can be checked offline.

    Args:
        code: 27 characters.
        allow_individual: accept subject type 2, as a reader of other people's files must.

    Raises:
        MediaError: provider.bad_form, provider.bad_check_digit, provider.individual, provider.bad_extension.
    """
    if not _SHAPE.fullmatch(code):
        raise media_error("provider.bad_form")
    parsed = ProviderCode(code[2], code[3], code[4:22], code[22:])
    if parsed.is_individual and not allow_individual:
        raise media_error("provider.individual")
    if not parsed.is_individual and uscc_check_digit(parsed.number[:17]) != parsed.number[17]:
        raise media_error("provider.bad_check_digit")
    if parsed.extension != "00000" and parsed.extension[0] not in "12":
        raise media_error("provider.bad_extension")
    return parsed


def validate(code: str, *, allow_individual: bool = False) -> str:
    """`code` itself when `parse` accepts it; otherwise its MediaError."""
    return str(parse(code, allow_individual=allow_individual))


def describe(code: str) -> dict[str, object] | None:
    """What a code in somebody's file says, for display; None when it is no provider code (a name, or damaged)."""
    try:
        parsed = parse(code, allow_individual=True)
    except MediaError:
        return None
    return {
        "subject_type": parsed.subject_type,
        "number": "" if parsed.is_individual else parsed.number,  # an ID-card number is not repeated
        "extension": parsed.extension,
        "service": parsed.service,
        "development": str(parsed) == DEVELOPMENT_CODE,
    }


def build(uscc: str, extension: str = "00000") -> str:
    """The code of an organisation.

    Args:
        uscc: unified social credit code, 18 characters.
        extension: "00000", or "1"/"2" and four characters of the provider's choice.

    Raises:
        MediaError: as parse.
    """
    return validate(f"001{ORGANISATION}{uscc}{extension}")


# Formally valid and visibly nobody's: area 000000 does not exist, the body is our name with its check digit.
_DEVELOPMENT_BODY = "91000000HALLMARK0"
DEVELOPMENT_CODE = f"0011{_DEVELOPMENT_BODY}{uscc_check_digit(_DEVELOPMENT_BODY)}1TEST"
