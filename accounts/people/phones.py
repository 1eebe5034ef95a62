"""Mobile numbers: one written form (E.164), one masked form."""

import phonenumbers

from compliance.rules.errors import DomainError, gettext_noop

HOME_REGION = "CN"


def normalise(raw: str) -> str:
    """Return the number as E.164 ("+8613800138000"); without a country code it is taken as Chinese.

    Raises:
        DomainError: people.phone_invalid, when no country has such a number or it cannot receive text messages.
    """
    try:
        number = phonenumbers.parse(raw.strip(), HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if number is None or not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in mobile:
        raise DomainError(
            "people.phone_invalid",
            gettext_noop("This is not a mobile number."),
            gettext_noop("Write 11 digits, or + and the country code for a number outside mainland China."),
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask(phone: str) -> str:
    """Return what may be shown of an E.164 number: "138****8000", outside mainland China "+1******1234"."""
    if phone.startswith("+86") and len(phone) == 14:
        return f"{phone[3:6]}****{phone[-4:]}"
    if len(phone) < 8:
        return "****" if phone else ""
    return f"{phone[:2]}{'*' * (len(phone) - 6)}{phone[-4:]}"


def mask_email(email: str) -> str:
    """Return what may be shown of an address: "a***@example.cn"."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else ""
