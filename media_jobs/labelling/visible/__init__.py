"""The explicit label: words drawn into the picture by GB 45438-2025 5.2."""

from media_jobs.labelling.visible.draw import Drawn, draw, paint, paint_deep

__all__ = ["Drawn", "draw", "paint", "paint_deep"]
