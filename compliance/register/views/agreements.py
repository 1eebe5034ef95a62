"""Read and accept what is missing. Nothing is pre-ticked, and the whole text stands above its box."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from accounts.people.network import client_address
from compliance.register import selectors, services
from compliance.register.models import TO_ACCEPT
from compliance.register.rendering import title_of, to_html
from compliance.register.views.texts import in_reader_language
from compliance.rules.errors import DomainError

_INLINE = {"register.not_ticked", "register.text_changed"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def agreements(request: HttpRequest) -> HttpResponse:
    """Show the texts the own account has not accepted, and record its acceptance."""
    user = user_of(request)
    following = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = ""
    problem: DomainError | None = None
    if request.method == "POST":
        shown = {kind.value: request.POST[kind.value] for kind in TO_ACCEPT if request.POST.get(kind.value)}
        try:
            services.policies_accept(
                actor=actor_for(request.user), user=user, accepted=shown, address=client_address(request)
            )
        except DomainError as refusal:
            if refusal.code not in _INLINE:
                raise
            problem = refusal
        else:
            messages.success(request, gettext("Recorded. Thank you for reading."))
            return redirect(following or "policies")
    missing = []
    for kind in selectors.missing_acceptances(user):
        version = services.policy_current(kind=kind)
        source = in_reader_language(version)
        missing.append({"version": version, "title": title_of(source), "html": to_html(source)})
    context = {
        "missing": missing,
        "accepted": selectors.acceptances(user),
        "next": following,
        "problem": (gettext(problem.message), gettext(problem.way_out)) if problem else None,
    }
    return render(request, "register/agreements.html", context, status=problem.status if problem else 200)
