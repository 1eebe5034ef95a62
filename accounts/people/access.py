"""Who may open a view. Every view of the house carries one of these, or says in its docstring that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext

from accounts.people.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """Let every signed-in account in; anybody else goes to the log-in page and comes back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _ask_to_log_in(request)
        return view(request, *args, **kwargs)

    return guarded


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only these seats in: anonymous people go to the log-in page, other seats get the 403 page."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_log_in(request)
            if user_of(request).role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def user_of(request: HttpRequest) -> User:
    """Return the signed-in account of a request that signed_in or role_required let through."""
    return cast("User", request.user)


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"code": "people.login_required", "message": gettext("Log in first."), "way_out": ""}
        return JsonResponse({"error": body}, status=401)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
