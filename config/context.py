"""What every page shows: the provider, its filing, and the way around for the seat that looks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# role -> (url name, label); "" is nobody signed in
_NAV: dict[str, tuple[tuple[str, Any], ...]] = {
    "": (("verify", _("Check a file")), ("account_login", _("Log in")), ("account_signup", _("Sign up"))),
    "user": (
        ("jobs", _("Jobs")),
        ("handovers", _("Hand-over")),
        ("identity", _("Identity")),
        ("verify", _("Check a file")),
        ("account", _("Account")),
    ),
    "staff": (
        ("staff", _("Onboarding")),
        ("services", _("Services")),
        ("verify", _("Check a file")),
        ("account", _("Account")),
    ),
    "officer": (
        ("holds", _("Review")),
        ("trail", _("Trail")),
        ("switches", _("Switches")),
        ("verify", _("Check a file")),
        ("account", _("Account")),
    ),
    "regulator": (("regulator", _("Query")), ("verify", _("Check a file")), ("account", _("Account"))),
    "admin": (
        ("admin_desk", _("Appointments")),
        ("switches", _("Switches")),
        ("verify", _("Check a file")),
        ("account", _("Account")),
    ),
}
# A depicted person needs no account, so nothing on those pages suggests one.
_SUBJECT: tuple[tuple[str, Any], ...] = (("consent:manage", _("My consents")), ("verify", _("Check a file")))
_FOOT: tuple[tuple[str, Any], ...] = (
    ("rules", _("Management rules")),
    ("convention", _("Platform convention")),
    ("agreement", _("User agreement and labels")),
    ("privacy", _("Privacy")),
    ("intended_use", _("Intended use")),
    ("consent:manage", _("I am in a picture")),
    ("audit_log", _("Public log")),
)


def _links(entries: tuple[tuple[str, Any], ...], path: str) -> list[dict[str, Any]]:
    links = []
    for name, label in entries:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        home = "/officer/" if name == "holds" else url  # both of the officer's queues are under "Review"
        links.append({"url": url, "label": label, "current": path == url or (url != "/" and path.startswith(home))})
    return links


def _shown(folder: Path) -> str:
    """Return a folder as the person at this machine would type it."""
    return str(folder.relative_to(settings.BASE_DIR) if folder.is_relative_to(settings.BASE_DIR) else folder)


def provider(request: HttpRequest) -> dict[str, Any]:
    """Add the provider's name in the page's language, its filing (Provisions Art. 19) and the seat's navigation."""
    english = (get_language() or "").startswith("en")
    user = getattr(request, "user", None)
    role = user.role if user is not None and user.is_authenticated else ""
    nav = _SUBJECT if not role and request.path.startswith("/c/") else _NAV.get(role, ())
    return {
        "provider_name": settings.PROVIDER_NAME_EN if english else settings.PROVIDER_NAME,
        "filing_no": settings.FILING_NO,
        "filing_url": settings.FILING_URL,
        "sandbox": settings.IDENTITY_BACKEND == "sandbox" or settings.SMS_BACKEND == "console",
        "label_theme": settings.LABEL_THEME,
        "outbox": _shown(Path(settings.OUTBOX_DIR)),
        "site_nav": _links(nav, request.path),
        "footer_nav": _links(_FOOT, request.path),
    }
