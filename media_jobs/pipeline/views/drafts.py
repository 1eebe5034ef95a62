"""Choosing an operation and completing a draft. Every view: its owner only; changes need a verified account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.access import verified_required
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from compliance.register.selectors import has_accepted_current
from compliance.rules.errors import DomainError
from compliance.rules.labels import FORMS, Medium, plan
from compliance.switches.selectors import is_stopped
from media_jobs.engines import registry
from media_jobs.engines.registry import Engine
from media_jobs.jobs.errors import draft_only
from media_jobs.jobs.states import State
from media_jobs.pipeline import errors, services
from media_jobs.pipeline.forms import DeclareForm, SubmitForm
from media_jobs.pipeline.views.common import back_to, own_job, say
from media_jobs.uploads.handlers import file_from
from media_jobs.uploads.selectors import upload_in_role


@require_http_methods(["GET", "HEAD", "POST"])
@verified_required
def job_new(request: HttpRequest) -> HttpResponse:
    """Choose what to make; each operation says beforehand which labels and consents it needs. Verified accounts."""
    user = user_of(request)
    if request.method == "POST":
        job = services.draft_create(actor=actor_for(user), user=user, engine=request.POST.get("engine", ""))
        return back_to(job)
    cards = [
        {
            "engine": engine,
            "plan": plan(engine.art17, edits_real_media=engine.edits_real_media),
            "forms": _forms(engine),
            "stopped": is_stopped(f"job:{engine.key}"),
        }
        for engine in registry.available()
    ]
    return render(request, "jobs/new.html", {"cards": cards, "accepted": has_accepted_current(user)})


def _forms(engine: Engine) -> list[dict[str, object]]:
    """Return how the explicit label looks in each medium the operation takes."""
    media = dict.fromkeys(str(one.medium) for role in engine.inputs for one in role.containers)
    titles = {"image": _("Picture"), "video": _("Video"), "audio": _("Sound"), "text": _("Text")}
    return [{"title": titles[medium], "form": FORMS[Medium(medium)]} for medium in media]


@require_POST
@verified_required
def job_input(request: HttpRequest, job_id: UUID, role: str) -> HttpResponse:
    """Receive one input of the owner's draft."""
    job = own_job(request, job_id)
    try:
        services.input_store(actor=actor_for(request.user), job=job, role=role, file=file_from(request))
    except DomainError as error:
        return _refused(request, error, job_id)
    return back_to(job, f"input-{role}")


@require_POST
@verified_required
def job_input_remove(request: HttpRequest, job_id: UUID, role: str) -> HttpResponse:
    """Take one input off the owner's draft."""
    job = own_job(request, job_id)
    upload = upload_in_role(job, role)
    if upload is not None:
        services.input_remove(actor=actor_for(request.user), upload=upload)
    return back_to(job, f"input-{role}")


@require_POST
@verified_required
def job_declare(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Store the declaration of the owner's draft."""
    job = own_job(request, job_id)
    form = DeclareForm(request.POST, engine=registry.get(job.engine))
    if not form.is_valid():
        missing = errors.class_missing() if "art23_class" in form.errors else errors.depicts_missing()
        return _refused(request, missing, job_id)
    services.draft_declare(
        actor=actor_for(request.user),
        job=job,
        art23_class=form.cleaned_data["art23_class"],
        depicts_declared=form.cleaned_data["depicts_declared"],
    )
    return back_to(job, "declare")


@require_POST
@verified_required
def job_submit(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Hand the owner's draft in."""
    job = own_job(request, job_id)
    form = SubmitForm(request.POST)
    form.is_valid()
    reminder, inform = form.acknowledged()
    try:
        services.job_submit(
            actor=actor_for(request.user),
            user=user_of(request),
            job=job,
            acknowledged=services.Acknowledged(reminder, inform),
        )
    except DomainError as error:
        if error.status == 400:
            return _refused(request, error, job_id, anchor="submit")
        raise
    return back_to(job)


@require_POST
@signed_in
def job_discard(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Delete the owner's draft."""
    job = own_job(request, job_id)
    if job.state != State.DRAFT:
        raise draft_only()
    services.draft_discard(actor=actor_for(request.user), job=job)
    messages.success(request, _("The draft and its files were deleted."))
    return redirect("jobs")


def _refused(request: HttpRequest, error: DomainError, job_id: UUID, *, anchor: str = "") -> HttpResponse:
    """Say on the job's page what was wrong and how to go on; the draft stays as it is."""
    messages.error(request, say(error), extra_tags="danger")
    response = redirect("job", job_id=job_id)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response
