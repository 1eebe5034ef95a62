"""Who is asked about documents: one module per vendor; which one is asked stands in IDENTITY_BACKEND."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.identity.vendors.base import Vendor
from accounts.identity.vendors.sandbox import Sandbox

_VENDORS: dict[str, Callable[[], Vendor]] = {"sandbox": Sandbox}


def vendor() -> Vendor:
    """Return the vendor that IDENTITY_BACKEND names.

    Raises:
        ImproperlyConfigured: nobody registered that name; nobody is ever verified by a missing vendor.
    """
    try:
        return _VENDORS[settings.IDENTITY_BACKEND]()
    except KeyError:
        raise ImproperlyConfigured(
            f"IDENTITY_BACKEND is {settings.IDENTITY_BACKEND!r}; known vendors: {', '.join(sorted(_VENDORS))}"
        ) from None
