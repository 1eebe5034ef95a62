"""Who may open a subject's page: only the browser in which the number was proven."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from compliance.consent import seat
from compliance.consent.models import Subject

P = ParamSpec("P")


def seated(
    view: Callable[Concatenate[HttpRequest, Subject, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the view the subject of this browser's seat; anybody else proves a number first and comes back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        subject = seat.subject_of(request)
        if subject is None:
            here = request.path if request.method == "GET" else reverse("consent:manage")
            return HttpResponseRedirect(f"{reverse('consent:manage')}?{urlencode({'next': here})}")
        return view(request, subject, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", never_cache(guarded))


def local_path(address: str, default: str) -> str:
    """Return an address of this site, or the default when it leads anywhere else."""
    inside = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if inside else default
