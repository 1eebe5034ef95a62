"""Onboarding: the provider's staff invite, see who is stuck and why, and help. Staff and administrators only."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity import channels
from accounts.identity import selectors as identity
from accounts.identity import services as identity_services
from accounts.identity.words import words_for, words_for_staff
from accounts.people import phones
from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Invitation, Role, User
from accounts.people.services.invitations import invitation_resend, invitation_revoke, invitation_send
from compliance.register import onboarding, selectors, services
from compliance.register.forms import InviteForm, PeopleFilterForm, ReleaseForm
from compliance.rules.errors import DomainError

PER_PAGE = 25
_FIELD = {"people.phone_invalid": "phone", "people.invitation_open": None, "people.not_allowed": "role"}
staff_only = role_required(Role.STAFF, Role.ADMIN)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_only
@sensitive_post_parameters("q")
def people(request: HttpRequest) -> HttpResponse:
    """List invitations and users' accounts with where each is stuck and why.

    A search is posted: a phone number in an address would stand in histories and in every proxy's log.
    """
    form = PeopleFilterForm(request.POST if request.method == "POST" else {"stage": request.GET.get("stage", "")})
    wanted = form.cleaned_data if form.is_valid() else {"stage": "", "q": ""}
    page = Paginator(onboarding.accounts(**wanted), PER_PAGE).get_page(request.GET.get("page"))
    waiting = list(onboarding.invitations(**wanted)[:PER_PAGE]) if page.number == 1 else []
    rows = onboarding.rows_of_invitations(waiting) + onboarding.rows_of_accounts(list(page.object_list))
    context = {
        "form": form,
        "rows": rows,
        "page": page,
        "filtered": bool(wanted["stage"] or wanted["q"]),
        "query": "&".join(f"{key}={value}" for key, value in wanted.items() if value and key == "stage"),
        "counts": [
            (stage, label, onboarding.accounts(stage=stage).count() or onboarding.invitations(stage=stage).count())
            for stage, label in onboarding.STAGES
        ],
    }
    return render(request, "staff/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@sensitive_post_parameters("phone", "email")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite one person by phone or e-mail."""
    inviter = user_of(request)
    form = InviteForm(request.POST or None, inviter_role=inviter.role)
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            invitation_send(actor=actor_for(request.user), inviter=inviter, **form.cleaned_data)
        except DomainError as refusal:
            status = refusal.status
            words = " ".join(gettext(text) % refusal.params for text in (refusal.message, refusal.way_out) if text)
            form.add_error(_FIELD.get(refusal.code), words)
        else:
            messages.success(request, gettext("The invitation is on its way. The link is valid for 7 days."))
            return redirect("staff")
    return render(request, "staff/invite.html", {"form": form}, status=status)


@require_safe
@never_cache
@staff_only
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show where one user's account stands, its attempts in words, and what staff can do."""
    user = _user_or_404(account_id)
    titles = {channel.key: channel.title for channel in channels.available()}
    standing = identity.standing(user)
    context = {
        "person": user,
        "row": onboarding.row_of(user),
        "phone": phones.mask(user.phone),
        "standing": standing,
        "missing": [kind.label for kind in selectors.missing_acceptances(user)],
        "attempts": [
            {
                "row": row,
                "title": titles.get(row.channel, row.channel),
                "words": words_for_staff(row),
                "tone": words_for(row).tone,
                "label": row.get_withheld_display() if row.withheld else row.get_verdict_display(),
            }
            for row in identity.history(user).select_related("held_by")
        ],
        "documents": [(document.kind, document.get_kind_display()) for document in identity.documents(user)],
        "release": ReleaseForm(),
    }
    return render(request, "staff/account.html", context)


@require_POST
@staff_only
def remind(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Send the user a message with the link to what is missing."""
    services.reminder_send(actor=actor_for(request.user), user=_user_or_404(account_id))
    messages.success(request, gettext("The reminder is on its way."))
    return redirect("staff_account", account_id=account_id)


@require_POST
@staff_only
def reset(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give the user their attempts back."""
    identity_services.attempts_reset(actor=actor_for(request.user), user=_user_or_404(account_id))
    messages.success(request, gettext("They can try again now. This help is in the log."))
    return redirect("staff_account", account_id=account_id)


@require_POST
@staff_only
def release(request: HttpRequest, account_id: UUID, kind: str) -> HttpResponse:
    """Take a number from the account, with a reason."""
    form = ReleaseForm(request.POST)
    identity_services.document_release(
        actor=actor_for(request.user),
        user=_user_or_404(account_id),
        kind=kind,
        reason=form.cleaned_data["reason"] if form.is_valid() else "",
    )
    messages.success(request, gettext("The number is free again, and this account is no longer verified by it."))
    return redirect("staff_account", account_id=account_id)


@require_POST
@staff_only
def resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send an invitation again; the old link stops working."""
    invitation_resend(actor=actor_for(request.user), invitation=get_object_or_404(Invitation, pk=invitation_id))
    messages.success(request, gettext("A new link is on its way; the old one no longer works."))
    return redirect("staff")


@require_POST
@staff_only
def revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitation_revoke(actor=actor_for(request.user), invitation=get_object_or_404(Invitation, pk=invitation_id))
    messages.success(request, gettext("The invitation is withdrawn."))
    return redirect("staff")


def _user_or_404(account_id: UUID) -> User:
    """Return a user's account; other seats are not staff's to help."""
    return get_object_or_404(User, pk=account_id, role=Role.USER)
