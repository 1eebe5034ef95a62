"""The list of jobs, one job's page and its progress. Every view: signed in, and its owner only."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.identity.selectors import is_verified
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from compliance.audit import selectors as audit
from compliance.consent import selectors as consents
from compliance.register.selectors import has_accepted_current
from compliance.review import selectors as reviews
from compliance.rules.art23 import Art23
from compliance.rules.errors import DomainError
from compliance.rules.labels import Medium, plan
from compliance.switches.selectors import is_stopped
from media_jobs.engines import registry
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.selectors import changes, jobs_of, release_of
from media_jobs.jobs.states import CANCELLABLE, RUNNABLE, State
from media_jobs.pipeline import conformance, progress, services, unlabelling, wording
from media_jobs.pipeline.forms import DeclareForm
from media_jobs.pipeline.reasons import explain
from media_jobs.pipeline.views.common import own_job, say
from media_jobs.uploads import showing
from media_jobs.uploads.models import Upload
from media_jobs.uploads.selectors import names_of, uploads_for

PER_PAGE = 20


@require_safe
@signed_in
def jobs(request: HttpRequest) -> HttpResponse:
    """List the user's own jobs, newest first."""
    page = Paginator(jobs_of(user_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    names = names_of(page.object_list)
    rows = [
        {
            "job": job,
            "name": names.get(job.pk, ""),
            "engine": registry.describe(job.engine),
            "tone": progress.tone(job),
            "picture": _has_picture(job),
        }
        for job in page
    ]
    return render(request, "jobs/list.html", {"page": page, "rows": rows, "verified": is_verified(user_of(request))})


def _has_picture(job: Job) -> bool:
    """Return whether the list shows the released file itself: a labelled picture."""
    if job.state != State.RELEASED:
        return False
    release = job.work.release
    return release.medium == Medium.IMAGE and not release.unlabelled_request


@require_safe
@signed_in
@never_cache
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show one of the user's own jobs: the draft to complete, the way it goes, or the file."""
    row = own_job(request, job_id)
    context = _progress(request, row) if row.state != State.DRAFT else _draft(request, row)
    template = "jobs/draft.html" if row.state == State.DRAFT else "jobs/job.html"
    status = 410 if row.state == State.WITHDRAWN else 200
    return render(request, template, context, status=status)


@require_safe
@signed_in
@never_cache
def job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Answer the stage list for htmx; a change that needs the rest of the page asks for a reload."""
    row = own_job(request, job_id)
    seen = request.GET.get("seen", "")
    response = render(request, "jobs/_stages.html", _stages(row))
    if (seen in RUNNABLE) != (row.state in RUNNABLE) or (row.state not in RUNNABLE and seen != row.state):
        response["HX-Refresh"] = "true"
    return response


def _draft(request: HttpRequest, row: Job) -> dict[str, Any]:
    user = user_of(request)
    engine = registry.get(row.engine)
    uploads = {upload.role: upload for upload in uploads_for(row)}
    inputs = [
        {
            "role": role,
            "upload": uploads.get(role.key),
            "excerpt": _excerpt(uploads.get(role.key)),
            "accept": ",".join(f".{ending}" for one in role.containers for ending in one.endings),
        }
        for role in engine.inputs
    ]
    faces = sum(upload.face_count or 0 for upload in uploads.values())
    medium = next((upload.medium for upload in uploads.values()), "")
    fitting = engine.classes(medium)
    declared = {"art23_class": row.art23_class or fitting[0][0], "depicts_declared": row.depicts_declared}
    asks = services.asks_somebody(row, engine)
    return {
        "job": row,
        "engine": engine,
        "inputs": inputs,
        "faces": faces,
        "declare": DeclareForm(initial=declared, engine=engine, medium=medium),
        "plan": plan(
            engine.art17_for(row.art23_class),
            edits_real_media=engine.edits_real_media,
            medium=_form_of(medium, row.art23_class),
        ),
        "asks": asks,
        "problems": [say(problem) for problem in services.incomplete(row, engine)],
        "show_people": asks or (faces > 0 and row.depicts_declared != "none"),
        "stopped": is_stopped(f"job:{engine.key}"),
        "verified": is_verified(user),
        "accepted": has_accepted_current(user),
        "reminder": wording.REMINDER,
        "reminder_version": wording.version(wording.REMINDER),
        "inform": wording.INFORM,
        "inform_version": wording.version(wording.INFORM),
        "label_kind": "modified" if engine.edits_real_media else "generated",
        "kinds": ", ".join(dict.fromkeys(one.shown for role in engine.inputs for one in role.containers)),
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "face_undeclared": faces > 0 and row.depicts_declared == "none",
        **consents.editor_context(row),
        "consent_next": request.path,
        **unlabelling.context(row),
    }


def _form_of(medium: str, art23_class: str) -> Medium:
    """Return the medium whose form of the explicit label the page describes; a scene has its own (5.5)."""
    if art23_class == Art23.SCENE and medium in {"", "image", "video"}:
        return Medium.SCENE
    return Medium(medium or "image")


def _excerpt(upload: Upload | None) -> str:
    """Return the beginning of a text input, labelled where it is synthetic; "" for other media or none at all."""
    if upload is None or upload.medium != Medium.TEXT:
        return ""
    try:
        return showing.excerpt(upload, text=registry.input_text(upload.job.engine))
    except DomainError:
        return ""


def _stages(row: Job) -> dict[str, Any]:
    way = progress.steps(row, changes(row))
    return {
        "job": row,
        "steps": way,
        "tone": progress.tone(row),
        "moving": row.state in RUNNABLE,
        "seconds_done": int(row.progress_done),
        "seconds_total": int(row.progress_total),
    }


def _progress(request: HttpRequest, row: Job) -> dict[str, Any]:
    release = release_of(row)
    hold = reviews.open_hold(row)
    engine = registry.describe(row.engine)
    return {
        **_stages(row),
        "engine": engine,
        "uploads": uploads_for(row),
        "consent_rows": consents.consent_rows(row),
        "release": release,
        "reason": explain(row.reason_code) if row.reason_code else None,
        "hold": hold,
        "hold_messages": reviews.messages(hold) if hold else [],
        "decisions": reviews.decided_holds(row),
        "events": audit.job_events(row.pk),
        "can_cancel": row.state in CANCELLABLE,
        "label_kind": "modified" if engine is not None and engine.edits_real_media else "generated",
        **unlabelling.context(row),
        **(conformance.context(release) if release else {}),
        "released_text": _released_text(request, row, release),
    }


def _released_text(request: HttpRequest, row: Job, release: Release | None) -> str:
    """Return the beginning of a released, labelled text; "" for anything else, and for whatever is not handed out."""
    if release is None or release.medium != Medium.TEXT:
        return ""
    user = user_of(request)
    try:
        path, _release = services.download_open(actor=actor_for(user), user=user, job=row, log=False, inline=True)
        return showing.excerpt_of(path)
    except DomainError:
        return ""
