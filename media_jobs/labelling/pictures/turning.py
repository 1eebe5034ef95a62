"""A stored picture and the same as people see it: EXIF orientations 1 to 8 for images, arrays and boxes."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

Box = tuple[int, int, int, int]
Deep = npt.NDArray[np.uint16]
Pixels = Image.Image | Deep

# The transposition that shows a stored picture upright, by EXIF orientation, and the one that undoes it.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BACK = {**UPRIGHT, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
_ARRAYS: dict[Image.Transpose, Callable[[Deep], Deep]] = {
    Image.Transpose.FLIP_LEFT_RIGHT: lambda a: a[:, ::-1],
    Image.Transpose.ROTATE_180: lambda a: a[::-1, ::-1],
    Image.Transpose.FLIP_TOP_BOTTOM: lambda a: a[::-1],
    Image.Transpose.TRANSPOSE: lambda a: a.transpose(1, 0, 2),
    Image.Transpose.TRANSVERSE: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    Image.Transpose.ROTATE_270: lambda a: np.rot90(a, -1),
    Image.Transpose.ROTATE_90: lambda a: np.rot90(a, 1),
}


def size_of(pixels: Pixels) -> tuple[int, int]:
    """Width and height."""
    return pixels.size if isinstance(pixels, Image.Image) else (pixels.shape[1], pixels.shape[0])


def seen_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height as people see them."""
    return (size[1], size[0]) if orientation >= 5 else size


def image(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """The picture transposed; the same object when there is nothing to do."""
    return picture if turn is None else picture.transpose(turn)


def deep(pixels: Deep, turn: Image.Transpose | None) -> Deep:
    """The array transposed."""
    return pixels if turn is None else np.ascontiguousarray(_ARRAYS[turn](pixels))


def stored_box(box: Box, orientation: int, size: tuple[int, int]) -> Box:
    """Where a box of the picture as seen lies in the picture as stored.

    Args:
        box: (left, top, right, bottom) as seen.
        orientation: 1 to 8.
        size: width and height as stored.
    """
    (left, top, right, bottom), (width, height) = box, size
    return {
        2: (width - right, top, width - left, bottom),
        3: (width - right, height - bottom, width - left, height - top),
        4: (left, height - bottom, right, height - top),
        5: (top, left, bottom, right),
        6: (top, height - right, bottom, height - left),
        7: (width - bottom, height - right, width - top, height - left),
        8: (width - bottom, left, width - top, right),
    }.get(orientation, box)
