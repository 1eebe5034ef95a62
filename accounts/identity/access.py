"""The server-side gate of Provisions Art. 9: nothing is submitted or published by an unverified account."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.identity import errors
from accounts.identity.events import REFUSED_SUBMISSION
from accounts.identity.selectors import is_verified
from accounts.people import ratelimit
from accounts.people.actors import actor_for
from compliance.audit.services import record
from compliance.rules.errors import DomainError

if TYPE_CHECKING:
    # Loading it loads the authentication classes, which load accounts.people.
    from rest_framework.views import APIView

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOGGED_REFUSALS = 30  # an hour and account


def check(request: HttpRequest) -> None:
    """Let a verified account pass; refuse any other, and log refused writes (30 an hour) in a transaction of their own.

    Raises:
        DomainError: identity.required (403).
    """
    if is_verified(request.user):
        return
    if request.method not in SAFE_METHODS and _may_log(request):
        match = request.resolver_match
        with transaction.atomic():
            record(
                event=REFUSED_SUBMISSION,
                actor=actor_for(request.user),
                subject=request.user.pk or "",
                outcome="refused",
                public={"where": (match.view_name or match.route) if match else request.path},
            )
    raise errors.required()


def _may_log(request: HttpRequest) -> bool:
    """Tell whether this account's refusals are still logged: the log only grows, so nobody may fill it by knocking."""
    try:
        ratelimit.take(name="identity.refusals", key=str(request.user.pk), capacity=LOGGED_REFUSALS, per_seconds=3600)
    except DomainError:
        return False
    return True


def verified_required(view: View[P]) -> View[P]:
    """Open a view to verified accounts only: visitors go to the log-in, unverified accounts get 403."""

    @wraps(view)
    def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        check(request)
        return view(request, *args, **kwargs)

    return gate


class IsVerified(BasePermission):
    """The same gate for the JSON API; used after IsAuthenticated."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return True for a verified account, otherwise raise identity.required with its way out."""
        check(request._request)
        return True
