"""The gate of Provisions Art. 8: rules, convention and agreement are accepted before the first job."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from compliance.register import errors
from compliance.register.selectors import has_accepted_current

if TYPE_CHECKING:
    # Loading it loads the authentication classes, which load accounts.people.
    from rest_framework.views import APIView

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def accepted_required(view: View[P]) -> View[P]:
    """Open a view to accounts that accepted the texts as they read now: visitors log in first, others get 403."""

    @wraps(view)
    def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not has_accepted_current(request.user):
            raise errors.acceptance_required()
        return view(request, *args, **kwargs)

    return gate


class HasAccepted(BasePermission):
    """The same gate for the JSON API; used after IsAuthenticated."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return True after acceptance, otherwise raise register.acceptance_required with its way out."""
        if not has_accepted_current(request.user):
            raise errors.acceptance_required()
        return True
