"""Moving pictures: the label blended into every frame that shows it, everything else as it was (GB 45438-2025 5.4)."""

from media_jobs.labelling.video.label import put
from media_jobs.labelling.video.probe import probe

__all__ = ["probe", "put"]
