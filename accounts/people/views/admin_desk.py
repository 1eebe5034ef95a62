"""The administrators' desk: regulators' accounts, opened by two."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people import phones
from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.forms import AppointmentForm
from accounts.people.models import Role
from accounts.people.selectors import appointments, display_name
from accounts.people.services import regulators


@require_safe
@role_required(Role.ADMIN)
def listing(request: HttpRequest) -> HttpResponse:
    """Administrators."""
    return render(request, "people/admin_desk.html", {"appointments": appointments()[:200]})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def propose(request: HttpRequest) -> HttpResponse:
    """Administrators."""
    user = user_of(request)
    form = AppointmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        regulators.regulator_propose(actor=actor_for(user), administrator=user, **form.cleaned_data)
        messages.success(request, _("Proposed. A second administrator compares the letter and opens the account."))
        return redirect("admin_desk")
    return render(request, "people/appointment_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@role_required(Role.ADMIN)
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Administrators: compare the letter, then open or decline."""
    row = get_object_or_404(appointments(), pk=appointment_id)
    return render(
        request,
        "people/appointment.html",
        {
            "appointment": row,
            "masked_phone": phones.mask(row.holder_phone),
            "proposer": display_name(row.proposed_by),
            "decider": display_name(row.decided_by) if row.decided_by else "",
            "is_proposer": row.proposed_by_id == user_of(request).pk,
        },
    )


@require_POST
@role_required(Role.ADMIN)
def open_account(request: HttpRequest, appointment_id: UUID) -> HttpResponseRedirect:
    """An administrator other than the proposer."""
    user = user_of(request)
    row = get_object_or_404(appointments(), pk=appointment_id)
    regulators.regulator_open(actor=actor_for(user), administrator=user, appointment=row)
    messages.success(request, _("The account is open; the official was told by text message."))
    return redirect("appointment", appointment_id=row.pk)


@require_POST
@role_required(Role.ADMIN)
def decline(request: HttpRequest, appointment_id: UUID) -> HttpResponseRedirect:
    """Any administrator; the proposer withdraws this way."""
    user = user_of(request)
    row = get_object_or_404(appointments(), pk=appointment_id)
    regulators.regulator_decline(actor=actor_for(user), administrator=user, appointment=row)
    messages.success(request, _("Declined. No account was opened."))
    return redirect("appointment", appointment_id=row.pk)
