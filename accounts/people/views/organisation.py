"""The organisation of an enterprise user."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.people import errors
from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.forms import InvitationForm, OrganisationForm
from accounts.people.models import Membership, Role, User
from accounts.people.selectors import display_name, invitations_visible_to, membership_of, owned_organisation
from accounts.people.services import invitations, organisations


@require_safe
@role_required(Role.USER)
def organisation(request: HttpRequest) -> HttpResponse:
    """Users, their own organisation only."""
    return _page(request, user_of(request))


@require_POST
@role_required(Role.USER)
def create(request: HttpRequest) -> HttpResponse:
    """Users who belong to no organisation."""
    user = user_of(request)
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _page(request, user, form=form, status=422)
    organisations.organisation_create(actor=actor_for(user), user=user, **form.cleaned_data)
    messages.success(request, _("The organisation is created."))
    return redirect("organisation")


@require_POST
@role_required(Role.USER)
def invite(request: HttpRequest) -> HttpResponse:
    """The organisation's owner."""
    user = user_of(request)
    owned = owned_organisation(user)
    if owned is None:
        raise errors.not_allowed()
    form = InvitationForm(request.POST, seats=[Role.USER])
    if not form.is_valid():
        return _page(request, user, invitation_form=form, status=422)
    invitations.invitation_send(actor=actor_for(user), inviter=user, organisation=owned, **form.cleaned_data)
    messages.success(request, _("The invitation is sent."))
    return redirect("organisation")


@require_POST
@role_required(Role.USER)
def leave(request: HttpRequest) -> HttpResponse:
    """Members."""
    user = user_of(request)
    organisations.organisation_leave(actor=actor_for(user), user=user)
    messages.success(request, _("You left the organisation."))
    return redirect("organisation")


def _page(request: HttpRequest, user: User, *, status: int = 200, **extra: Any) -> HttpResponse:
    membership = membership_of(user)
    context: dict[str, Any] = {"membership": membership, "now": timezone.now()}
    if membership is None:
        context["form"] = OrganisationForm()
    else:
        context["members"] = [
            (place, display_name(place.user))
            for place in membership.organisation.memberships.select_related("user").order_by("joined_at")
        ]
        context["is_owner"] = membership.place == Membership.Place.OWNER
        context["invitation_form"] = InvitationForm(seats=[Role.USER])
        context["invitations"] = invitations_visible_to(user)[:50]
    return render(request, "people/organisation.html", {**context, **extra}, status=status)
