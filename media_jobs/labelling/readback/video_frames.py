"""Frames of a labelled video beside the same frames of its original, upright as people see them."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import av
import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.sidedata.sidedata import Type
from PIL import Image

Box = tuple[int, int, int, int]

# The signal of paper white, 203 cd/m² (ITU-R BT.2408): HDR is judged as on a screen that ends there.
_WHITE = {16: 0.58, 18: 0.75}
_BLOCK = 32
_LONGEST = 600  # frames decoded from a key frame on, at most
_STEADY = 0.6  # of the first frame's step between characters and plate, in every later one


@dataclass
class Pair:
    """One moment of both videos.

    Attributes:
        time: seconds, by the labelled video.
        labelled, original: as seen, 8-bit RGB.
        matrices: both display matrices, b"" where there is none.
    """

    time: float
    labelled: Image.Image
    original: Image.Image
    matrices: tuple[bytes, bytes]


class Film:
    """One of the two, decoded at moments that only ever go forward."""

    def __init__(self, path: Path, *, demuxer: str) -> None:
        """Open it.

        Raises:
            av.FFmpegError, OSError, ValueError: it cannot be read.
        """
        self.path = path
        self._demuxer = demuxer
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()  # no frame of it may be used afterwards

    def _open(self) -> None:
        self._file = av.open(str(self.path.resolve()), format=self._demuxer, metadata_errors="replace")
        cover = av.stream.Disposition.attached_pic
        self._picture = next(one for one in self._file.streams.video if not one.disposition & cover)
        self._picture.thread_type = "AUTO"
        self._tick = float(self._picture.time_base or 0)
        self._frames: Iterator[VideoFrame] = self._decoded()

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._file.demux(self._picture):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame) and frame.pts is not None:
                    yield frame

    def following(self) -> VideoFrame | None:
        """The next frame."""
        return next(self._frames, None)

    def at(self, moment: float) -> VideoFrame | None:
        """The frame shown from a moment on, searched by key frames, or from the start where there is no index.

        Raises:
            av.FFmpegError, OSError, ValueError: it cannot be read any more.
        """
        try:
            self._file.seek(int(moment / self._tick), stream=self._picture)
            self._frames = self._decoded()
            found = self._search(moment, _LONGEST)
        except av.FFmpegError:
            found = None
        if found is None:
            self._file.close()
            self._open()
            found = self._search(moment, None)
        return found

    def _search(self, moment: float, most: int | None) -> VideoFrame | None:
        reach = max(self._tick, 0.001)  # of the two containers' clocks, the coarser decides
        for count, frame in enumerate(self._frames):
            if abs(self.time(frame) - moment) <= reach:
                return frame
            if self.time(frame) > moment + reach or (most is not None and count > most):
                return None
        return None

    def time(self, frame: VideoFrame) -> float:
        """When a frame is shown, seconds."""
        return (frame.pts or 0) * self._tick

    def seen(self, frame: VideoFrame) -> Image.Image:
        """The frame as people see it: square pixels, upright, HDR brought down to a usual screen."""
        pixels = frame.reformat(format="rgb24").to_ndarray()
        white = _WHITE.get(int(frame.color_trc))
        if white is not None:
            table = np.clip(np.arange(256) / white, 0, 255).round().astype(np.uint8)
            pixels = table[pixels]
        image = Image.fromarray(np.ascontiguousarray(pixels))
        aspect = float(self._picture.sample_aspect_ratio or 1) or 1.0
        if 0.25 <= aspect <= 4 and aspect != 1:
            image = image.resize((max(1, round(image.width * aspect)), image.height), Image.Resampling.BICUBIC)
        return _upright(image, matrix(frame))


def matrix(frame: VideoFrame) -> bytes:
    """The display matrix beside a frame, b"" where there is none or it turns nothing."""
    beside: Any = frame.side_data  # PyAV's stub takes it for a dictionary of one key
    data = next((bytes(one)[:36] for one in beside if one.type == Type.DISPLAYMATRIX), b"")
    if len(data) < 20:
        return b""
    a, b, _, c, d = struct.unpack("=5i", data[:20])
    return b"" if (b, c) == (0, 0) and a > 0 and d > 0 else data


def _upright(image: Image.Image, data: bytes) -> Image.Image:
    """Turned as a player would: a point (x, y) goes to (ax + cy, bx + dy)."""
    if not data:
        return image
    a, b, _, c, d = struct.unpack("=5i", data[:20])
    if abs(b) > abs(a):
        image, a, d = image.transpose(Image.Transpose.TRANSPOSE), c, b
    if a < 0:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if d < 0 else image


def pairs(labelled: Film, original: Film, moments: Iterable[float], *, shift: float) -> Iterator[Pair]:
    """Both videos at these moments; what cannot be found is left out.

    Args:
        labelled, original: both open.
        moments: seconds, by the labelled one.
        shift: how much later the labelled one's clock runs, seconds.
    """
    for moment in moments:
        one, other = labelled.at(moment), original.at(moment - shift)
        if one is not None and other is not None:
            yield Pair(moment, labelled.seen(one), original.seen(other), (matrix(one), matrix(other)))


def outside(pair: Pair, box: Box, *, spill: int) -> tuple[float, float]:
    """How much changed around the label.

    Returns:
        PSNR in dB (99.0 when nothing changed), and the largest mean change of a block of 32 by 32 pixels, in levels.
    """
    one, other = (np.asarray(image, dtype=np.int16) for image in (pair.labelled, pair.original))
    difference = np.abs(one - other).astype(np.uint8)
    around = slice(max(0, box[1] - spill), box[3] + spill), slice(max(0, box[0] - spill), box[2] + spill)
    counted = difference.size - difference[around].size
    difference[around] = 0
    if not counted:  # a tiny picture is all label
        return 99.0, 0.0
    squares = float((difference.astype(np.uint16) ** 2).sum(dtype=np.int64)) / counted
    psnr = 99.0 if squares == 0 else min(99.0, 10 * float(np.log10(255 * 255 / squares)))
    return psnr, _worst_block(difference)


def _worst_block(difference: npt.NDArray[np.uint8]) -> float:
    rows, columns = difference.shape[0] // _BLOCK * _BLOCK, difference.shape[1] // _BLOCK * _BLOCK
    if not rows or not columns:
        return float(difference.mean())
    blocks = difference[:rows, :columns].reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK, 3)
    return float(blocks.mean(axis=(1, 3, 4)).max())


def steady_until(film: Film, box: Box, start: float, until: float) -> float:
    """Seconds from the first frame on during which the first frame's characters stand out from their plate.

    The frame before the first without a label is shown until that one comes.
    """
    frame = film.at(start)
    reached, where, step = 0.0, None, 0.0
    while frame is not None:
        passed = film.time(frame) - start
        light = np.asarray(film.seen(frame).crop(box).convert("L"), dtype=np.float64)
        if where is None:
            edge = max(2, light.shape[0] // 8)
            middle = light[edge:-edge, edge:-edge]
            plate = float(np.median(np.concatenate([light[2, edge:-edge], light[-3, edge:-edge]])))
            far = np.abs(middle - plate)
            ink = np.zeros(light.shape, dtype=bool)
            ink[edge:-edge, edge:-edge] = far > 0.6 * far.max()
            bare = np.zeros(light.shape, dtype=bool)
            bare[edge:-edge, edge:-edge] = far < 0.3 * far.max()
            if not ink.any() or not bare.any():
                return 0.0
            where, step = (ink, bare), float(light[ink].mean() - light[bare].mean())
        now = float(light[where[0]].mean() - light[where[1]].mean())
        reached = passed
        if now * step <= 0 or abs(now) < _STEADY * abs(step):
            return reached
        if passed > until:
            return reached
        frame = film.following()
    return max(until, reached)
