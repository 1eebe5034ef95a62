"""Still and animated pictures: the explicit label drawn into the pixels (GB 45438-2025 5.2)."""

from media_jobs.labelling.pictures.label import put
from media_jobs.labelling.pictures.probe import probe

__all__ = ["probe", "put"]
