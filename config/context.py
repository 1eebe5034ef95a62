"""What every page shows of the provider."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def provider(request: HttpRequest) -> dict[str, Any]:
    """Add the provider's name in the page's language and its filing (Provisions Art. 19: shown on every page)."""
    english = (get_language() or "").startswith("en")
    return {
        "provider_name": settings.PROVIDER_NAME_EN if english else settings.PROVIDER_NAME,
        "filing_no": settings.FILING_NO,
        "filing_url": settings.FILING_URL,
        "sandbox": settings.IDENTITY_BACKEND == "sandbox" or settings.SMS_BACKEND == "console",
    }
