"""The messages that leave the house: short, in both languages, without the depicted person's name."""

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from compliance.consent.models import ConsentRequest
from media_jobs.engines import registry


def provider_name(language: str) -> str:
    """Return the provider's name in that language."""
    return settings.PROVIDER_NAME_EN if language.startswith("en") else settings.PROVIDER_NAME


def operation_title(engine: str) -> str:
    """Return what the engine does, in the current language; its key when this deployment no longer knows it."""
    known = registry.describe(engine)
    return str(known.title) if known else engine


def manage_url() -> str:
    """Return the address where a person sees and takes back consents."""
    return f"{settings.BASE_URL}/c/manage/"


def ask_message(request: ConsentRequest, token: str) -> str:
    """Return the message that carries the link: who asks, for what, until when."""
    link = f"{settings.BASE_URL}/c/{token}/"

    def build(language: str) -> str:
        return gettext(
            "[%(provider)s] %(asker)s asks for your consent: %(operation)s. Look and decide by %(until)s: %(link)s "
            "If you do not answer, nothing is done with your picture."
        ) % {
            "provider": provider_name(language),
            "asker": request.asker_name,
            "operation": operation_title(request.engine),
            "until": _day(request),
            "link": link,
        }

    return _bilingual(build)


def remind_message(request: ConsentRequest) -> str:
    """Return the one reminder. It cannot repeat the link (only its hash is kept), so it leads to the list."""

    def build(language: str) -> str:
        return gettext(
            "[%(provider)s] A reminder, the only one: %(asker)s asked for your consent and waits until %(until)s. "
            "Look and decide: %(link)s If you do not answer, nothing is done with your picture."
        ) % {
            "provider": provider_name(language),
            "asker": request.asker_name,
            "until": _day(request),
            "link": manage_url(),
        }

    return _bilingual(build)


def granted_message(receipt_no: str) -> str:
    """Return the message after an agreement: the receipt's number and where to take it back."""

    def build(language: str) -> str:
        return gettext(
            "[%(provider)s] You agreed. Receipt %(receipt)s. See it or take it back at any time: %(link)s"
        ) % {
            "provider": provider_name(language),
            "receipt": receipt_no,
            "link": manage_url(),
        }

    return _bilingual(build)


def revoked_message(receipt_no: str) -> str:
    """Return the message after a revocation, so that nobody takes a consent back unnoticed."""

    def build(language: str) -> str:
        return gettext("[%(provider)s] You took back the consent %(receipt)s. Your receipts: %(link)s") % {
            "provider": provider_name(language),
            "receipt": receipt_no,
            "link": manage_url(),
        }

    return _bilingual(build)


def _day(request: ConsentRequest) -> str:
    return date_format(timezone.localtime(request.expires_at), "Y-m-d H:i")


def _bilingual(build: Callable[[str], str]) -> str:
    with override("zh-hans"):
        chinese = build("zh-hans")
    with override("en"):
        english = build("en")
    return f"{chinese}\n{english}"
