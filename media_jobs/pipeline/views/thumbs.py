"""The one way an input is ever looked at: a small re-encoded picture (a frame, a waveform), by its owner."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.people.access import signed_in, user_of
from media_jobs.engines import registry
from media_jobs.uploads import errors, selectors, showing


@require_safe
@signed_in
@cache_control(private=True, max_age=600)
def thumb(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Answer the thumbnail to the job's owner; for everybody else there is none (404)."""
    upload = selectors.visible_upload(user_of(request), upload_id)
    if upload is None:
        raise errors.not_found()
    picture = showing.thumbnail(upload, text=registry.input_text(upload.job.engine))
    return picture_response(picture.read_bytes())


def picture_response(data: bytes) -> HttpResponse:
    """Answer a JPEG to be shown on our own pages only."""
    return HttpResponse(
        data,
        content_type="image/jpeg",
        headers={
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
