"""What an owner does with a submitted job, and what comes out of it. Every view: its owner only."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.identity.access import verified_required
from accounts.people.access import signed_in, user_of
from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.audit import selectors as audit
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.review.errors import already_decided
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import release_of
from media_jobs.pipeline import errors, services
from media_jobs.pipeline.views.common import back_to, own_job


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
    return file_response(user=user_of(request), job=job, attachment=True, log=request.method == "GET")


@require_safe
@verified_required
def job_picture(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Show the released, labelled file on the job's own page."""
    job = own_job(request, job_id)
    return file_response(user=user_of(request), job=job, attachment=False, log=False)


@require_safe
@signed_in
def job_proof(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Hand out the proof that the log holds the release: whoever has it can check it offline."""
    job = own_job(request, job_id)
    response = JsonResponse(proof_of(job), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="hallmark-proof-{str(job.pk)[:8]}.json"'
    return response


def proof_of(job: Job) -> dict[str, object]:
    """Return the proof bundle of the job's release event.

    Raises:
        DomainError: pipeline.not_released, or audit.* while the log has not sequenced the event yet.
    """
    release = release_of(job)
    if release is None:
        raise errors.not_released()
    return audit.proof_bundle(release.event_id)


def file_response(*, user: User, job: Job, attachment: bool, log: bool) -> FileResponse:
    """Answer the released file, never cached, never sniffed."""
    path, release = services.download_open(actor=actor_for(user), user=user, job=job, log=log)
    response = FileResponse(
        path.open("rb"),
        as_attachment=attachment,
        filename=f"hallmark-{release.work.produce_id}{path.suffix}",
        content_type=release.mime,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
