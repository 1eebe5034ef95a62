"""The provider's profile and services: read by every seat of the provider, changed by staff and administrators."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.register import selectors, services
from compliance.register.forms import ServiceForm
from compliance.register.labels_section import engines_of
from compliance.register.models import Service
from compliance.rules.errors import DomainError
from media_jobs.labelling import provider_code

_INLINE = {"register.unknown_engines": "engines", "register.service_name_taken": "name"}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STAFF, Role.ADMIN, Role.OFFICER)
def services_page(request: HttpRequest) -> HttpResponse:
    """Show the provider and its services; staff and administrators add one."""
    may_change = user_of(request).role in {Role.STAFF, Role.ADMIN}
    form = ServiceForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.service_add(actor=actor_for(request.user), **form.cleaned_data)
            except DomainError as refusal:
                if refusal.code not in _INLINE:
                    raise
                status = refusal.status
                form.add_error(_INLINE[refusal.code], f"{gettext(refusal.message)} {gettext(refusal.way_out)}")
            else:
                messages.success(request, gettext("The service was added."))
                return redirect("services")
    code = settings.PROVIDER_CODE or provider_code.DEVELOPMENT_CODE
    english = (get_language() or "").startswith("en")
    context = {
        "form": form,
        "may_change": may_change,
        "services": [
            {"service": service, "engines": engines_of(tuple(service.engines))} for service in selectors.all_services()
        ],
        "code": code,
        "code_parts": provider_code.parse(code, allow_individual=True),
        "code_is_default": settings.PROVIDER_CODE_IS_DEFAULT,
        "contact": settings.PROVIDER_CONTACT,
        "other_name": settings.PROVIDER_NAME if english else settings.PROVIDER_NAME_EN,
    }
    return render(request, "register/services.html", context, status=status)


@require_POST
@role_required(Role.STAFF, Role.ADMIN)
def service_switch(request: HttpRequest, service_id: int) -> HttpResponse:
    """Switch one service on or off."""
    service = get_object_or_404(Service, pk=service_id)
    active = request.POST.get("active") == "1"
    services.service_set_active(actor=actor_for(request.user), service=service, active=active)
    messages.success(request, gettext("The service is on.") if active else gettext("The service is off."))
    return redirect("services")
