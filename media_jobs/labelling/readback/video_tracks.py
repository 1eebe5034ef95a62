"""Every packet of two videos compared: sound and the rest bit for bit, the picture by the times of its frames."""

import hashlib
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

_COVER = av.stream.Disposition.attached_pic


@dataclass
class Track:
    """One track.

    Attributes:
        kind: "audio", "subtitle" or "attachment".
        packets: digest over its packets' payloads.
        times: when each packet is shown, seconds, in the order of the file.
        tick: its unit of time, seconds.
    """

    kind: str
    packets: Any = field(default_factory=hashlib.sha256)
    times: "array[float]" = field(default_factory=lambda: array("d"))
    tick: float = 0.0


@dataclass
class Tracks:
    """A whole video.

    Attributes:
        picture: digest over the picture's packets.
        times: when each frame is shown, seconds, ascending.
        ends: when the last frame's showing ends, seconds.
        tick: the picture's unit of time, seconds.
        keys: times of key frames, seconds.
        others: sound, subtitles and attachments, in the order of the file.
        chapters: how many.
        described: (width, height, pixel format, primaries, transfer, matrix, range, pixel aspect).
    """

    picture: Any = field(default_factory=hashlib.sha256)
    times: list[float] = field(default_factory=list)
    ends: float = 0.0
    tick: float = 0.0
    keys: list[float] = field(default_factory=list)
    others: list[Track] = field(default_factory=list)
    chapters: int = 0
    described: tuple[object, ...] = ()

    def is_like(self, original: "Tracks") -> bool:
        """The same kind of picture; what the original leaves open (0 or 2 in H.273's tables) may be said now."""
        kind, colours = slice(0, 3), slice(3, 7)
        return (
            self.described[kind] == original.described[kind]
            and self.described[7:] == original.described[7:]
            and self.chapters == original.chapters
            and all(
                now == was or was in {0, 2}
                for now, was in zip(self.described[colours], original.described[colours], strict=True)
            )
        )


def tracks_of(path: Path, *, demuxer: str) -> Tracks:
    """Read every packet, decode none.

    Raises:
        av.FFmpegError, OSError, ValueError: not a video that can be read.
    """
    found = Tracks()
    with av.open(str(path.resolve()), format=demuxer, metadata_errors="replace") as opened:
        pictures = [one for one in opened.streams.video if not one.disposition & _COVER]
        if len(pictures) != 1:
            raise ValueError("pictures")
        picture = pictures[0]
        context = picture.codec_context
        found.chapters = len(opened.chapters())
        found.tick = float(picture.time_base or 0)
        hidden = context.codec.canonical_name == "vp8"
        kept: dict[int, Track] = {}
        for stream in opened.streams:
            if stream.type in {"audio", "subtitle"}:
                kept[stream.index] = Track(str(stream.type), tick=float(stream.time_base or 0))
            elif isinstance(stream, av.stream.AttachmentStream):
                attached = Track("attachment")
                attached.packets.update(stream.data)
                found.others.append(attached)
        for packet in opened.demux([picture, *(opened.streams[number] for number in kept)]):
            if not packet.size:
                continue
            moment = packet.pts if packet.pts is not None else packet.dts or 0
            if packet.stream_index == picture.index:
                found.picture.update(packet)
                if context.pix_fmt is None:  # few frames a second: opening did not read as far as the first one
                    packet.decode()
                if packet.is_discard or (hidden and not bytes(packet)[0] & 0x10):
                    continue  # before the start that an edit list sets, or VP8's hidden reference: never shown
                shown = moment * found.tick
                found.times.append(shown)
                found.ends = max(found.ends, shown + (packet.duration or 0) * found.tick)
                if packet.is_keyframe:
                    found.keys.append(shown)
            elif not (kept[packet.stream_index].kind == "subtitle" and bytes(packet) == b"\0\0"):  # a pause in MP4
                track = kept[packet.stream_index]
                track.packets.update(packet)
                track.times.append(moment * track.tick)
        found.others += kept.values()
        aspect = picture.sample_aspect_ratio
        found.described = (
            *(context.width, context.height, context.pix_fmt),
            *(int(context.color_primaries), int(context.color_trc), int(context.colorspace)),
            int(context.color_range) % 2,  # full (2) or not: 0 and 1 mean the same to a player
            *(float(aspect or 1) or 1.0,),
        )
    found.times.sort()
    return found


def same_packets(one: Tracks, other: Tracks, *, sound: bool = True) -> bool:
    """Sound, subtitles and attachments are the same ones, bit for bit, packet by packet.

    Args:
        sound: False leaves sound tracks out but for their number and place.
    """
    ours, theirs = (
        [(track.kind, track.packets.digest() if sound or track.kind != "audio" else b"") for track in tracks.others]
        for tracks in (one, other)
    )
    return ours == theirs


def largest_shift(one: Tracks, other: Tracks, *, sound: bool = True) -> float:
    """By how many seconds a packet or frame is shown earlier or later than in the other video, at most.

    What all tracks have in common does not count: a container may begin its clock elsewhere, sound and picture
    together. Lists of different lengths differ by infinity.

    Args:
        sound: False leaves sound tracks out.
    """
    beside = [pair for pair in zip(one.others, other.others, strict=False) if sound or pair[0].kind != "audio"]
    pairs = [(one.times, other.times), *((a.times, b.times) for a, b in beside)]
    pairs = [(list(a), list(b)) for a, b in pairs if len(a) or len(b)]
    if any(len(a) != len(b) for a, b in pairs) or not pairs:
        return float("inf")
    base = pairs[0][0][0] - pairs[0][1][0]
    return max(abs(a - b - base) for first, second in pairs for a, b in zip(first, second, strict=True))
