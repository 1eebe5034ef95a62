"""What every job view needs: the owner's own job or nothing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext

from accounts.people.access import user_of
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import job_of
from media_jobs.pipeline import errors


def own_job(request: HttpRequest, job_id: UUID) -> Job:
    """Return the signed-in user's own job.

    Raises:
        DomainError: pipeline.job_not_found (404), for jobs of others exactly as for none.
    """
    job = job_of(user_of(request), job_id)
    if job is None:
        raise errors.job_not_found()
    return job


def say(error: DomainError) -> str:
    """Return what happened and the way out, in the language in use."""
    sentences = (
        gettext(text) % error.params if error.params else gettext(text)
        for text in (error.message, error.way_out)
        if text
    )
    return " ".join(_ended(one) for one in sentences)


def _ended(sentence: str) -> str:
    """Return the sentence with its full stop: refusals of the labelling room are written without."""
    stop = "。" if (get_language() or "").startswith("zh") else "."
    return sentence if sentence.rstrip().endswith((".", "。", "!", "！", "?", "？", "…")) else sentence + stop


def back_to(job: Job, anchor: str = "") -> HttpResponseRedirect:
    """Redirect to the job's page."""
    response = redirect("job", job_id=job.pk)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response
