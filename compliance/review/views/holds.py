"""The officer's seat: what is held, and the decision. Every view: compliance officers only."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.audit import selectors as audit
from compliance.consent import selectors as consents
from compliance.review import selectors, services
from compliance.review.forms import HoldFilter
from compliance.review.models import Hold, HoldState
from compliance.review.reasons import reason
from compliance.rules.labels import label_text
from media_jobs.engines import registry
from media_jobs.jobs.states import State
from media_jobs.uploads.selectors import uploads_for

PER_PAGE = 25


@require_safe
@role_required(Role.OFFICER)
@never_cache
def holds(request: HttpRequest) -> HttpResponse:
    """List holds, the longest waiting first."""
    form = HoldFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    state = chosen.get("state") or HoldState.OPEN
    found = selectors.holds(
        state="" if state == "all" else state, phase=chosen.get("phase", ""), reason=chosen.get("reason", "")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"hold": hold, "reason": reason(hold.reason), "engine": registry.describe(hold.job.engine)} for hold in page
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": HoldFilter(initial={"state": state, **{k: v for k, v in chosen.items() if v}}),
        "page": page,
        "rows": rows,
        "unlabelled_waiting": selectors.unlabelled_requests().count(),
        "filtered": bool(chosen.get("phase") or chosen.get("reason") or state != HoldState.OPEN),
        "query": query.urlencode(),
    }
    return render(request, "review/holds.html", context)


@require_safe
@role_required(Role.OFFICER)
@never_cache
def hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Show one held job: pictures, facts, consents, conversation; decide."""
    row = _hold(hold_id)
    job = row.job
    engine = registry.describe(job.engine)
    uploads = uploads_for(job)
    last = engine.roles[-1] if engine else ""
    edits = engine is not None and engine.edits_real_media
    context = {
        "hold": row,
        "job": job,
        "reason": reason(row.reason),
        "engine": engine,
        "uploads": uploads,
        "has_output": row.phase == "output",
        # An engine keeps the medium of what it edits: its last input by the engine's order.
        "output_medium": next((upload.medium for upload in uploads if upload.role == last), "image"),
        "label_text": label_text(edits_real_media=edits),
        "label_kind": "modified" if edits else "generated",
        "consents": [
            {"label": consent.label, "tone": consent.tone, "roles": consent.roles, "publish": consent.publish}
            for consent in consents.consent_rows(job)
        ],
        "records": selectors.records(job),
        "hold_messages": selectors.messages(row),
        "events": audit.job_events(job.pk),
        "decidable": row.state == HoldState.OPEN and job.state == State.HELD,
        "own": job.owner_id == user_of(request).pk,
    }
    return render(request, "review/hold.html", context)


@require_POST
@role_required(Role.OFFICER)
def hold_release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Let the job go on."""
    services.hold_release(
        actor=actor_for(request.user), hold=_hold(hold_id), explanation=request.POST.get("explanation", "")
    )
    messages.success(request, _("The job goes on."))
    return redirect("holds")


@require_POST
@role_required(Role.OFFICER)
def hold_reject(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Reject the job with an explanation."""
    services.hold_reject(
        actor=actor_for(request.user), hold=_hold(hold_id), explanation=request.POST.get("explanation", "")
    )
    messages.success(request, _("The job was rejected; the submitter reads your explanation."))
    return redirect("holds")


@require_POST
@role_required(Role.OFFICER)
def hold_ask(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Ask the submitter."""
    services.hold_ask(actor=actor_for(request.user), hold=_hold(hold_id), text=request.POST.get("text", ""))
    messages.success(request, _("Your question stands on the submitter's job page."))
    return redirect("hold", hold_id=hold_id)


def _hold(hold_id: UUID) -> Hold:
    found = selectors.hold_by_id(hold_id)
    if found is None:
        raise Http404
    return found
