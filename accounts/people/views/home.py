"""The front door."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.people.access import user_of
from accounts.people.models import Role

# Each seat's desk. Rooms above own most of these pages, so they are named, not imported.
_DESKS: dict[str, tuple[str, ...]] = {
    Role.USER: ("jobs", "account"),
    Role.STAFF: ("staff", "invitations"),
    Role.OFFICER: ("holds", "trail", "account"),
    Role.REGULATOR: ("regulator", "account"),
    Role.ADMIN: ("admin_desk",),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Public. Explain the platform to strangers; take everybody else to their desk."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_desk(user_of(request).role))
    return render(request, "people/home.html")


def _desk(role: str) -> str:
    for name in _DESKS[role]:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("account")
