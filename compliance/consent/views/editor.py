"""The asker's part of a job's page: who is depicted, what it is for. Only for the job's owner; others get 404."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.access import verified_required
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from compliance.consent import services
from compliance.consent.models import DepictedPerson
from compliance.consent.selectors import consent_rows, editor_context
from compliance.consent.views.guard import local_path
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.uploads.models import Upload


@require_POST
@verified_required
def person_add(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Name a depicted person in one of the owner's pictures."""
    upload = Upload.objects.select_related("job").filter(pk=upload_id, job__owner=user_of(request)).first()
    if upload is None:
        raise Http404
    try:
        services.depicted_add(
            actor=actor_for(request.user),
            upload=upload,
            name=request.POST.get("name", ""),
            phone=request.POST.get("phone", ""),
            under_14=bool(request.POST.get("under_14")),
        )
    except DomainError as error:
        return _answer(request, upload.job, problem=error, at=upload.pk)
    return _answer(request, upload.job)


@require_POST
@verified_required
def person_remove(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Take a depicted person off the owner's picture."""
    person = (
        DepictedPerson.objects.select_related("job", "upload").filter(pk=person_id, job__owner=user_of(request)).first()
    )
    if person is None:
        raise Http404
    try:
        services.depicted_remove(actor=actor_for(request.user), person=person)
    except DomainError as error:
        return _answer(request, person.job, problem=error, at=person.upload_id)
    return _answer(request, person.job)


@require_POST
@verified_required
def ask_set(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Store the purpose the depicted persons will read."""
    job = _own_job(request, job_id)
    try:
        services.ask_set(
            actor=actor_for(request.user),
            job=job,
            purpose=request.POST.get("purpose", ""),
            publish=bool(request.POST.get("publish")),
        )
    except DomainError as error:
        return _answer(request, job, problem=error, at=job.pk)
    return _answer(request, job)


@require_GET
@signed_in
def rows(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Return the state rows of the owner's job, for polling."""
    job = _own_job(request, job_id)
    return render(request, "consent/_rows.html", {"job": job, "consent_rows": consent_rows(job)})


def _own_job(request: HttpRequest, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id, owner=user_of(request)).first()
    if job is None:
        raise Http404
    return job


def _answer(
    request: HttpRequest, job: Job, *, problem: DomainError | None = None, at: UUID | None = None
) -> HttpResponse:
    next_url = local_path(request.POST.get("next", ""), "/")
    text = _sentence(problem) if problem else ""
    if request.headers.get("HX-Request") == "true":
        context = {**editor_context(job), "consent_next": next_url, "consent_problem": text, "consent_problem_at": at}
        return render(request, "consent/_depicted_editor.html", context)
    if text:
        messages.error(request, text, extra_tags="danger")
    return HttpResponseRedirect(next_url)


def _sentence(problem: DomainError) -> str:
    text = f"{gettext(problem.message)} {gettext(problem.way_out)}"
    return text % problem.params if problem.params else text
