"""Look at an untrusted video once: every packet passed, the first and the last key frame decoded."""

from pathlib import Path
from typing import Any

import av
from av import VideoFrame
from av.packet import Packet

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.video import private
from media_jobs.labelling.video.encode import frame_rate
from media_jobs.labelling.video.glance import looked_at
from media_jobs.labelling.video.picture import Picture
from media_jobs.labelling.video.source import Source, end_of, opened

_SLACK = 0.95  # of the promised frames: indexes count fields and hidden frames in ways of their own


def probe(path: Path, *, container: Container, limits: ProbeLimits) -> dict[str, Any]:
    """See Labeller.probe; the frames between the two are decoded when the label is put in.

    Returns:
        width, height (stored), seen_width, seen_height (upright, square pixels), duration (s), fps, frames (packets of
        the picture), has_sound, sounds (list of codecs), subtitles, attachments, chapters (counts), codec, pixels,
        bits, hdr ("pq", "hlg", ""), interlaced, spherical, camera.

    Raises:
        MediaError: media.*, video.*.
    """
    with opened(path, container) as film:
        _check_size(film, limits)
        picture, _ = looked_at(film, more=False)
    with opened(path, container) as film:
        count, last, length, end = _passed(film)
        if film.picture.frames and count < film.picture.frames * _SLACK - 1:
            raise media_error("media.truncated")
        if film.is_short(end):
            raise media_error("media.truncated")
        if length > limits.max_seconds:
            raise media_error("video.too_long", seconds=round(length), max_seconds=round(limits.max_seconds))
        _check_last(film, last, picture)
        return {
            "width": picture.width,
            "height": picture.height,
            "seen_width": picture.seen[0],
            "seen_height": picture.seen[1],
            "duration": round(length, 3),
            "fps": float(frame_rate(film)),
            "frames": count,
            "has_sound": film.has_sound,
            "sounds": _codecs(film, "audio"),
            "subtitles": len(_codecs(film, "subtitle")),
            "attachments": sum(one.type == "attachment" for one in film.copied),
            "chapters": len(film.container.chapters()),
            "codec": film.codec,
            "pixels": picture.pixels,
            "bits": picture.depth,
            "hdr": picture.hdr,
            "interlaced": picture.interlaced,
            "spherical": picture.spherical,
            "camera": _from_camera(film),
        }


def _check_size(film: Source, limits: ProbeLimits) -> None:
    """The size as claimed, before anything is decoded in it.

    Raises:
        MediaError: media.too_large, video.too_long.
    """
    width, height = film.picture.codec_context.width, film.picture.codec_context.height
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise media_error(
            "media.too_large",
            width=width,
            height=height,
            max_side=limits.max_side,
            max_megapixels=limits.max_pixels // 1_000_000,
        )
    if film.seconds > limits.max_seconds:
        raise media_error("video.too_long", seconds=round(film.seconds), max_seconds=round(limits.max_seconds))


def _passed(film: Source) -> tuple[int, int | None, float, float]:
    """Every packet of every track read, none decoded.

    Returns:
        packets of the picture, time of its last key frame in its own units, its length in seconds, the end
        of the longest track in seconds.

    Raises:
        MediaError: media.truncated, video.encrypted, video.no_frames.
    """
    base = float(film.picture.time_base or 0)
    count, last = 0, None
    first, end, longest = float("inf"), 0.0, 0.0
    for packet in film.container.demux():
        if packet.is_corrupt:
            raise media_error("media.truncated")
        longest = max(longest, end_of(packet))
        if packet.stream_index != film.picture.index or not packet.size:
            continue
        if packet.has_sidedata("encryption_info"):
            raise media_error("video.encrypted")
        count += 1
        moment = _moment(packet)
        if packet.is_keyframe:
            last = moment
        first = min(first, moment * base)
        end = max(end, (moment + (packet.duration or 0)) * base)
    if not count:
        raise media_error("video.no_frames")
    return count, last, max(0.0, end - first), longest


def _moment(packet: "Packet[Any]") -> int:
    return packet.pts if packet.pts is not None else packet.dts or 0


def _check_last(film: Source, moment: int | None, picture: Picture) -> None:
    """The last key frame decodes to the same kind of picture.

    Raises:
        MediaError: media.damaged, video.changing.
    """
    if moment is None:
        return
    try:
        film.container.seek(moment, stream=film.picture)
    except av.FFmpegError:
        return  # no index to search by: put decodes all of it
    for packet in film.container.demux(film.picture):
        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                if (frame.width, frame.height, frame.format.name) != (picture.width, picture.height, picture.pixels):
                    raise media_error("video.changing")
                return
    raise media_error("media.damaged")


def _codecs(film: Source, kind: str) -> list[str]:
    return [
        one.codec_context.codec.canonical_name
        for one in film.copied
        if one.type == kind and one.codec_context is not None
    ]


def _from_camera(film: Source) -> bool:
    """A tag of the file or of its picture says that a camera made it."""
    tags = {**film.container.metadata, **film.picture.metadata}
    return any(private.names_camera(name) and value.strip() for name, value in tags.items())
