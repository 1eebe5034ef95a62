"""Which parts of the labelling room are there: tests of a medium exist where its labeller does."""

from media_jobs.labelling import labellers, metadata
from media_jobs.labelling.containers import Medium

MEDIA = tuple(str(medium) for medium in (Medium.VIDEO, Medium.AUDIO, Medium.TEXT) if medium in labellers.media())
# The labeller of pictures that reads GIF is the one that also leaves the explicit label out when told to.
LEAVES_PICTURES_UNLABELLED = "gif" in metadata.containers()
