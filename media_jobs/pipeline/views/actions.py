"""What an owner does with a submitted job, and what comes out of it. Every view: its owner only."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.identity.access import verified_required
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from compliance.audit import selectors as audit
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.review.errors import already_decided
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import release_of
from media_jobs.pipeline import conformance, errors, services, unlabelling
from media_jobs.pipeline.forms import UnlabelledForm
from media_jobs.pipeline.views import serving
from media_jobs.pipeline.views.common import back_to, own_job, say


@require_POST
@signed_in
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop the owner's job."""
    job = own_job(request, job_id)
    services.job_cancel(actor=actor_for(request.user), job=job)
    return back_to(job)


@require_POST
@verified_required
def job_retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Try the owner's failed job again from the stage it failed in."""
    job = own_job(request, job_id)
    services.job_retry(actor=actor_for(request.user), user=user_of(request), job=job)
    return back_to(job)


@require_POST
@verified_required
def job_duplicate(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Begin a new draft like this job."""
    job = own_job(request, job_id)
    copy = services.draft_duplicate(actor=actor_for(request.user), user=user_of(request), job=job)
    return back_to(copy)


@require_POST
@signed_in
def job_withdraw(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Take the owner's released file back."""
    job = own_job(request, job_id)
    services.job_withdraw(actor=actor_for(request.user), job=job)
    return back_to(job)


@require_POST
@signed_in
def job_answer(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Answer the officer's question."""
    job = own_job(request, job_id)
    hold = reviews.open_hold(job)
    if hold is None:
        raise already_decided()
    review_services.hold_answer(actor=actor_for(request.user), hold=hold, text=request.POST.get("text", ""))
    return back_to(job, "hold")


@require_safe
@verified_required
def job_download(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Hand out the released, labelled file; nothing else ever leaves through here."""
    job = own_job(request, job_id)
    return serving.released(request, user=user_of(request), job=job, attachment=True, log=request.method == "GET")


@require_safe
@verified_required
def job_picture(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Show the released, labelled file on the job's own page: a picture, or the source of its player."""
    job = own_job(request, job_id)
    return serving.released(request, user=user_of(request), job=job, attachment=False, log=False)


@require_safe
@signed_in
def job_proof(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Hand out the proof that the log holds the release: whoever has it can check it offline."""
    job = own_job(request, job_id)
    response = JsonResponse(proof_of(job), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="hallmark-proof-{str(job.pk)[:8]}.json"'
    return response


@require_safe
@signed_in
def job_report(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Hand out the conformance report of the owner's released file: the evidence as it is kept."""
    job = own_job(request, job_id)
    response = JsonResponse(report_of(job), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="hallmark-report-{str(job.pk)[:8]}.json"'
    return response


@require_POST
@verified_required
def job_unlabelled(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask that the explicit label of the owner's draft be left out (Labelling Measures Art. 9)."""
    job = own_job(request, job_id)
    form = UnlabelledForm(request.POST)
    form.is_valid()
    try:
        unlabelling.request_make(
            actor=actor_for(request.user),
            user=user_of(request),
            job=job,
            purpose=form.cleaned_data.get("purpose", ""),
            duty_version=form.accepted(),
        )
    except DomainError as error:
        if error.status in {400, 409}:
            messages.error(request, say(error), extra_tags="danger")
            return back_to(job, "unlabelled")
        raise
    messages.success(request, _("Your request waits for an officer."))
    return back_to(job, "unlabelled")


@require_POST
@signed_in
def job_unlabelled_withdraw(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Take the owner's request back; the file is then released with its label."""
    job = own_job(request, job_id)
    unlabelling.request_withdraw(actor=actor_for(request.user), job=job)
    messages.success(request, _("The request is withdrawn; the file gets its label."))
    return back_to(job, "unlabelled")


def report_of(job: Job) -> dict[str, object]:
    """Return the conformance report of the job's release.

    Raises:
        DomainError: pipeline.not_released.
    """
    release = release_of(job)
    if release is None:
        raise errors.not_released()
    return conformance.as_json(release)


def proof_of(job: Job) -> dict[str, object]:
    """Return the proof bundle of the job's release event.

    Raises:
        DomainError: pipeline.not_released, or audit.* while the log has not sequenced the event yet.
    """
    release = release_of(job)
    if release is None:
        raise errors.not_released()
    return audit.proof_bundle(release.event_id)
