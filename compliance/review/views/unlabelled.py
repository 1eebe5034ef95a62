"""Requests for files without an explicit label (Labelling Measures Art. 9). Every view: compliance officers only."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.audit import selectors as audit
from compliance.review import errors, selectors, services
from compliance.review.models import UnlabelledRequest
from compliance.review.unlabelled import UnlabelledState
from media_jobs.engines import registry
from media_jobs.jobs.states import State
from media_jobs.uploads.selectors import uploads_for

PER_PAGE = 25
TONES = {
    UnlabelledState.REQUESTED: "wait",
    UnlabelledState.APPROVED: "ok",
    UnlabelledState.REFUSED: "stop",
    UnlabelledState.WITHDRAWN: "neutral",
}


@require_safe
@role_required(Role.OFFICER)
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, or all of them."""
    every = request.GET.get("state") == "all"
    found = selectors.unlabelled_requests(state="" if every else UnlabelledState.REQUESTED)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "request": row,
            "engine": registry.describe(row.job.engine),
            "tone": TONES[UnlabelledState(row.state)],
        }
        for row in page
    ]
    return render(request, "review/unlabelled_list.html", {"page": page, "rows": rows, "every": every})


@require_safe
@role_required(Role.OFFICER)
@never_cache
def request_page(request: HttpRequest, unlabelled_id: UUID) -> HttpResponse:
    """Show one request with what it covers, and decide."""
    row = _row(unlabelled_id)
    problem = selectors.unlabelled_problem(row.job)
    context = {
        "row": row,
        "tone": TONES[UnlabelledState(row.state)],
        "job": row.job,
        "engine": registry.describe(row.job.engine),
        "uploads": uploads_for(row.job),
        "supplies": selectors.supplies(row),
        "unchanged": selectors.unlabelled_scope(row.job) == row.scope,
        "problem": _(problem.message) if problem else "",
        "decidable": row.state == UnlabelledState.REQUESTED and row.job.state == State.DRAFT,
        "own": row.applicant_id == user_of(request).pk,
        "events": audit.job_events(row.job_id),
    }
    return render(request, "review/unlabelled.html", context)


@require_POST
@role_required(Role.OFFICER)
def approve(request: HttpRequest, unlabelled_id: UUID) -> HttpResponse:
    """Agree as the second person."""
    services.unlabelled_approve(
        actor=actor_for(request.user),
        officer=user_of(request),
        request=_row(unlabelled_id),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The request is approved. You look at the file itself before it is released."))
    return redirect("unlabelled_requests")


@require_POST
@role_required(Role.OFFICER)
def refuse(request: HttpRequest, unlabelled_id: UUID) -> HttpResponse:
    """Refuse; the job goes on with its label."""
    services.unlabelled_refuse(
        actor=actor_for(request.user),
        officer=user_of(request),
        request=_row(unlabelled_id),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The request is refused; the applicant reads your reason."))
    return redirect("unlabelled_requests")


def _row(unlabelled_id: UUID) -> UnlabelledRequest:
    found = selectors.unlabelled_by_id(unlabelled_id)
    if found is None:
        raise errors.unlabelled_not_found()
    return found
