"""The owner's side of supply without an explicit label (Labelling Measures Art. 9): ask, withdraw, and what it says.

The one way to a file without its explicit label. No parameter of any page or API, no seat and no setting leads there.
"""

from typing import Any

from accounts.people.models import User
from compliance.audit.actor import Actor
from compliance.review import errors as review_errors
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.review.models import UnlabelledRequest
from compliance.review.unlabelled import UnlabelledState
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job, Release
from media_jobs.pipeline import errors, wording
from media_jobs.pipeline.gates import gates


def request_make(*, actor: Actor, user: User, job: Job, purpose: str, duty_version: str) -> UnlabelledRequest:
    """Ask that the explicit label of a draft's file be left out.

    Args:
        duty_version: of wording.DUTY as it was shown and ticked, "" when it was not.

    Raises:
        DomainError: identity.required, pipeline.not_accepted, unlabelled.*.
    """
    gates(user)
    if not wording.is_current(wording.DUTY, duty_version):
        raise review_errors.unlabelled_duty()
    return review_services.unlabelled_request(
        actor=actor,
        job=job,
        applicant=user,
        purpose=purpose,
        agreement_sha256=reviews.agreement_accepted(user),
        duty_version=duty_version,
    )


def request_withdraw(*, actor: Actor, job: Job) -> UnlabelledRequest:
    """Take the job's request back; the file is then released with its label.

    Raises:
        DomainError: unlabelled.not_found, unlabelled.already_decided.
    """
    request = reviews.unlabelled_active(job)
    if request is None:
        raise review_errors.unlabelled_not_found()
    return review_services.unlabelled_withdraw(actor=actor, request=request)


def blocking(job: Job) -> DomainError | None:
    """Return why the job's request keeps it from being handed in, None when nothing does."""
    request = reviews.unlabelled_active(job)
    if request is None:
        return None
    if request.state == UnlabelledState.REQUESTED:
        return review_errors.unlabelled_undecided()
    try:
        reviews.unlabelled_approved(job)
    except DomainError as problem:
        return problem
    return None


def supply(*, actor: Actor, recipient: User, release: Release) -> None:
    """Write down who receives a file without an explicit label; nothing for any other file.

    Raises:
        DomainError: unlabelled.already_decided.
    """
    if not release.unlabelled_request:
        return
    request = reviews.unlabelled_by_id(release.unlabelled_request)
    if request is None:
        raise errors.release_altered()
    review_services.supply_record(
        actor=actor, request=request, recipient=recipient, sha256=release.sha256, work=release.work_id
    )


def context(job: Job) -> dict[str, Any]:
    """Return what the job's pages say about it: the request, whether one may be made, and the duty's wording."""
    request = reviews.unlabelled_of(job)
    problem = reviews.unlabelled_problem(job)
    return {
        "unlabelled": request,
        "unlabelled_active": request is not None and request.state in {"requested", "approved"},
        "unlabelled_used": request is not None and reviews.unlabelled_used(request),
        "unlabelled_problem": problem,
        "duty": wording.DUTY,
        "duty_version": wording.version(wording.DUTY),
    }


def as_json(job: Job) -> dict[str, Any] | None:
    """Return the job's request for the API, None when there was none."""
    request = reviews.unlabelled_of(job)
    if request is None:
        return None
    return {
        "id": str(request.pk),
        "state": request.state,
        "purpose": request.purpose,
        "requested_at": request.requested_at,
        "decided_at": request.decided_at,
        "reason": request.reason,
    }
