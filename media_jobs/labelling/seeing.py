"""What a person, or a face detector, is shown of a file: an upright picture, single frames, the loudness of a sound."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from media_jobs.labelling.pictures import decode

# Pillow's names of the still formats in containers.CONTAINERS.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF")
_ROTATE = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
# A frame is decoded from the key frame before it; a file with none for this many frames is sampled where it comes.
_SEARCHED = 300
# Loudness is read from at most this much sound; a preview of four hours need not hear all of them.
_HEARD = 20 * 60
_RATE = 8000
_MICROSECONDS = 1_000_000  # FFmpeg's clock for a whole file
_STEP = 80  # samples to one peak: a hundredth of a second


def open_picture(path: str | Path) -> Image.Image:
    """Return the picture, not yet decoded, its first frame where it moves; `decode.turned` sets it upright.

    Raises:
        UnidentifiedImageError, OSError: none of FORMATS.
    """
    with Path(path).open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        import pillow_heif

        pillow_heif.register_heif_opener()
    return Image.open(path, formats=FORMATS)


def upright(path: str | Path) -> Image.Image:
    """Return the picture decoded whole, turned as its viewer shows it.

    Raises:
        UnidentifiedImageError, OSError, SyntaxError, ValueError: it cannot be read.
    """
    with open_picture(path) as picture:
        picture.load()
        return decode.turned(picture)


def pictures(path: Path, *, most: int) -> Iterator[tuple[float, Image.Image]]:
    """Yield (seconds, upright picture) of at most `most` frames or pages of a picture, evenly spread, the first always.

    Pages of a document-like picture count as a second each: a reader may stop at any of them.

    Raises:
        UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError: it cannot be read.
    """
    with open_picture(path) as picture:
        count = int(getattr(picture, "n_frames", 1))
        wanted = {round(number * count / min(most, count)) for number in range(min(most, count))}
        at = 0.0
        for number in range(count):
            picture.seek(number)
            if number in wanted:
                picture.load()
                yield at, decode.turned(picture)
            at += float(picture.info.get("duration") or 1000) / 1000


def frames(path: Path, *, most: int, side: int = 0) -> Iterator[tuple[float, Image.Image]]:
    """Yield (seconds, upright RGB picture) of at most `most` frames, evenly spread, the first one always.

    Args:
        path: a recording with a picture; one without yields nothing.
        most: number of frames.
        side: longest side in pixels, 0 for the size of the video.

    Raises:
        ValueError: the file cannot be read.
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if container.streams.video:
                yield from _sampled(container, most=most, side=side)
    except FFmpegError as error:
        raise ValueError("the recording cannot be read") from error


def loudness(path: Path, *, columns: int) -> list[float]:
    """Return the peak of each of `columns` equal stretches of the sound, 0..1; all zero where there is none.

    Raises:
        ValueError: the file cannot be read.
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            peaks = _peaks(container) if container.streams.audio else np.zeros(0, np.float32)
    except FFmpegError as error:
        raise ValueError("the recording cannot be read") from error
    if not peaks.size:
        return [0.0] * columns
    edges = np.linspace(0, len(peaks), columns + 1).astype(int)
    pairs = pairwise(edges.tolist())
    return [min(1.0, float(peaks[min(start, len(peaks) - 1) : max(end, start + 1)].max())) for start, end in pairs]


def _sampled(container: Any, *, most: int, side: int) -> Iterator[tuple[float, Image.Image]]:
    stream = container.streams.video[0]
    stream.thread_type = "NONE"
    length = _seconds(container, stream)
    wanted = [length * number / most for number in range(most)] if length > 0 else [0.0]
    last = -1.0
    for moment in wanted:
        if moment > 0:
            container.seek(int(moment * _MICROSECONDS), backward=True)
        found = _frame_at(container, stream, moment)
        if found is None:
            return
        at, picture = found
        if at <= last:
            continue
        last = at
        if side:
            picture.thumbnail((side, side))
        yield at, picture


def _peaks(container: Any) -> npt.NDArray[np.float32]:
    """The loudest sample of each hundredth of a second, of at most _HEARD seconds."""
    import av

    found: list[npt.NDArray[np.float32]] = []
    rest = np.zeros(0, np.float32)
    heard = 0
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=_RATE)
    for frame in container.decode(audio=0):
        for part in resampler.resample(frame):
            samples = np.concatenate([rest, np.abs(part.to_ndarray()[0])])
            whole = len(samples) // _STEP * _STEP
            found.append(samples[:whole].reshape(-1, _STEP).max(axis=1))
            rest, heard = samples[whole:], heard + whole
        if heard > _HEARD * _RATE:
            break
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / _MICROSECONDS if container.duration else 0.0


def _frame_at(container: Any, stream: Any, moment: float) -> tuple[float, Image.Image] | None:
    found = None
    for number, frame in enumerate(container.decode(stream)):
        found = frame
        if frame.time is None or frame.time >= moment - 0.001 or number >= _SEARCHED:
            break
    if found is None:
        return None
    picture = found.to_image()
    turn = round(getattr(found, "rotation", 0) or 0) % 360
    if turn in _ROTATE:
        picture = picture.transpose(_ROTATE[turn])
    return float(found.time or 0.0), picture
