"""A refusal becomes a page that names the cause and the way out, or the same as JSON for API clients."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from rest_framework.response import Response
from rest_framework.views import exception_handler

from compliance.rules.errors import DomainError
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.showable import showable

Refusal = DomainError | PortableError


def status_of(error: Refusal) -> int:
    """Return the HTTP status; the pure rooms know none, and what they refuse is the file that was sent."""
    return error.status if isinstance(error, DomainError) else 422


def as_dict(error: Refusal) -> dict[str, str]:
    """Return code, message and way out in the current language."""
    told = {
        "code": error.code,
        "message": gettext(error.message) % error.params if error.message else "",
        "way_out": gettext(error.way_out) % error.params if error.way_out else "",
    }
    return showable(told)


class PrivateAnswersMiddleware:
    """Keep what a seat was shown out of every cache: the next person at a shared computer must not go back to it.

    An answer to a browser with a session, or to a bearer token, is not stored anywhere unless its view says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class DomainErrorMiddleware:
    """Render every refusal that a view lets through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"error": as_dict(exception)}, status=status_of(exception))
        return render(request, "error.html", {"error": as_dict(exception)}, status=status_of(exception))


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, which also knows our refusals."""
    if isinstance(exc, Refusal):
        return Response({"error": as_dict(exc)}, status=status_of(exc))
    return exception_handler(exc, context)
