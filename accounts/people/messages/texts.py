"""What the house's own messages say, in the reader's language, signed with the provider's name."""

from django.conf import settings
from django.utils.translation import get_language, gettext


def provider_name() -> str:
    """Return the provider's name in the current language."""
    english = (get_language() or "").startswith("en")
    return str(settings.PROVIDER_NAME_EN if english else settings.PROVIDER_NAME)


def signed(text: str) -> str:
    """Return the text with the sender in front, as Chinese text messages carry it."""
    return gettext("[%(provider)s] %(text)s") % {"provider": provider_name(), "text": text}


def one_time_code(code: str) -> str:
    """Return the message that carries a code."""
    return signed(
        gettext("Your code is %(code)s, valid for 10 minutes. Nobody of ours will ever ask you for it.")
        % {"code": code}
    )
