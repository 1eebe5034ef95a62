"""A person's own identity pages. Every object is looked up among the account's own: others' answer 404."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity import channels, selectors, services
from accounts.identity.forms import CodeForm, IdCardForm, OrganisationForm
from accounts.identity.masks import mask_name, mask_number
from accounts.identity.models import Verification
from accounts.identity.vendors.sandbox import samples
from accounts.identity.words import VERDICTS, words_for
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from accounts.people.network import client_address, network_of
from accounts.people.phones import mask
from compliance.rules.errors import DomainError

_FORMS: dict[str, type[forms.Form]] = {"mobile": CodeForm, "id_card": IdCardForm, "organisation": OrganisationForm}
# Which field a refusal is about; what stands nowhere here gets a page of its own.
_FIELD = {"rules": "number", "identity.name_form": "name", "identity.code_form": "code"}


@require_GET
@never_cache
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show the account's own standing, the ways to verify, what is stored, and earlier attempts."""
    user = user_of(request)
    return render(
        request,
        "identity/home.html",
        {
            "standing": selectors.standing(user),
            "channels": channels.available(),
            "documents": [
                {
                    "kind": document.get_kind_display(),
                    "name": mask_name(document.name),
                    "number": mask_number(document.number),
                    "since": document.created_at,
                }
                for document in selectors.documents(user)
            ],
            "phone": mask(user.phone),
            "attempts": [
                {
                    "row": row,
                    "tone": words_for(row).tone,
                    "label": row.get_withheld_display() if row.withheld else row.get_verdict_display(),
                }
                for row in selectors.history(user)
            ],
            "titles": {channel.key: channel.title for channel in channels.available()},
            "sandbox_identity": settings.IDENTITY_BACKEND == "sandbox",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@sensitive_post_parameters("code", "name", "number")
def channel(request: HttpRequest, key: str) -> HttpResponse:
    """Verify the own account through one channel."""
    way = channels.get(key)
    form = _FORMS[way.key](request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            verification = services.verify(
                actor=actor_for(request.user),
                user=user_of(request),
                channel=way.key,
                network=network_of(client_address(request)),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            status = refusal.status
            _beside_the_field(form, refusal)
        else:
            return redirect("identity_result", verification_id=verification.pk)
    elif request.method == "POST":
        status = 400
    context = {
        "channel": way,
        "form": form,
        "phone": mask(user_of(request).phone),
        "sent": "sent" in request.GET or request.method == "POST",
        "samples": samples() if settings.IDENTITY_BACKEND == "sandbox" and way.document else (),
        "verdicts": VERDICTS,
    }
    return render(request, f"identity/{way.key}.html", context, status=status)


@require_POST
@signed_in
def mobile_send(request: HttpRequest) -> HttpResponse:
    """Send a code to the own account's number."""
    services.mobile_code_send(actor=actor_for(request.user), user=user_of(request))
    messages.success(request, gettext("The code is on its way."))
    response = redirect("identity_channel", key="mobile")
    response["Location"] += "?sent=1"
    return response


@require_GET
@never_cache
@signed_in
def result(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """Show one of the own attempts."""
    verification = get_object_or_404(Verification, pk=verification_id, user=user_of(request))
    context = {
        "verification": verification,
        "words": words_for(verification),
        "channel": channels.get(verification.channel),
        "good": verification.level > 0,
    }
    return render(request, "identity/result.html", context)


def _beside_the_field(form: forms.Form, refusal: DomainError) -> None:
    """Put a refusal where the person looks, in their language; one that concerns no field goes to its own page."""
    field = _FIELD.get(refusal.code) or _FIELD.get(refusal.code.split(".")[0])
    if field is None and refusal.code != "people.rate_limited":
        raise refusal
    sentences = [gettext(text) % refusal.params for text in (refusal.message, refusal.way_out) if text]
    form.add_error(field, " ".join(sentences))
