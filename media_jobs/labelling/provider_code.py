"""The 27-character provider code of TC260-PG-20252A: build, parse, validate.

    00 | subject type 1 | binding method 1 | USCC 18 | service extension 5

A code is configured by the operator, never made up; only DEVELOPMENT_CODE is ours.
"""

import re
from dataclasses import dataclass
from typing import Any

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


def id_check_digit(first17: str) -> str:
    """The 18th character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2); "" for what is no number."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        return ""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return "10X98765432"[total % 11]


_KINDS_OF_SUBJECT = {
    # first characters of a unified social credit code: registering authority and kind (GB 32100-2015, table 1)
    "11": "state organ (机关)",
    "12": "public institution (事业单位)",
    "51": "social group (社会团体)",
    "52": "private non-enterprise unit (民办非企业单位)",
    "53": "foundation (基金会)",
    "91": "enterprise (企业)",
    "92": "individual business (个体工商户)",
    "93": "farmers' cooperative (农民专业合作社)",
}


def explain(code: str) -> dict[str, Any]:
    """Every part of a code with its meaning, for a person who wants to know what is wrong with it.

    Returns:
        code (masked where it holds an ID-card number), valid, problem (a code of `parse` or ""), development,
        subject ("organisation", "individual", ""), check_digit: {found, expected, right}, parts: list of
        {positions, name, text, meaning, right}; no parts when there are not 27 letters and digits.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{27}", code):
        problem = f"27 letters and digits are needed, here are {len(code)} characters"
        return {"code": code[:60], "valid": False, "problem": problem, "development": False, "subject": "",
                "check_digit": {"found": "", "expected": "", "right": False}, "parts": []}  # fmt: skip
    individual = code[2] == INDIVIDUAL
    number, extension = code[4:22], code[22:]
    expected = id_check_digit(number[:17]) if individual else _expected(number[:17])
    parts = [
        _part("1-2", "format", code[:2], "format definition code 00", right=code[:2] == "00"),
        _part(
            "3",
            "subject type",
            code[2],
            {"1": "organisation", "2": "individual"}.get(code[2], "must be 1 (organisation) or 2 (individual)"),
            right=code[2] in "12",
        ),
        _part(
            "4",
            "binding",
            code[3],
            ("ID-card number" if individual else "unified social credit code") if code[3] == "1" else "must be 1",
            right=code[3] == "1",
        ),
        _part(
            "5-21",
            "number",
            "*" * 17 if individual else number[:17],
            _meaning(number, individual=individual),
            right=bool(expected),
        ),
        _part(
            "22",
            "check digit",
            "*" if individual else number[17],
            "right"
            if number[17] == expected
            else "cannot be computed"
            if not expected
            else "wrong"
            if individual
            else f"should be {expected}",
            right=number[17] == expected,
        ),
        _part("23-27", "service extension", extension, *_extension(extension)),
    ]
    upper = code == code.upper()
    if not upper:
        parts.append(_part("1-27", "letters", "", "must be capitals", right=False))
    return {
        "code": f"{code[:4]}{'*' * 18}{extension}" if individual else code,
        "valid": all(part["right"] for part in parts),
        "problem": "",
        "development": code == DEVELOPMENT_CODE,
        "subject": "individual" if individual else "organisation" if code[2] == ORGANISATION else "",
        "check_digit": {
            "found": "*" if individual else number[17],
            "expected": "*" if individual else expected,
            "right": number[17] == expected,
        },
        "parts": parts,
    }


def _part(positions: str, name: str, text: str, meaning: str, right: bool) -> dict[str, Any]:  # noqa: FBT001 - a row
    return {"positions": positions, "name": name, "text": text, "meaning": meaning, "right": right}


def _expected(first17: str) -> str:
    try:
        return uscc_check_digit(first17)
    except MediaError:
        return ""


def _meaning(number: str, *, individual: bool) -> str:
    if individual:
        return "a person's ID-card number, not shown" if id_check_digit(number[:17]) else "no ID-card number"
    wrong = sorted(set(number[:17]) - set(USCC_ALPHABET))
    if wrong:
        return f"holds characters that no such code has: {' '.join(wrong)}"
    kind = _KINDS_OF_SUBJECT.get(number[:2], "subject")
    return f"{kind}, registered in area {number[2:8]}, organisation {number[8:16]}-{number[16]}"


def _extension(extension: str) -> tuple[str, bool]:
    if extension == "00000":
        return "not used", True
    service = {"1": "generation service", "2": "propagation service"}.get(extension[0])
    if service is None:
        return "must be 00000, or begin with 1 (generation) or 2 (propagation)", False
    return f"{service}, model or application {extension[1:]} (the provider's own numbering)", True
