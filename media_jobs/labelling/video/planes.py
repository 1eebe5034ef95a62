"""Blend a label into a frame's planes in place: once premultiplied, then a multiplication and a shift per sample.

The arithmetic is on the coded values (Y'CbCr), at the stored depth and range: what lies outside the label's rows and
columns is not read, and no frame is converted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av import VideoFrame

from media_jobs.labelling.video.picture import Picture

Array = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
Colour = tuple[float, float, float]

# Luma weights of red and blue by matrix coefficients of ITU-T H.273; 2 is "unspecified".
_WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
            9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
_HD_LINES = 720  # players take an unmarked picture of so many lines for BT.709, a smaller one for BT.601


@dataclass(frozen=True)
class _Layer:
    """One plane's share: the samples kept (times 2**bits) and what is added (times 2**bits)."""

    rows: slice
    columns: slice
    keep: npt.NDArray[np.integer]
    add: npt.NDArray[np.integer]
    bits: int


class Overlay:
    """A label, ready to be blended into any number of frames of one kind."""

    def __init__(self, picture: Picture, box: Box, *, keep: Array, colour: Array) -> None:
        """Premultiply for every plane.

        Args:
            picture: the kind of the frames.
            box: where the masks lie in the stored picture (left, top, right, bottom).
            keep: (rows, columns) how much of the picture stays, 0..1.
            colour: (rows, columns, 3) what is added to it, gamma-coded RGB 0..1, premultiplied.
        """
        self.box = box
        self._wide = picture.depth > 8
        across, down = picture.shift or (0, 0)
        self._layers: list[_Layer] = []
        left, top, right, bottom = box
        grid_left, grid_top = left >> across << across, top >> down << down
        pad = (
            (top - grid_top, -(bottom - grid_top) % (1 << down)),
            (left - grid_left, -(right - grid_left) % (1 << across)),
        )
        kept = np.pad(keep, pad, constant_values=1.0)
        added = np.pad(colour, (*pad, (0, 0)))
        cover = 1.0 - kept
        planes = _ycbcr(added, cover, picture)
        for number, plane in enumerate(planes if picture.shift is not None else planes[:1]):
            shift_x, shift_y = (across, down) if number else (0, 0)
            self._layers.append(
                self._layer(
                    (grid_left >> shift_x, grid_top >> shift_y),
                    _coarser(kept, shift_x, shift_y),
                    _coarser(plane, shift_x, shift_y),
                    (
                        -(-picture.width // (1 << shift_x)),
                        -(-picture.height // (1 << shift_y)),
                    ),
                )
            )

    def _layer(self, origin: tuple[int, int], keep: Array, add: Array, size: tuple[int, int]) -> _Layer:
        """The share of one plane, cut to its size."""
        rows, columns = min(keep.shape[0], size[1] - origin[1]), min(keep.shape[1], size[0] - origin[0])
        # 8 bits: 255 * 256 and the rounding half fit into 16 bits, which is half the memory traffic
        bits, kind = (14, np.uint32) if self._wide else (8, np.uint16)
        one = 1 << bits
        kept = np.rint(keep[:rows, :columns] * one)
        half = np.where(kept < one, one / 2, 0.0)  # an untouched sample comes out as it went in
        return _Layer(
            slice(origin[1], origin[1] + rows),
            slice(origin[0], origin[0] + columns),
            kept.astype(kind),
            np.clip(np.rint(add[:rows, :columns] * one + half), 0, np.iinfo(kind).max).astype(kind),
            bits,
        )

    def onto(self, frame: VideoFrame) -> None:
        """Blend into a frame, in place."""
        frame.make_writable()
        kind: np.dtype[Any] = np.dtype("<u2") if self._wide else np.dtype(np.uint8)
        for plane, layer in zip(frame.planes, self._layers, strict=True):
            whole: npt.NDArray[Any] = np.frombuffer(memoryview(plane), dtype=kind).reshape(
                plane.height, plane.line_size // kind.itemsize
            )
            part = whole[layer.rows, layer.columns]
            blended = part * layer.keep
            blended += layer.add
            blended >>= layer.bits
            part[:] = blended


def _ycbcr(colour: Array, cover: Array, picture: Picture) -> list[Array]:
    """Premultiplied RGB as premultiplied Y', Cb and Cr in coded values; offsets weigh as much as the cover."""
    red_weight, blue_weight = _WEIGHTS.get(picture.matrix, _WEIGHTS[1] if picture.height >= _HD_LINES else _WEIGHTS[6])
    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    luma = red_weight * red + (1 - red_weight - blue_weight) * green + blue_weight * blue
    step = float(1 << (picture.depth - 8))
    top = float((1 << picture.depth) - 1)
    black, white, swing = (0.0, top, top) if picture.full_range else (16 * step, 219 * step, 224 * step)
    middle = float(1 << (picture.depth - 1))
    return [
        black * cover + white * luma,
        middle * cover + swing * (blue - luma) / (2 * (1 - blue_weight)),
        middle * cover + swing * (red - luma) / (2 * (1 - red_weight)),
    ]


def _coarser(values: Array, across: int, down: int) -> Array:
    """Means over blocks of 2**down rows and 2**across columns."""
    rows, columns = values.shape
    blocks = values.reshape(rows >> down, 1 << down, columns >> across, 1 << across)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float64)
