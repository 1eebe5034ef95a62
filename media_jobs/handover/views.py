"""Preparing a file for spreading. Every view: verified accounts only, and each hand-over its owner's alone."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.identity.access import verified_required
from accounts.people import ratelimit
from accounts.people.access import user_of
from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.rules.errors import DomainError
from media_jobs.handover import errors, presenting, services
from media_jobs.handover.forms import HandoverForm
from media_jobs.handover.models import Handover
from media_jobs.handover.selectors import handover_of, handovers_of
from media_jobs.uploads.handlers import file_from

PER_PAGE = 20
# An account's burst, and the seconds in which it comes back.
LIMIT = (30, 600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@verified_required
def handovers(request: HttpRequest) -> HttpResponse:
    """The form and the list; a posted file is answered on a page of its own."""
    form = HandoverForm(request.POST if request.method == "POST" else None)
    problem: DomainError | None = None
    if request.method == "POST":
        form.is_valid()
        try:
            made = make(request, user_of(request), declared=form.cleaned_data.get("declared"))
        except DomainError as error:
            if error.status == 429:
                raise
            problem = error
        else:
            return redirect("handover", handover_id=made.pk)
    page = Paginator(handovers_of(user_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [presenting.page(row) for row in page],
        "limit_mb": presenting.limit_mb(),
        "problem": None if problem is None else _said(problem),
    }
    return render(request, "handover/list.html", context, status=problem.status if problem else 200)


@never_cache
@require_safe
@verified_required
def handover(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """What was found, decided and written."""
    return render(request, "handover/detail.html", presenting.page(own(user_of(request), handover_id)))


@never_cache
@require_safe
@verified_required
def handover_file(request: HttpRequest, handover_id: UUID) -> HttpResponseBase:
    """Hand out the rewritten file."""
    log = request.method == "GET"
    return file_response(user_of(request), own(user_of(request), handover_id), log=log)


@never_cache
@require_safe
@verified_required
def handover_sidecar(request: HttpRequest, handover_id: UUID) -> HttpResponseBase:
    """Hand out what goes beside a file that has no room for metadata."""
    return file_response(
        user_of(request), own(user_of(request), handover_id), sidecar=True, log=request.method == "GET"
    )


def make(request: HttpRequest, user: User, *, declared: bool | None) -> Handover:
    """Take the request's file in.

    Raises:
        DomainError: people.rate_limited, uploads.missing, and see services.handover_make.
    """
    ratelimit.take(name="handover.file", key=str(user.pk), capacity=LIMIT[0], per_seconds=LIMIT[1])
    return services.handover_make(actor=actor_for(user), user=user, file=file_from(request), declared=declared)


def own(user: User, handover_id: UUID) -> Handover:
    """Return the user's own hand-over.

    Raises:
        DomainError: handover.not_found (404), for those of others exactly as for none.
    """
    found = handover_of(user, handover_id)
    if found is None:
        raise errors.not_found()
    return found


def file_response(user: User, made: Handover, *, sidecar: bool = False, log: bool = True) -> HttpResponseBase:
    """Answer the file, never cached, never sniffed; no byte of it where that is not logged (HEAD)."""
    path = services.handover_fetch(actor=actor_for(user), handover=made, sidecar=sidecar, log=log)
    kind = "application/json" if sidecar else made.mime
    response: HttpResponseBase = HttpResponse(content_type=kind)
    if log:
        response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _said(error: DomainError) -> dict[str, str]:
    return {
        "message": gettext(error.message) % error.params if error.params else gettext(error.message),
        "way_out": gettext(error.way_out) % error.params if error.params else gettext(error.way_out),
        "code": error.code,
    }
