"""Open an untrusted video: which track is the picture, what else is there, and every reason to leave it alone."""

import contextlib
import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error

DEMUXERS = {"mp4": "mov", "mov": "mov", "mkv": "matroska", "webm": "matroska"}
MUXERS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}
ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx-vp9",  # its own encoder makes worse pictures for no gain; every player of VP8 plays VP9
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
}
_DOLBY = {"dvh1", "dvhe", "dvav", "dva1", "dav1"}
_EBML, _SEGMENT = b"\x1aE\xdf\xa3", b"\x18\x53\x80\x67"
_MAX_BOXES = 10_000
_SLACK = 0.95
_MAX_STREAMS = 64
_MAX_PIXELS = 100_000_000
_Gone = (av.FFmpegError, OSError, ValueError, UnicodeDecodeError)


@dataclass
class Source:
    """An opened video.

    Attributes:
        container: PyAV's, open while `opened` is.
        picture: the one picture track.
        codec: its codec's plain name: "h264", "hevc", "vp8", "vp9" or "av1".
        copied: tracks that go over packet for packet: sound, subtitles, attachments.
        left: why other tracks stay behind: notes for the report.
    """

    container: InputContainer
    picture: VideoStream
    codec: str
    copied: list[Stream] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def start(self) -> float:
        """First moment of the picture, seconds."""
        first, base = self.picture.start_time, self.picture.time_base
        return float(first * base) if first is not None and base is not None else 0.0

    @property
    def seconds(self) -> float:
        """How long the picture lasts as the file claims; 0.0 where it does not say."""
        length, base = self.picture.duration, self.picture.time_base
        if length is not None and base is not None:
            return float(length * base)
        return max(0.0, (self.container.duration or 0) / 1_000_000)

    def is_short(self, end: float) -> bool:
        """The last packet of all tracks ends well before the length that the file claims for the longest of them.

        Indexes round, and a last frame's length is often a guess, hence a twentieth and a second.

        Args:
            end: seconds, by the file's clock.
        """
        claimed = (self.container.duration or 0) / 1_000_000
        start = (self.container.start_time or 0) / 1_000_000
        return end - start < _SLACK * claimed - 1.0

    @property
    def has_sound(self) -> bool:
        """At least one sound track."""
        return any(stream.type == "audio" for stream in self.copied)


@contextlib.contextmanager
def opened(path: Path, container: Container) -> Iterator[Source]:
    """The video, open; whatever goes wrong with its bytes inside the block becomes a MediaError.

    Args:
        path: the file; nothing it refers to outside itself is opened.
        container: what it was recognised as; the file is not asked again.

    Raises:
        MediaError: media.damaged, media.truncated, media.cannot_write, video.*.
    """
    if _ends_early(path):
        raise media_error("media.truncated")
    try:
        with av.open(
            str(path.resolve()),
            format=DEMUXERS[container.name],
            options={"enable_drefs": "0", "use_absolute_path": "0", "max_pixels": str(_MAX_PIXELS)},
            metadata_errors="replace",
        ) as file:
            yield _chosen(file)
    except _Gone as error:
        if isinstance(error, OSError) and error.errno in {errno.EFBIG, errno.ENOSPC}:  # the output's, not the input's
            raise media_error("media.cannot_write") from None
        raise media_error("media.damaged") from None


def _ends_early(path: Path) -> bool:
    """The outermost boxes or the Segment claim more bytes than the file has, or the `moov` never came."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
            if head.startswith(_EBML):
                return _segment_ends_early(head, path.stat().st_size)
            return _boxes_end_early(file, path.stat().st_size)
    except OSError:
        return False


def _segment_ends_early(head: bytes, size: int) -> bool:
    """Matroska: the Segment right behind the header (RFC 9559) has a size that the file does not."""
    at = head.find(_SEGMENT)
    if at < 0 or at + 5 > len(head) or head[at + 4] == 0:
        return False
    wide = 9 - head[at + 4].bit_length()
    length = int.from_bytes(head[at + 4 : at + 4 + wide], "big") & (1 << 7 * wide) - 1
    return length != (1 << 7 * wide) - 1 and at + 4 + wide + length > size


def _boxes_end_early(file: BinaryIO, size: int) -> bool:
    at, seen = 0, set()
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            break
        length = int.from_bytes(head[:4], "big")
        length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
        seen.add(head[4:8])
        if length < 8:
            return False
        at += length
        if at > size:
            return True
    return b"mdat" in seen and b"moov" not in seen


def _chosen(file: InputContainer) -> Source:
    """The tracks sorted into the picture, those that are copied, and those that stay behind."""
    if len(file.streams) > _MAX_STREAMS:
        raise media_error("video.several_pictures", count=len(file.streams))
    pictures = [one for one in file.streams.video if not one.disposition & Disposition.attached_pic]
    if not pictures:
        raise media_error("video.no_picture")
    if len(pictures) > 1:
        raise media_error("video.several_pictures", count=len(pictures))
    picture = pictures[0]
    source = Source(file, picture, _codec(picture))
    chapters = bool(file.chapters())
    for stream in file.streams:
        if stream.index == picture.index:
            continue
        kind = str(stream.type)
        if kind == "attachment":
            source.copied.append(stream)
        elif kind in {"audio", "subtitle"}:
            if stream.codec_context is None:
                raise media_error("video.unknown_track", number=stream.index, kind=kind)
            source.copied.append(stream)
        elif kind == "video":
            source.left.append("cover_dropped")  # a preview shows the work without its label
        elif not (chapters and "timecode" not in stream.metadata and stream.name == "bin_data"):
            # positions and movements of cameras travel in such tracks; time codes and chapters are written anew
            source.left.append("timecode_track_written_anew" if "timecode" in stream.metadata else "data_track_dropped")
    source.left = list(dict.fromkeys(source.left))
    return source


def end_of(packet: "Packet[Any]") -> float:
    """When a packet's showing or sounding ends, seconds; 0.0 where it does not say."""
    moment = packet.pts if packet.pts is not None else packet.dts
    base = packet.time_base
    return float((moment + (packet.duration or 0)) * base) if moment is not None and base else 0.0


def _codec(picture: VideoStream) -> str:
    """The codec by its plain name.

    Raises:
        MediaError: video.encrypted, video.dolby_vision, video.codec.
    """
    context = picture.codec_context
    if context is None:
        raise media_error("video.codec", codec="?")
    tag = str(context.codec_tag)
    if tag == "encv":
        raise media_error("video.encrypted")
    if tag in _DOLBY:
        raise media_error("video.dolby_vision")
    name = context.codec.canonical_name
    if name not in ENCODERS:
        raise media_error("video.codec", codec=name)
    if picture.metadata.get("alpha_mode") == "1":
        raise media_error("video.alpha")
    return name
