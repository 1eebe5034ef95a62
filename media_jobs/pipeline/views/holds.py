"""The held pictures for the officer's eyes. Every view: compliance officers only, each look is logged."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.people.access import role_required
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.review import services as review_services
from compliance.review.models import Hold
from compliance.review.selectors import hold_by_id
from media_jobs.engines import registry
from media_jobs.isolation.runner import run_isolated
from media_jobs.jobs.states import FINISHED, State
from media_jobs.pipeline import errors, labels, working
from media_jobs.pipeline.models import StageResult
from media_jobs.pipeline.views.thumbs import picture_response
from media_jobs.uploads.selectors import upload_in_role

# Longest side, pixels: enough to judge, not the file itself.
SIDE = 1280


@require_safe
@role_required(Role.OFFICER)
@never_cache
def hold_media(request: HttpRequest, hold_id: UUID, which: str) -> HttpResponse:
    """Show an input or the unreleased result of a held job; what is synthetic, with the AI label burnt in."""
    hold = hold_by_id(hold_id)
    if hold is None or hold.job.state in FINISHED:
        raise errors.job_not_found()
    source = _source(hold, which)
    review_services.media_viewed(actor=actor_for(request.user), hold=hold, which=which)
    engine = hold.job.engine
    text = labels.text_for(registry.describe(engine)) if which == "output" else registry.input_text(engine)
    with TemporaryDirectory() as folder:
        output = Path(folder) / "preview.jpg"
        payload = {"path": str(source), "output": str(output), "text": text, "side": SIDE}
        run_isolated("media_jobs.uploads.thumb:make", payload)
        return picture_response(output.read_bytes())


def _source(hold: Hold, which: str) -> Path:
    """Return the file behind "output" or an input's role, if its content is still what was recorded."""
    if which == "output":
        found = StageResult.objects.filter(job=hold.job, stage=State.SYNTHESIS).first()
        if found is None:
            raise errors.job_not_found()
        return working.checked(found.path, digest=found.sha256)
    upload = upload_in_role(hold.job, which)
    if upload is None:
        raise errors.job_not_found()
    return working.checked(upload.path, digest=upload.sha256)
