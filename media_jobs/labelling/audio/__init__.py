"""Sound: the explicit label spoken or sounded before or after the content (GB 45438-2025 5.3)."""

from media_jobs.labelling.audio.label import put
from media_jobs.labelling.audio.overlay import labelled_stream
from media_jobs.labelling.audio.probe import probe

__all__ = ["labelled_stream", "probe", "put"]
