"""What a seat of supervision sees of a work beside the log: its conformance report, and why a label is missing."""

from typing import Any

from compliance.review import selectors as reviews
from compliance.review.models import UnlabelledRequest
from media_jobs.jobs.models import Release
from media_jobs.jobs.selectors import release_by_work
from media_jobs.pipeline import conformance


def of_work(work_id: str) -> dict[str, Any]:
    """Return the context of the evidence on an entry's page; nothing where the work was never released."""
    release = release_by_work(work_id) if work_id else None
    if release is None:
        return {}
    request = _request(release)
    return {
        "release": release,
        "unlabelled": request,
        "supplies": reviews.supplies(request) if request else [],
        **conformance.context(release),
    }


def report_of_work(work_id: str) -> dict[str, Any] | None:
    """Return the report as JSON, with the request (Labelling Measures Art. 9) by pseudonymous ids."""
    release = release_by_work(work_id) if work_id else None
    if release is None:
        return None
    request = _request(release)
    return conformance.as_json(release) | {"unlabelled": _as_json(request) if request else None}


def _request(release: Release) -> UnlabelledRequest | None:
    return reviews.unlabelled_by_id(release.unlabelled_request) if release.unlabelled_request else None


def _as_json(request: UnlabelledRequest) -> dict[str, Any]:
    return {
        "id": str(request.pk),
        "applicant": str(request.applicant_id),
        "purpose": request.purpose,
        "agreement_sha256": request.agreement_sha256,
        "duty_version": request.duty_version,
        "requested_at": request.requested_at,
        "approver": str(request.approver_id),
        "decided_at": request.decided_at,
        "reason": request.reason,
        "recipients": [
            {"account": str(row.recipient_id), "at": row.at, "sha256": row.sha256} for row in reviews.supplies(request)
        ],
    }
