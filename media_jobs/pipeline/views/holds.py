"""The held files for the officer's eyes and ears. Every view: compliance officers only, each look is logged."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.people.access import role_required, user_of
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.review import services as review_services
from compliance.review.models import Hold
from compliance.review.selectors import hold_by_id
from media_jobs.engines import registry
from media_jobs.isolation.budget import limits_for_looking
from media_jobs.isolation.runner import run_isolated
from media_jobs.jobs.states import FINISHED, State
from media_jobs.labelling.containers import CONTAINERS, Medium
from media_jobs.pipeline import errors, labels, previews, working
from media_jobs.pipeline.models import StageResult
from media_jobs.pipeline.views import serving
from media_jobs.pipeline.views.thumbs import picture_response
from media_jobs.uploads.selectors import upload_in_role

# Longest side, pixels: enough to judge, not the file itself.
SIDE = 1280
# Seconds in which the parts of a recording belong to one look.
LOOK = 3600
# Characters of a text.
CHARACTERS = 20_000


@require_safe
@role_required(Role.OFFICER)
@never_cache
def hold_media(request: HttpRequest, hold_id: UUID, which: str) -> HttpResponseBase:
    """Show an input or the unreleased result of a held job; what is synthetic, with the AI label in it.

    A picture is drawn small, a text is shown from its beginning; sound and video are the labelled copy that the worker
    made when it held the job (`?still` gives the frame or waveform for the page).
    """
    hold = hold_by_id(hold_id)
    if hold is None or hold.job.state in FINISHED:
        raise errors.job_not_found()
    source, medium = _source(hold, which)
    # A picture or a text has neither still nor parts: that would be the whole of it, unlogged.
    recording = medium in previews.RECORDINGS
    still = "still" in request.GET and recording
    if not (recording and _goes_on(request, hold, which, still=still)):
        review_services.media_viewed(actor=actor_for(request.user), hold=hold, which=which)
    engine = hold.job.engine
    text = labels.text_for(registry.describe(engine)) if which == "output" else registry.input_text(engine)
    if recording and not still:
        copy = previews.path_of(hold.job, which, source.suffix)
        if not copy.is_file():
            raise errors.no_preview()
        return serving.in_parts(request, copy, mime=_mime(source), name=f"preview{source.suffix}")
    with TemporaryDirectory() as folder:
        output = Path(folder) / "preview"
        payload = {"path": str(source), "output": str(output), "text": text, "medium": medium}
        limits = limits_for_looking(source)
        if medium == Medium.TEXT:
            found = {"format": _container(source), "characters": CHARACTERS}
            run_isolated("media_jobs.uploads.excerpt:make", payload | found, limits=limits)
            return HttpResponse(
                output.read_text(encoding="utf-8"),
                content_type="text/plain; charset=utf-8",
                headers={"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"},
            )
        run_isolated("media_jobs.uploads.thumb:make", payload | {"side": SIDE}, limits=limits)
        return picture_response(output.read_bytes())


def _goes_on(request: HttpRequest, hold: Hold, which: str, *, still: bool) -> bool:
    """Return whether this is a further part, or the still, of what this officer was logged to look at just before."""
    key = f"hold.look:{user_of(request).pk}:{hold.pk}:{which}"
    further = still or re.match(r"bytes=(?!0-)", request.headers.get("Range", "")) is not None
    if further and cache.get(key):
        return True
    cache.set(key, value=True, timeout=LOOK)
    return False


def _source(hold: Hold, which: str) -> tuple[Path, str]:
    """Return the file behind "output" or an input's role, if its content is still what was recorded, and its medium."""
    if which == "output":
        found = StageResult.objects.filter(job=hold.job, stage=State.SYNTHESIS).first()
        if found is None:
            raise errors.job_not_found()
        seen = StageResult.objects.filter(job=hold.job, stage=State.OUTPUT_REVIEW).first()
        medium = str(seen.report.get("medium", Medium.IMAGE)) if seen else str(Medium.IMAGE)
        return working.checked(found.path, digest=found.sha256), medium
    upload = upload_in_role(hold.job, which)
    if upload is None:
        raise errors.job_not_found()
    return working.checked(upload.path, digest=upload.sha256), upload.medium


def _container(source: Path) -> str:
    return next((one.name for one in CONTAINERS.values() if source.suffix[1:] in one.endings), "txt")


def _mime(source: Path) -> str:
    return CONTAINERS[_container(source)].mime
