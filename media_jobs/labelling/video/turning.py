"""Display matrices: how a player turns the stored picture, and the way back for a label's box and masks."""

import struct

from PIL import Image

Box = tuple[int, int, int, int]
Turn = Image.Transpose | None
_T = Image.Transpose
# Signs of a, b, c, d, where a stored point (x, y) is shown at (ax + cy, bx + dy), y downwards (ISO/IEC 14496-12 8.3.2).
_TURNS: dict[tuple[int, int, int, int], Turn] = {
    (1, 0, 0, 1): None,
    (-1, 0, 0, -1): _T.ROTATE_180,
    (0, -1, 1, 0): _T.ROTATE_90,
    (0, 1, -1, 0): _T.ROTATE_270,
    (-1, 0, 0, 1): _T.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): _T.FLIP_TOP_BOTTOM,
    (0, 1, 1, 0): _T.TRANSPOSE,
    (0, -1, -1, 0): _T.TRANSVERSE,
}
BACK: dict[Turn, Turn] = {turn: turn for turn in _TURNS.values()} | {
    _T.ROTATE_90: _T.ROTATE_270,
    _T.ROTATE_270: _T.ROTATE_90,
}
_SIDEWAYS = {_T.ROTATE_90, _T.ROTATE_270, _T.TRANSPOSE, _T.TRANSVERSE}
_NEAR = 0.02  # phones write exact matrices; converters lose a bit


def turn_of(matrix: bytes) -> Turn:
    """How to turn the stored picture upright.

    Args:
        matrix: nine native 32-bit integers, 16.16 but for the last column, as FFmpeg has them.

    Raises:
        ValueError: no multiple of 90 degrees.
    """
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    largest = max(abs(a), abs(b), abs(c), abs(d))
    if largest == 0:
        return None
    scaled = [value / largest for value in (a, b, c, d)]
    signs = tuple(round(value) for value in scaled)
    if signs not in _TURNS or any(abs(value - sign) > _NEAR for value, sign in zip(scaled, signs, strict=True)):
        raise ValueError("angle")
    return _TURNS[(signs[0], signs[1], signs[2], signs[3])]


def turned_size(size: tuple[int, int], turn: Turn) -> tuple[int, int]:
    """Width and height after turning."""
    return (size[1], size[0]) if turn in _SIDEWAYS else size


def turned_box(box: Box, size: tuple[int, int], turn: Turn) -> Box:
    """Where a box of a picture of `size` lies after turning."""
    left, top, right, bottom = box
    width, height = size
    places: dict[Turn, Box] = {
        None: box,
        _T.ROTATE_90: (top, width - right, bottom, width - left),
        _T.ROTATE_270: (height - bottom, left, height - top, right),
        _T.ROTATE_180: (width - right, height - bottom, width - left, height - top),
        _T.FLIP_LEFT_RIGHT: (width - right, top, width - left, bottom),
        _T.FLIP_TOP_BOTTOM: (left, height - bottom, right, height - top),
        _T.TRANSPOSE: (top, left, bottom, right),
        _T.TRANSVERSE: (height - bottom, width - right, height - top, width - left),
    }
    return places[turn]


def turned(image: Image.Image, turn: Turn) -> Image.Image:
    """The picture turned."""
    return image if turn is None else image.transpose(turn)
