"""Frames of a labelled video beside the same frames of its original, upright as people see them."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
        self._file = av.open(str(path.resolve()), format=demuxer, metadata_errors="replace")
        self._picture = next(
            one for one in self._file.streams.video if not one.disposition & av.stream.Disposition.attached_pic
        )
        self._picture.thread_type = "AUTO"
        self._tick = float(self._picture.time_base or 0)
        self._frames: Iterator[VideoFrame] = self._decoded()

    def close(self) -> None:
        """Close it; no frame of it may be used afterwards."""
        self._file.close()

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._file.demux(self._picture):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame) and frame.pts is not None:
                    yield frame

    def following(self) -> VideoFrame | None:
        """The next frame."""
        return next(self._frames, None)

    def at(self, moment: float) -> VideoFrame | None:
        """The frame shown at a moment, searched by key frames.

        Raises:
            av.FFmpegError: as libavformat has it.
        """
        self._file.seek(
            max(0, int(moment / self._tick)) if moment >= 0 else int(moment / self._tick), stream=self._picture
        )
        self._frames = self._decoded()
        best = None
        for count, frame in enumerate(self._frames):
            if best is not None and (self.time(frame) > moment + self._tick / 2 or count > _LONGEST):
                break
            best = frame
            if abs(self.time(frame) - moment) <= self._tick / 2:
                break
        return best

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
    data = b"".join(bytes(one)[:36] for one in frame.side_data if one.type == Type.DISPLAYMATRIX)
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
    left, top = max(0, box[0] - spill), max(0, box[1] - spill)
    difference[top : box[3] + spill, left : box[2] + spill] = 0
    whole = difference.size - 3 * max(0, (box[3] + spill - top)) * max(0, (box[2] + spill - left))
    squares = float((difference.astype(np.uint16) ** 2).sum(dtype=np.int64)) / max(1, whole)
    psnr = 99.0 if squares == 0 else min(99.0, 10 * float(np.log10(255 * 255 / squares)))
    return psnr, _worst_block(difference)


def _worst_block(difference: npt.NDArray[np.uint8]) -> float:
    rows, columns = difference.shape[0] // _BLOCK * _BLOCK, difference.shape[1] // _BLOCK * _BLOCK
    if not rows or not columns:
        return float(difference.mean())
    blocks = difference[:rows, :columns].reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK, 3)
    return float(blocks.mean(axis=(1, 3, 4)).max())
