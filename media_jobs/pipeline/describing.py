"""A job as data: what the owner's page shows, for the API."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from compliance.consent import selectors as consents
from compliance.review import selectors as reviews
from compliance.rules.errors import DomainError
from media_jobs.engines import registry
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import changes, release_of
from media_jobs.jobs.states import State
from media_jobs.pipeline import progress, services, unlabelling, wording
from media_jobs.pipeline.reasons import explain
from media_jobs.uploads.selectors import uploads_for


def describe(job: Job) -> dict[str, Any]:
    """Return everything the owner's page shows, as data."""
    engine = registry.describe(job.engine)
    release = release_of(job)
    hold = reviews.open_hold(job)
    found = {
        **brief(job),
        "art23_class": job.art23_class,
        "depicts": job.depicts_declared,
        "attempts": job.attempts,
        "progress": {"done": job.progress_done, "total": job.progress_total} if job.progress_total else None,
        "unlabelled": unlabelling.as_json(job),
        "inputs": [
            {
                "role": upload.role,
                "sha256": upload.sha256,
                "medium": upload.medium,
                "mime": upload.mime,
                "width": upload.width,
                "height": upload.height,
                "duration": upload.duration,
                "faces": upload.face_count,
            }
            for upload in uploads_for(job)
        ],
        "way": [{"state": step.state, "mark": step.mark, "at": step.at} for step in progress.steps(job, changes(job))],
        "consents": [
            {"name": row.name, "roles": row.roles, "state": row.state, "publish": row.publish}
            for row in consents.consent_rows(job)
        ],
        "reason": _reason(job),
        "hold": {"messages": [{"from_officer": m.from_officer, "text": m.text} for m in reviews.messages(hold)]}
        if hold
        else None,
        "decisions": [{"state": row.state, "explanation": row.explanation} for row in reviews.decided_holds(job)],
        "release": {
            "produce_id": release.work.produce_id,
            "sha256": release.sha256,
            "size": release.size,
            "medium": release.medium,
            "mime": release.mime,
            "width": release.width,
            "height": release.height,
            "duration": release.duration,
            "label_text": release.label_text,
            "unlabelled_request": release.unlabelled_request or None,
            "sidecars": [{"ending": row["ending"], "sha256": row["sha256"]} for row in release.sidecars],
            "provider_code": release.provider_code,
            "released_at": release.released_at,
            "withdrawn_at": release.withdrawn_at,
        }
        if release
        else None,
    }
    if job.state == State.DRAFT and engine is not None:
        found["missing"] = [_refusal(problem) for problem in services.incomplete(job, engine)]
        found["to_acknowledge"] = _texts(asks=services.asks_somebody(job, engine))
        found["unlabelled_duty"] = {"text": gettext(wording.DUTY), "version": wording.version(wording.DUTY)}
        found["classes"] = [
            item for item, _title in engine.classes(found["inputs"][0]["medium"] if found["inputs"] else "")
        ]
    return found


def _texts(*, asks: bool) -> dict[str, dict[str, str]]:
    shown = {"reminder": wording.REMINDER} | ({"inform": wording.INFORM} if asks else {})
    return {name: {"text": gettext(text), "version": wording.version(text)} for name, text in shown.items()}


def brief(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "url": reverse("job", args=[job.pk]),
        "engine": job.engine,
        "state": job.state,
        "state_text": job.get_state_display(),
        "created_at": job.created_at,
        "submitted_at": job.submitted_at,
        "finished_at": job.finished_at,
    }


def _reason(job: Job) -> dict[str, str] | None:
    if not job.reason_code:
        return None
    reason = explain(job.reason_code)
    return {"code": reason.code, "text": str(reason.text), "way_out": str(reason.way_out), "cite": str(reason.cite)}


def _refusal(problem: DomainError) -> dict[str, str]:
    return {
        "code": problem.code,
        "message": gettext(problem.message) % problem.params,
        "way_out": gettext(problem.way_out),
    }
