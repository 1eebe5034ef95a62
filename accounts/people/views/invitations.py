"""Invitations: the staff's list, and the page behind the link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.people import errors
from accounts.people.access import role_required, signed_in, user_of
from accounts.people.actors import actor_for
from accounts.people.forms import InvitationForm
from accounts.people.models import Role, User
from accounts.people.selectors import display_name, invitation_by_token, invitations_visible_to
from accounts.people.services import invitations

_SEATS: dict[str, list[str]] = {Role.STAFF: [Role.USER], Role.ADMIN: [Role.USER, Role.STAFF, Role.OFFICER]}


@require_safe
@role_required(Role.STAFF, Role.ADMIN)
def listing(request: HttpRequest) -> HttpResponse:
    """Provider staff and administrators."""
    return _page(request, user_of(request))


@require_POST
@role_required(Role.STAFF, Role.ADMIN)
def send(request: HttpRequest) -> HttpResponse:
    """Provider staff invite users; administrators also staff and officers."""
    user = user_of(request)
    form = InvitationForm(request.POST, seats=_SEATS[user.role])
    if not form.is_valid():
        return _page(request, user, form=form, status=422)
    invitations.invitation_send(actor=actor_for(user), inviter=user, **form.cleaned_data)
    messages.success(request, _("The invitation is sent."))
    return redirect("invitations")


@require_POST
@signed_in
def resend(request: HttpRequest, invitation_id: UUID) -> HttpResponseRedirect:
    """Whoever may see the invitation; to everybody else it does not exist."""
    user = user_of(request)
    invitation = get_object_or_404(invitations_visible_to(user), pk=invitation_id)
    invitations.invitation_resend(actor=actor_for(user), invitation=invitation)
    messages.success(request, _("A new link is sent; the old one no longer works."))
    return _back(user)


@require_POST
@signed_in
def revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponseRedirect:
    """Whoever may see the invitation; to everybody else it does not exist."""
    user = user_of(request)
    invitation = get_object_or_404(invitations_visible_to(user), pk=invitation_id)
    invitations.invitation_revoke(actor=actor_for(user), invitation=invitation)
    messages.success(request, _("The invitation is withdrawn."))
    return _back(user)


@never_cache
@require_GET
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Public: whoever holds the link. Accepting needs the account of the invited number or address."""
    invitation = invitation_by_token(invitations.token_hash(token))
    if invitation is None:
        raise errors.invitation_gone()
    return render(
        request,
        "people/invitation.html",
        {"invitation": invitation, "host": invitation.organisation, "inviter": display_name(invitation.invited_by)},
    )


@require_POST
@signed_in
def accept(request: HttpRequest, token: str) -> HttpResponseRedirect:
    """The signed-in owner of the invited number or address, once."""
    user = user_of(request)
    invitation = invitations.invitation_accept(actor=actor_for(user), user=user, token=token)
    messages.success(request, _("Welcome: the invitation is accepted."))
    return redirect("organisation" if invitation.organisation else "home")


def _back(user: User) -> HttpResponseRedirect:
    return redirect("invitations" if user.role in _SEATS else "organisation")


def _page(request: HttpRequest, user: User, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "form": InvitationForm(seats=_SEATS[user.role]),
        "invitations": invitations_visible_to(user)[:200],
        "now": timezone.now(),
    }
    return render(request, "people/invitations.html", {**context, **extra}, status=status)
