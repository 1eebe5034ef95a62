"""The encoder of each family, set up so that the picture's kind stays: colours, turn, HDR, rhythm of frames."""

import os
from fractions import Fraction
from typing import cast

import av
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.stream import VideoStream

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video.picture import Mastering, Picture
from media_jobs.labelling.video.source import ENCODERS, Source

# Near transparent: a second generation at these settings is above 40 dB on camera pictures.
_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "18", "level": "-99"},
    "libx265": {"preset": "veryfast", "crf": "19", "level": "-99"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "7", "row-mt": "1", "crf": "20", "b": "0", "tile-columns": "2"},
    "libsvtav1": {"preset": "9", "crf": "22", "level": "-99"},
}
_MOST_THREADS = 12
_LEAST_RATE = 400_000  # bit/s: below it a limit would save nothing and show
_MOST_RATE = 1_000_000_000
_GENEROUS = 3  # times the source's rate: a fast preset needs more for the same picture, noise must not make it absurd
_CHROMATICITY, _LUMINANCE = 50_000, 10_000  # units of SMPTE ST 2086 as x264 and x265 take them


def rate_of(source: Source, size: int) -> int:
    """Bits per second of the source's picture: as told, or that of the whole file; 0 where unknown.

    Args:
        source: the video.
        size: of the file, bytes.
    """
    told = source.picture.codec_context.bit_rate or 0
    return int(told) or (int(size * 8 / source.seconds) if source.seconds > 0 else 0)


def frame_rate(source: Source) -> Fraction:
    """Frames per second, on average where it varies."""
    picture = source.picture
    for rate in (picture.average_rate, picture.base_rate, picture.guessed_rate):
        if rate and 0 < rate <= 1000:
            return Fraction(rate)
    return Fraction(25)


def encoder(out: OutputContainer, source: Source, picture: Picture, *, rate: int) -> VideoStream:
    """The picture's track in `out`, its encoder open.

    Args:
        out: the file to write.
        source: whose picture track is taken as a pattern.
        picture: what it shows.
        rate: bits per second of the source, 0 where unknown.

    Raises:
        MediaError: video.pixels, video.codec.
    """
    name, old = ENCODERS[source.codec], source.picture
    options = dict(_OPTIONS[name])
    if rate and name in {"libx264", "libx265"}:
        most = min(_MOST_RATE, max(_LEAST_RATE, _GENEROUS * rate))
        options |= {"maxrate": str(most), "bufsize": str(2 * most)}
    options |= _particular(name, picture)
    stream = cast("VideoStream", out.add_stream(name, rate=frame_rate(source), options=options))
    context = stream.codec_context
    if old.codec_context.codec.id == context.codec.id:
        # A filter that does nothing hands the track's description over whole: display matrix, mastering display,
        # light levels, spherical mapping, aspect, colours. Nothing else in PyAV does.
        BitStreamFilterContext("null", in_stream=old, out_stream=stream)
    elif picture.turn is not None:
        raise media_error("video.codec", codec=source.codec)
    context.extradata = None
    context.bit_rate = 0
    context.width, context.height, context.pix_fmt = picture.width, picture.height, picture.pixels
    context.sample_aspect_ratio = picture.aspect
    context.color_range = 2 if picture.full_range else old.codec_context.color_range
    context.color_primaries, context.color_trc = picture.primaries, picture.transfer
    context.colorspace = picture.matrix
    context.framerate = frame_rate(source)
    context.time_base = stream.time_base = old.time_base or Fraction(1, 1000)
    # by frames, as x264 itself would choose; each thread holds some, so a large machine does not get them all
    context.thread_type, context.thread_count = "AUTO", 0 if (os.cpu_count() or 1) <= _MOST_THREADS else _MOST_THREADS
    context.flags |= int(Flags.frame_duration)
    context.flags &= ~int(Flags.copy_opaque)
    if picture.interlaced:
        context.flags |= int(Flags.interlaced_dct) | int(Flags.interlaced_me)
    try:
        context.open()
    except av.FFmpegError:  # the encoder knows limits of its own, such as even sides
        described = f"{picture.pixels} {picture.width} × {picture.height}"
        raise media_error("video.pixels", pixels=described, codec=source.codec) from None
    return stream


def _particular(name: str, picture: Picture) -> dict[str, str]:
    """Options that depend on the picture: silence, and HDR10's static data where the encoder writes them itself."""
    mastering = picture.mastering
    if name == "libx265":
        words = ["log-level=none"]
        if mastering is not None:
            words += ["hdr10=1", f"master-display={_integers(mastering)}"]
            if mastering.light_levels is not None:
                words.append("max-cll={},{}".format(*mastering.light_levels))
        return {"x265-params": ":".join(words)}
    if name == "libx264" and mastering is not None:
        words = [f"mastering-display={_integers(mastering)}"]
        if mastering.light_levels is not None:
            words.append("cll={},{}".format(*mastering.light_levels))
        return {"x264-params": ":".join(words)}
    if name == "libsvtav1":
        os.environ.setdefault("SVT_LOG", "1")  # it would write its settings to standard error
        if mastering is not None:
            words = [f"mastering-display={_fractions(mastering)}"]
            if mastering.light_levels is not None:
                words.append("content-light={},{}".format(*mastering.light_levels))
            return {"svtav1-params": ":".join(words)}
    return {}


def _integers(mastering: Mastering) -> str:
    red, green, blue, white = _pairs([round(value * _CHROMATICITY) for value in mastering.primaries])
    low, high = (round(value * _LUMINANCE) for value in mastering.luminance)
    return f"G({green})B({blue})R({red})WP({white})L({high},{low})"


def _fractions(mastering: Mastering) -> str:
    red, green, blue, white = _pairs([round(value, 5) for value in mastering.primaries])
    low, high = mastering.luminance
    return f"G({green})B({blue})R({red})WP({white})L({high:.4f},{low:.4f})"


def _pairs(values: list[int] | list[float]) -> list[str]:
    return [f"{values[at]},{values[at + 1]}" for at in range(0, 8, 2)]
