"""Every refusal of this room: one stable code, one English sentence, one way out; Django's side translates them."""

from media_jobs.isolation.errors import PortableError
from media_jobs.labelling.errors import files, labels, pictures, video


class MediaError(PortableError):
    """A file, a label or a code that this room refuses; `.code`, `.message` (msgid), `.params`, `.way_out` (msgid)."""


# One module per subject; a code stands in exactly one of them.
TEXTS: dict[str, tuple[str, str]] = {**files.TEXTS, **labels.TEXTS, **pictures.TEXTS, **video.TEXTS}


def media_error(code: str, **params: object) -> MediaError:
    """The MediaError for a code of this room, with its catalogue texts."""
    message, way_out = TEXTS[code]
    return MediaError(code, message, params, way_out=way_out)
