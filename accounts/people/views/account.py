"""A person's own account: what we keep, how they log in, their API tokens."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.people import phones
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from accounts.people.forms import SCOPE_LABELS, ProfileForm, TokenForm
from accounts.people.models import User
from accounts.people.selectors import email_of, membership_of, tokens_of
from accounts.people.services import accounts, tokens


@never_cache
@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Any signed-in person, their own account only."""
    return _page(request, user_of(request))


@require_POST
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Any signed-in person: change name and language."""
    user = user_of(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, user, profile_form=form, status=422)
    accounts.profile_change(actor=actor_for(user), user=user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    response = redirect("account")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
    )
    return response


@require_POST
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Any signed-in person: what we keep of them, as a JSON file (PIPL Art. 45)."""
    user = user_of(request)
    data = accounts.account_export(actor=actor_for(user), user=user)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="hallmark-my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Any signed-in person: log out everywhere, here too."""
    user = user_of(request)
    accounts.sessions_end(actor=actor_for(user), user=user)
    logout(request)
    messages.success(request, _("You are logged out on every device."))
    return redirect("home")


@never_cache
@require_POST
@signed_in
def token_issue(request: HttpRequest) -> HttpResponse:
    """Any signed-in person whose seat has scopes. The token is shown in this answer and never again."""
    user = user_of(request)
    form = TokenForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, user, token_form=form, status=422)
    _token, secret = tokens.token_issue(actor=actor_for(user), user=user, **form.cleaned_data)
    return _page(request, user, new_secret=secret, status=201)


@require_POST
@signed_in
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponseRedirect:
    """The token's owner; to everybody else it does not exist."""
    user = user_of(request)
    tokens.token_revoke(actor=actor_for(user), token=get_object_or_404(tokens_of(user), pk=token_id))
    messages.success(request, _("The token is revoked."))
    return redirect("account")


def _page(request: HttpRequest, user: User, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "masked_phone": phones.mask(user.phone),
        "masked_email": phones.mask_email(email_of(user)),
        "membership": membership_of(user),
        "tokens": [(token, [SCOPE_LABELS.get(scope, scope) for scope in token.scopes]) for token in tokens_of(user)],
        "may_have_tokens": user.role in tokens.SCOPES,
        "profile_form": ProfileForm(
            initial={"display_name": user.display_name, "language": user.language or get_language()}
        ),
        "token_form": TokenForm(user=user),
    }
    return render(request, "people/account.html", {**context, **extra}, status=status)
