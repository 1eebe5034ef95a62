"""A few frames of a video, small and upright, to choose the label's place and colours by."""

from fractions import Fraction

import av
import numpy as np
from av import VideoFrame
from PIL import Image

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video.picture import Picture, picture_of
from media_jobs.labelling.video.source import Source
from media_jobs.labelling.video.turning import turned

_SIDE = 640  # px of the longest side
_PLACES = (0.25, 0.5, 0.75)  # of the duration, beside the first frame
_PATIENCE = 400  # packets read for one frame


def looked_at(source: Source, *, more: bool = True) -> tuple[Picture, list[Image.Image]]:
    """The kind of picture, and what a few frames look like.

    Args:
        source: opened anew: its position is lost.
        more: also look at frames further on, by their key frames.

    Raises:
        MediaError: video.no_frames, and what picture_of refuses.
    """
    source.picture.thread_type = "SLICE"  # one frame at a time: threads per frame would first fill up
    first = _next(source)
    if first is None:
        raise media_error("video.no_frames")
    picture = picture_of(source, first)
    glances = [_small(first, picture)]
    seen = {first.pts}
    base = source.picture.time_base or Fraction(1, 1000)
    for share in _PLACES if more and source.seconds > 0 else ():
        moment = source.start + share * source.seconds
        try:
            source.container.seek(int(moment / base), stream=source.picture)
            frame = _next(source)
        except av.FFmpegError:  # a file that cannot be searched is looked at by its first frame
            break
        if frame is not None and frame.pts not in seen and (frame.width, frame.height) == (first.width, first.height):
            seen.add(frame.pts)
            glances.append(_small(frame, picture))
    return picture, glances


def _next(source: Source) -> VideoFrame | None:
    """The next frame that can be decoded."""
    for count, packet in enumerate(source.container.demux(source.picture)):
        if packet.has_sidedata("encryption_info"):
            raise media_error("video.encrypted")
        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                return frame
        if count > _PATIENCE:
            break
    return None


def _small(frame: VideoFrame, picture: Picture) -> Image.Image:
    """The frame as seen, at most _SIDE pixels long."""
    width, height = picture.shown
    factor = min(1.0, _SIDE / max(width, height))
    size = max(2, round(width * factor)), max(2, round(height * factor))
    pixels = frame.reformat(width=size[0], height=size[1], format="rgb24").to_ndarray()
    return turned(Image.fromarray(np.ascontiguousarray(pixels)), picture.turn)
