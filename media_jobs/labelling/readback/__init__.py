"""Read a labelled file back by a path of its own, before it is released (regulation brief, rule D6).

Nothing here uses the writer, the carriers or the drawing code: own byte walkers or other libraries, own measurements.
"""

from media_jobs.labelling.readback.check import check_file

__all__ = ["check_file"]
