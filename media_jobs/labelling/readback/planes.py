"""A JPEG as it is stored: brightness and two colour planes, by FFmpeg's decoder.

Half the memory of the same picture in red, green and blue, and every stored sample is compared.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from media_jobs.labelling.readback.pixels import STRONG, Box, Change, Frame

Plane = npt.NDArray[np.uint8]
_STRIP = 512  # rows, a multiple of every subsampling
_SHIFTS = {"gray": (0, 0), "yuvj420p": (1, 1), "yuvj422p": (1, 0), "yuvj444p": (0, 0)}
# What a step of Cb and Cr does at most to one channel, and on average to the three (ITU-R BT.601, as JFIF has it).
_CB, _CR, _MEAN = 1.772, 1.402, (1.772 + 0.344) / 3
_FULL = 255
_THRESHOLD = int(STRONG * _FULL)


@dataclass(frozen=True)
class Planes:
    """One decoded JPEG, as stored.

    Attributes:
        luma: (height, width).
        chroma: Cb and Cr; of a grey picture none.
        across, down: how many times the width and height of the colour planes are halved.
    """

    luma: Plane
    chroma: tuple[Plane, ...]
    across: int
    down: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.luma.shape[0], self.luma.shape[1]

    def comparable(self, other: "Planes") -> bool:
        """Both have colour planes of the same kind."""
        return (self.across, self.down, len(self.chroma)) == (other.across, other.down, len(other.chroma))

    def colours(self, box: Box) -> Frame:
        """One part in red, green and blue, (height, width, 3)."""
        left, top, right, bottom = box
        luma = self.luma[top:bottom, left:right]
        if not self.chroma:
            return np.repeat(luma[:, :, np.newaxis], 3, axis=2)
        x0, y0 = left >> self.across, top >> self.down
        x1, y1 = -(-right >> self.across), -(-bottom >> self.down)
        size = ((x1 - x0) << self.across, (y1 - y0) << self.down)
        cut = (slice(top - (y0 << self.down), None), slice(left - (x0 << self.across), None))
        blue, red = (
            cv2.resize(plane[y0:y1, x0:x1], size, interpolation=cv2.INTER_LINEAR)[cut][: luma.shape[0], : luma.shape[1]]
            for plane in self.chroma
        )
        return np.asarray(cv2.cvtColor(np.dstack([luma, red, blue]), cv2.COLOR_YCrCb2RGB))


def decoded(path: Path) -> Planes | None:
    """The planes; None when FFmpeg cannot, or when they are not brightness and colour of 8 bits."""
    try:
        codec: Any = av.CodecContext.create("mjpeg", "r")
        codec.thread_count = 1
        packet = av.Packet(path.read_bytes())
        frames = codec.decode(packet) or codec.decode(None)
    except (av.FFmpegError, ValueError):
        return None
    return _planes(frames[0]) if frames and frames[0].format.name in _SHIFTS else None


def _planes(frame: VideoFrame) -> Planes:
    across, down = _SHIFTS[frame.format.name]
    found = []
    for number, plane in enumerate(frame.planes):
        width, height = frame.width, frame.height
        if number:
            width, height = -(-width >> across), -(-height >> down)
        rows = np.frombuffer(memoryview(plane), dtype=np.uint8)[: plane.line_size * height].reshape(
            height, plane.line_size
        )
        found.append(rows[:, :width])
    return Planes(found[0], tuple(found[1:]), across, down)


def change(labelled: Planes, original: Planes, box: Box, *, spill: int) -> Change:
    """What pixels.change tells, never less: the numbers are what red, green and blue differ by at most.

    Args:
        labelled, original: of the same size, and comparable.
        box: the plate, as stored; an empty one compares everything.
        spill: pixels around the box that count as inside.
    """
    height, width = labelled.shape
    hole = (max(0, box[0] - spill), max(0, box[1] - spill), min(width, box[2] + spill), min(height, box[3] + spill))
    if box[0] >= box[2]:
        hole = (0, 0, 0, 0)
    total, strong, largest, changed = 0.0, 0, 0.0, 0
    for start in range(0, height, _STRIP):
        end = min(start + _STRIP, height)
        luma = cv2.absdiff(labelled.luma[start:end], original.luma[start:end])
        inside = luma[max(0, box[1] - start) : max(0, box[3] - start), box[0] : box[2]]
        changed += cv2.countNonZero(inside) if inside.size else 0
        _cleared(luma, hole, start)
        rows = slice(start >> labelled.down, -(-end >> labelled.down))
        chroma = [cv2.absdiff(a[rows], b[rows]) for a, b in zip(labelled.chroma, original.chroma, strict=True)]
        reduced = _reduced(hole, labelled.across, labelled.down)
        for plane in chroma:
            _cleared(plane, reduced, start >> labelled.down)
        total += cv2.norm(luma, cv2.NORM_L1)
        total += _MEAN * sum(cv2.norm(plane, cv2.NORM_L1) * luma.size / plane.size for plane in chroma)
        peaks = [cv2.norm(plane, cv2.NORM_INF) for plane in (luma, *chroma)]
        largest = max(largest, *peaks)
        if peaks[0] + (max(_CB * peaks[1], _CR * peaks[2]) if chroma else 0) > _THRESHOLD:
            strong += _strong(luma, chroma, hole, start)
    area = max(1, (box[2] - box[0]) * (box[3] - box[1]))
    counted = max(width * height - (hole[2] - hole[0]) * (hole[3] - hole[1]), 1)
    return Change(total / counted / _FULL, strong / counted, largest / _FULL, changed / area)


def _reduced(hole: Box, across: int, down: int) -> Box:
    """The colour samples that lie wholly within the hole."""
    return -(-hole[0] >> across), -(-hole[1] >> down), hole[2] >> across, hole[3] >> down


def _cleared(difference: Any, hole: Box, start: int) -> None:
    left, top, right, bottom = hole
    if left < right and bottom > start and top < start + len(difference):
        difference[max(0, top - start) : bottom - start, left:right] = 0


def _strong(luma: Any, chroma: list[Any], hole: Box, start: int) -> int:
    """How many pixels may differ by more than STRONG in some channel."""
    most = luma
    if chroma:
        coloured = cv2.max(cv2.convertScaleAbs(chroma[0], alpha=_CB), cv2.convertScaleAbs(chroma[1], alpha=_CR))
        most = cv2.add(luma, cv2.resize(coloured, luma.shape[::-1], interpolation=cv2.INTER_NEAREST))
        _cleared(most, hole, start)
    return int(cv2.countNonZero(cv2.threshold(most, _THRESHOLD, 255, cv2.THRESH_BINARY)[1]))
