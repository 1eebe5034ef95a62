"""What a person, or a face detector, is shown of a file: an upright picture, single frames, the loudness of a sound."""

from collections.abc import Iterator
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
_HEARD = 20 * 60.0


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


def frames(path: Path, *, most: int, side: int = 0) -> Iterator[tuple[float, Image.Image]]:
    """Yield (seconds, upright RGB picture) of at most `most` frames, evenly spread, the first one always.

    Args:
        path: a recording with a picture; one without yields nothing.
        most: number of frames.
        side: longest side in pixels, 0 for the size of the video.

    Raises:
        av.error.FFmpegError, ValueError: the file cannot be read.
    """
    import av

    with av.open(str(path), metadata_errors="ignore") as container:
        if not container.streams.video:
            return
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        length = _seconds(container, stream)
        wanted = [length * number / most for number in range(most)] if length > 0 else [0.0]
        last = -1.0
        for moment in wanted:
            if moment > 0:
                container.seek(int(moment * av.time_base), backward=True)
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


def loudness(path: Path, *, columns: int) -> list[float]:
    """Return the peak of each of `columns` equal stretches of the sound, 0..1; all zero where there is none.

    Raises:
        av.error.FFmpegError, ValueError: the file cannot be read.
    """
    import av

    peaks: list[float] = []
    with av.open(str(path), metadata_errors="ignore") as container:
        if not container.streams.audio:
            return [0.0] * columns
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=8000)
        heard = 0.0
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples = np.abs(part.to_ndarray()[0])
                peaks += [
                    float(stretch.max(initial=0.0)) for stretch in np.array_split(samples, len(samples) // 200 + 1)
                ]
                heard += len(samples) / 8000
            if heard > _HEARD:
                break
    if not peaks:
        return [0.0] * columns
    stretches: list[npt.NDArray[np.float64]] = np.array_split(np.array(peaks), columns)
    return [min(1.0, float(stretch.max(initial=0.0))) for stretch in stretches]


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else 0.0


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
