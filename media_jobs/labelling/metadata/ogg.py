"""Ogg with Vorbis or Opus: the label in the comment header; pages numbered anew, checksums recomputed (RFC 3533).

One logical stream only: chained and multiplexed files are refused, since a label in one link would not cover the next.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import spans, vorbis

_HEAD = 27
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_UNFINISHED = (1 << 64) - 1  # granule position of a page on which no packet ends
_FULL = 255
_MAX_LINKS = 64
_MAX_PAGES = 300_000  # four hours in pages of 50 ms; writers put a second into each
_MAX_EMPTY = 1_000
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_MAGIC = {"ogg": (b"\x01vorbis", b"\x03vorbis"), "opus": (b"OpusHead", b"OpusTags")}


@dataclass(frozen=True)
class Page:
    """One page: header fields, lacing values, body."""

    flags: int
    granule: int
    serial: int
    number: int
    lacing: bytes
    body: bytes
    start: int

    def encoded(self, number: int) -> bytes:
        """The page under another number, with its checksum."""
        head = (
            b"OggS\0"
            + bytes((self.flags,))
            + self.granule.to_bytes(8, "little")
            + self.serial.to_bytes(4, "little")
            + number.to_bytes(4, "little")
        )
        tail = bytes((len(self.lacing),)) + self.lacing + self.body
        return head + _checksum(head + bytes(4) + tail).to_bytes(4, "little") + tail


def _checksum(data: bytes) -> int:
    """CRC-32 of Ogg: zlib's polynomial with the bits the other way round, nothing inverted."""
    mirrored = zlib.crc32(data.translate(_TURNED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_TURNED), "big")


def pages(file: BinaryIO, at: int = 0, *, single: bool = True) -> Iterator[Page]:
    """Every page of a file, its checksum checked.

    Args:
        at: where the stream begins.
        single: refuse a second stream.

    Raises:
        MediaError: media.truncated, media.damaged, audio.several_streams.
    """
    size, serial, done, empty = spans.size_of(file), -1, False, 0
    while at < size:
        file.seek(at)
        head = file.read(_HEAD)
        lacing = file.read(head[26]) if len(head) == _HEAD else b""
        if len(head) < _HEAD or len(lacing) < head[26]:
            raise media_error("media.truncated")
        if head[:5] != b"OggS\0":
            if done:
                return  # what follows the stream's end is no part of it
            raise media_error("media.damaged", what="Ogg page")
        body = file.read(sum(lacing))
        if len(body) < sum(lacing):
            raise media_error("media.truncated")
        if _checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != int.from_bytes(head[22:26], "little"):
            raise media_error("media.damaged", what="Ogg checksum")
        page = Page(
            head[5], int.from_bytes(head[6:14], "little"), int.from_bytes(head[14:18], "little"),
            int.from_bytes(head[18:22], "little"), lacing, body, at,
        )  # fmt: skip
        if single and (serial not in {-1, page.serial} or done or (serial >= 0 and page.flags & _FIRST)):
            raise media_error("audio.several_streams")
        empty += not lacing
        if empty > _MAX_EMPTY:
            raise media_error("media.damaged", what="Ogg pages")
        serial, done = page.serial, bool(page.flags & _LAST)
        at += _HEAD + len(lacing) + len(body)
        yield page


def packets(stream: Iterator[Page]) -> Iterator[tuple[bytes, bool]]:
    """(packet, it ended its page) of a stream of pages.

    Raises:
        MediaError: media.truncated, media.damaged, media.metadata_too_large (a packet of that size is a bomb).
    """
    pending = bytearray()
    waiting = False
    for page in stream:
        if waiting != bool(page.flags & _CONTINUED):
            raise media_error("media.damaged", what="Ogg packet")
        at = 0
        for index, length in enumerate(page.lacing):
            pending += page.body[at : at + length]
            at += length
            waiting = length == _FULL
            if len(pending) > spans.MAX_METADATA:
                raise media_error("media.metadata_too_large")
            if not waiting:
                yield bytes(pending), index == len(page.lacing) - 1
                pending.clear()
    if waiting:
        raise media_error("media.truncated")


@dataclass(frozen=True)
class Headers:
    """The packets before the sound: identification, comments, and Vorbis's setup."""

    name: str
    identification: bytes
    comments: vorbis.Comments
    setup: bytes | None

    def comment_packet(self, comments: vorbis.Comments) -> bytes:
        """The comment packet with other comments."""
        return _MAGIC[self.name][1] + comments.encoded()


def headers(stream: Iterator[Page]) -> Headers:
    """Read the header packets and leave `stream` at the first page of sound.

    Raises:
        MediaError: media.truncated, media.damaged, media.unsupported_format.
    """
    source = packets(stream)
    found = []
    for packet, ended in source:
        found.append(packet)
        name = next((name for name, (first, _) in _MAGIC.items() if found[0].startswith(first)), "")
        if not name:
            raise media_error("media.unsupported_format", format="Ogg")
        if len(found) == (3 if name == "ogg" else 2):
            if not ended or not found[1].startswith(_MAGIC[name][1]):
                raise media_error("media.damaged", what="Ogg headers")
            comments = vorbis.parse(found[1][len(_MAGIC[name][1]) :])
            return Headers(name, found[0], comments, found[2] if name == "ogg" else None)
    raise media_error("media.truncated")


def _paginated(parts: list[bytes], serial: int) -> Iterator[Page]:
    """Header packets on pages of their own, granule position 0."""
    lacing, body = b"", b"".join(parts)
    for part in parts:
        lacing += b"\xff" * (len(part) // _FULL) + bytes((len(part) % _FULL,))
    at = 0
    for start in range(0, len(lacing), _FULL):
        piece = lacing[start : start + _FULL]
        length = sum(piece)
        ends = any(value < _FULL for value in piece)
        continued = start > 0 and lacing[start - 1] == _FULL
        yield Page(
            _CONTINUED if continued else 0, 0 if ends else _UNFINISHED, serial, 0, piece, body[at : at + length], 0
        )
        at += length


class OggCarrier:
    """The Carrier of Ogg Vorbis and Opus."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: the comments of every stream, those of chained and multiplexed files too."""
        found = Found()
        try:
            with path.open("rb") as file:
                for start in _beginnings(file):
                    vorbis.read_into(found, headers(_of_one(pages(file, start, single=False))).comments)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: audio.several_streams, media.damaged, media.truncated.
        """
        with source.open("rb") as file:
            comments = headers(pages(file)).comments
        with_comments(source, target, vorbis.marked(comments, marks))

    def content(self, path: Path) -> Content:
        """See Carrier.content: every packet but the comments, each after its length (8 bytes, big-endian)."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for index, (packet, _) in enumerate(packets(pages(file))):
                if index != 1:
                    digest.update(len(packet).to_bytes(8, "big") + packet)
        return Content("ogg-packets-v1", digest.hexdigest())


def _beginnings(file: BinaryIO) -> Iterator[int]:
    """Where streams begin: page by page from head to head, without looking inside."""
    size, at, count = spans.size_of(file), 0, 0
    for _ in range(_MAX_PAGES):
        if at >= size:
            return
        file.seek(at)
        head = file.read(_HEAD)
        lacing = file.read(head[26]) if len(head) == _HEAD else b""
        if len(head) < _HEAD or head[:5] != b"OggS\0":
            if count:
                return
            raise media_error("media.truncated")
        if head[5] & _FIRST:
            count += 1
            if count > _MAX_LINKS:
                raise media_error("audio.several_streams")
            yield at
        at += _HEAD + len(lacing) + sum(lacing)
    raise media_error("media.damaged", what="Ogg pages")


def _of_one(stream: Iterator[Page]) -> Iterator[Page]:
    """The pages of the first stream alone; those of others between them are passed over."""
    serial = None
    for page in stream:
        serial = page.serial if serial is None else serial
        if page.serial == serial:
            yield page


def with_comments(source: Path, target: Path, comments: vorbis.Comments) -> None:
    """A copy of `source` with other comments; packets and granule positions untouched.

    Raises:
        MediaError: audio.several_streams, media.damaged, media.truncated.
    """
    with source.open("rb") as file, target.open("wb") as out:
        first = next(pages(file), None)
        if first is None:
            raise media_error("media.truncated")
        stream = pages(file)
        found = headers(stream)
        parts = [found.comment_packet(comments)] + ([] if found.setup is None else [found.setup])
        out.write(first.encoded(0))
        number = 1
        for page in _paginated(parts, first.serial):
            out.write(page.encoded(number))
            number += 1
        for page in stream:
            out.write(page.encoded(number))
            number += 1


def graft(tags_of: Path, frames_of: Path, target: Path) -> None:
    """Write `target`: the sound of one file with the comments of another, without personal data and labels.

    Raises:
        MediaError: as Carrier.write.
    """
    with tags_of.open("rb") as file:
        old = headers(pages(file)).comments
    with frames_of.open("rb") as file:
        new = headers(pages(file)).comments
    kept = vorbis.cleaned(vorbis.unmarked(old))
    with_comments(frames_of, target, vorbis.Comments(new.vendor, kept.entries, new.rest))


CARRIERS: dict[str, Carrier] = {"ogg": OggCarrier(), "opus": OggCarrier()}
