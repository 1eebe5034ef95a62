"""What kind of picture a video shows: found once, on its first decoded frame."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from av import VideoFrame
from av.sidedata.sidedata import Type

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video.source import Source
from media_jobs.labelling.video.turning import Turn, turn_of, turned_size

_PQ, _HLG = 16, 18  # transfer characteristics by ITU-T H.273
_H264 = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray",
         "yuv420p10le", "yuv422p10le", "yuv444p10le", "gray10le"}  # fmt: skip
_HEVC = _H264 | {"yuv420p12le", "yuv422p12le", "yuv444p12le", "gray12le"}
# What each encoder writes without changing the picture's kind.
WRITABLE = {
    "h264": _H264,
    "hevc": _HEVC,
    "vp8": {"yuv420p"},
    "vp9": {"yuv420p", "yuv422p", "yuv444p"},
    "av1": {"yuv420p", "yuv420p10le"},
}
_LEAST_SIDE = 16


@dataclass(frozen=True)
class Mastering:
    """HDR10's static data as an encoder takes them: chromaticities 0..1 (R, G, B, white; x, y), cd/m², light levels."""

    primaries: tuple[float, ...]
    luminance: tuple[float, float]
    light_levels: tuple[int, int] | None


@dataclass(frozen=True)
class Picture:
    """The picture as stored and as seen.

    Attributes:
        width, height: as stored, pixels.
        aspect: width of a pixel over its height, as seen.
        turn: what turns the stored picture upright.
        pixels: the pixel format by FFmpeg's name.
        depth: bits per sample.
        shift: log2 of how much coarser colour is stored than brightness, (across, down); None without colour.
        full_range: brightness uses all values, not only 16..235.
        matrix, primaries, transfer: code points of ITU-T H.273.
        interlaced: two fields per frame.
        mastering: HDR10's static data, or None.
        dynamic_hdr: HDR10+ or HDR Vivid data stand beside the frames.
        spherical: it is an equirectangular panorama by its own word.
    """

    width: int
    height: int
    aspect: Fraction
    turn: Turn
    pixels: str
    depth: int
    shift: tuple[int, int] | None
    full_range: bool
    matrix: int
    primaries: int
    transfer: int
    interlaced: bool
    mastering: Mastering | None
    dynamic_hdr: bool
    spherical: bool

    @property
    def hdr(self) -> str:
        """ "pq", "hlg" or ""."""
        return {_PQ: "pq", _HLG: "hlg"}.get(self.transfer, "")

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height with square pixels, not yet turned."""
        return max(1, round(self.width * self.aspect)), self.height

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height as people see it."""
        return turned_size(self.shown, self.turn)


def picture_of(source: Source, frame: VideoFrame) -> Picture:
    """The kind of picture that a first frame shows.

    Raises:
        MediaError: video.* for what cannot be labelled faithfully, media.too_small.
    """
    beside: Any = frame.side_data  # PyAV's stub takes it for a dictionary of one key
    data: dict[Type, bytes] = {entry.type: bytes(entry) for entry in beside}
    if Type.DOVI_RPU_BUFFER in data or Type.DOVI_METADATA in data:
        raise media_error("video.dolby_vision")
    if Type.STEREO3D in data and struct.unpack("=i", data[Type.STEREO3D][:4])[0] != 0:
        raise media_error("video.stereo")
    try:
        turn = turn_of(data[Type.DISPLAYMATRIX]) if Type.DISPLAYMATRIX in data else None
    except ValueError:
        raise media_error("video.turned") from None
    _check(source, frame)
    components = frame.format.components
    colour = (
        (_log2(frame.width, components[1].width), _log2(frame.height, components[1].height))
        if len(components) > 1
        else None
    )
    aspect = source.picture.sample_aspect_ratio
    return Picture(
        width=frame.width,
        height=frame.height,
        aspect=Fraction(aspect) if aspect and Fraction(1, 4) <= aspect <= 4 else Fraction(1),
        turn=turn,
        pixels=frame.format.name,
        depth=components[0].bits,
        shift=colour,
        full_range=int(frame.color_range) == 2 or frame.format.name.startswith("yuvj"),
        matrix=int(frame.colorspace),
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        interlaced=bool(frame.interlaced_frame),
        mastering=_mastering(data),
        dynamic_hdr=Type.DYNAMIC_HDR_PLUS in data or Type.DYNAMIC_HDR_VIVID in data,
        spherical=_spherical(data.get(Type.SPHERICAL)),
    )


def _check(source: Source, frame: VideoFrame) -> None:
    """Refuse what the encoders would change.

    Raises:
        MediaError: media.too_small, video.cropped, video.alpha, video.pixels, video.interlaced.
    """
    pixels = frame.format.name
    stored = source.picture.codec_context
    if (frame.width, frame.height) != (stored.width, stored.height):
        raise media_error("video.cropped")
    if min(frame.width, frame.height) < _LEAST_SIDE:
        raise media_error("media.too_small", width=frame.width, height=frame.height, min_side=_LEAST_SIDE)
    if pixels.startswith(("yuva", "gbrap", "rgba", "bgra", "argb")):
        raise media_error("video.alpha")
    if pixels not in WRITABLE[source.codec]:
        raise media_error("video.pixels", pixels=pixels, codec=source.codec)
    if frame.interlaced_frame and source.codec != "h264":
        raise media_error("video.interlaced", codec=source.codec)


def _log2(whole: int, part: int) -> int:
    return 0 if part >= whole else 1 if part * 2 >= whole - 1 else 2


def _spherical(data: bytes | None) -> bool:
    """Whether the picture calls itself an equirectangular panorama.

    Raises:
        MediaError: video.projection: another kind, or one that opens elsewhere than at its middle.
    """
    if data is None or len(data) < 16:
        return False
    projection, yaw, pitch, _ = struct.unpack("=4i", data[:16])
    if projection == 4:  # rectilinear: an ordinary picture
        return False
    if projection != 0 or yaw or pitch:
        raise media_error("video.projection")
    return True


def _mastering(data: dict[Type, bytes]) -> Mastering | None:
    raw = data.get(Type.MASTERING_DISPLAY_METADATA)
    if raw is None or len(raw) < 88:
        return None
    numbers = struct.unpack("=22i", raw[:88])
    pairs = list(zip(numbers[0:20:2], numbers[1:20:2], strict=True))
    if not (numbers[20] and numbers[21]) or any(below == 0 for _, below in pairs):
        return None
    values = [above / below for above, below in pairs]
    light = data.get(Type.CONTENT_LIGHT_LEVEL)
    levels = struct.unpack("=2I", light[:8]) if light is not None and len(light) >= 8 else None
    return Mastering(
        tuple(values[:8]),
        (values[8], values[9]),
        None if levels is None else (levels[0], levels[1]),
    )
