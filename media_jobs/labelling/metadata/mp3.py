"""MP3: tags before and after the frames; the label in the first ID3v2 tag, none anywhere else."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import foreign, id3, spans

_MAX_TAGS = 16
_ID3V1, _APE = 128, 32
_APE_MAGIC = b"APETAGEX"


@dataclass(frozen=True)
class Layout:
    """Where things are in the file.

    Attributes:
        tags: (start, length) of the ID3v2 tags at the head.
        start, end: the MPEG frames, with their Xing or Info frame.
        ape: (start, length) of an APEv2 tag after the frames, or None.
        tail: (start, length) of what follows it: Lyrics3, ID3v1.
    """

    tags: tuple[tuple[int, int], ...]
    start: int
    end: int
    ape: tuple[int, int] | None
    tail: tuple[int, int]


def id3_tags(file: BinaryIO) -> tuple[tuple[int, int], ...]:
    """(start, length) of the ID3v2 tags at the head of any file.

    Raises:
        MediaError: media.truncated, media.damaged (more tags than any writer leaves), media.metadata_too_large.
    """
    size, at = spans.size_of(file), 0
    tags: list[tuple[int, int]] = []
    while True:
        file.seek(at)
        length = id3.length_at(file.read(id3.HEAD))
        if not length:
            return tuple(tags)
        if at + length > size:
            raise media_error("media.truncated")
        if at + length > spans.MAX_METADATA:
            raise media_error("media.metadata_too_large")
        if len(tags) == _MAX_TAGS:
            raise media_error("media.damaged", what="ID3 tags")
        tags.append((at, length))
        at += length


def layout(file: BinaryIO) -> Layout:
    """Walk the tags from both ends.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    tags = id3_tags(file)
    start = tags[-1][0] + tags[-1][1] if tags else 0
    size = end = spans.size_of(file)
    if _bytes(file, end - _ID3V1, 3, start) == b"TAG":
        end -= _ID3V1
        if _bytes(file, end - 227, 4, start) == b"TAG+":
            end -= 227
    if _bytes(file, end - 9, 9, start) == b"LYRICS200":
        digits = _bytes(file, end - 15, 6, start)
        begin = end - 15 - int(digits) if digits.isdigit() else start
        if begin > start and _bytes(file, begin, 11, start) == b"LYRICSBEGIN":
            end = begin
    ape = _ape_before(file, start, end)
    tail = (end, size - end)
    return Layout(tags, start, ape[0] if ape else end, ape, tail)


def _bytes(file: BinaryIO, at: int, length: int, least: int) -> bytes:
    if at < least:
        return b""
    file.seek(at)
    return file.read(length)


def _ape_before(file: BinaryIO, start: int, end: int) -> tuple[int, int] | None:
    footer = _bytes(file, end - _APE, _APE, start)
    if footer[:8] != _APE_MAGIC:
        return None
    length = int.from_bytes(footer[12:16], "little")
    if int.from_bytes(footer[20:24], "little") & 0x80000000:
        length += _APE
    return (end - length, length) if _APE <= length <= end - start else None


def _ape_items(data: bytes) -> list[tuple[str, bytes, bytes]]:
    """(key, value, the item whole) of an APEv2 tag; ends at the first senseless item."""
    at = _APE if data[:8] == _APE_MAGIC else 0
    items: list[tuple[str, bytes, bytes]] = []
    while at + 8 < len(data) - _APE and len(items) < 1000:
        size = int.from_bytes(data[at : at + 4], "little")
        key_end = data.find(b"\0", at + 8, at + 8 + 256)
        end = key_end + 1 + size
        if key_end < 0 or end > len(data) - _APE:
            break
        items.append((data[at + 8 : key_end].decode("ascii", "replace"), data[key_end + 1 : end], data[at:end]))
        at = end
    return items


def _ape_without(data: bytes, *, personal: bool) -> bytes:
    """The APE tag without labels (and personal data); b"" when nothing is left."""
    items, kept = _ape_items(data), []
    for key, value, whole in items:
        text = value[:100_000].decode("utf-8", "replace")
        if foreign.is_label(key, text) or foreign.is_source_type(key) or (personal and foreign.is_personal(key, text)):
            continue
        kept.append(whole)
    if len(kept) == len(items):
        return data
    if not kept:
        return b""
    body = b"".join(kept)
    fixed = (2000).to_bytes(4, "little") + (len(body) + _APE).to_bytes(4, "little") + len(kept).to_bytes(4, "little")
    head = _APE_MAGIC + fixed + (0xA0000000).to_bytes(4, "little") + bytes(8)
    foot = _APE_MAGIC + fixed + (0x80000000).to_bytes(4, "little") + bytes(8)
    return head + body + foot


class Mp3Carrier:
    """The Carrier of MP3."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: every ID3v2 tag, APEv2 and ID3v1."""
        found = Found()
        try:
            with path.open("rb") as file:
                here = layout(file)
                for start, length in here.tags:
                    try:
                        id3.read_into(found, id3.parse(spans.take(file, start, length)))
                    except MediaError as error:
                        found.damaged = error.code
                if here.ape:
                    for key, value, _ in _ape_items(spans.take(file, *here.ape)):
                        text = value[:100_000].decode("utf-8", "replace")
                        if foreign.is_label(key, text):
                            foreign.claim(found, "ape.item", text)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: audio.id3_version (2.2 has other frame names), media.damaged, media.truncated.
        """
        with source.open("rb") as file, target.open("wb") as out:
            here = layout(file)
            tags = [id3.parse(spans.take(file, start, length)) for start, length in here.tags] or [id3.Tag()]
            out.write(id3.marked(tags[0], marks).encoded())
            for further in tags[1:]:
                out.write(id3.without_marks_in_xmp(further).encoded())
            spans.copy(file, out, here.start, here.end - here.start)
            if here.ape:
                out.write(_ape_without(spans.take(file, *here.ape), personal=False))
            spans.copy(file, out, *here.tail)

    def content(self, path: Path) -> Content:
        """See Carrier.content: the bytes between the tags."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            here = layout(file)
            spans.feed(file, digest, here.start, here.end - here.start)
        return Content("mp3-frames-v1", digest.hexdigest())


def graft(tags_of: Path, frames_of: Path, target: Path) -> None:
    """Write `target`: the frames of one file between the tags of another, without personal data and labels.

    Raises:
        MediaError: as Carrier.write.
    """
    with tags_of.open("rb") as old, frames_of.open("rb") as new, target.open("wb") as out:
        was, now = layout(old), layout(new)
        for start, length in was.tags:
            tag = id3.without_marks_in_xmp(id3.cleaned(id3.parse(spans.take(old, start, length))))
            if tag.frames:
                out.write(tag.encoded())
        spans.copy(new, out, now.start, now.end - now.start)
        if was.ape:
            out.write(_ape_without(spans.take(old, *was.ape), personal=True))
        spans.copy(old, out, *was.tail)


CARRIERS: dict[str, Carrier] = {"mp3": Mp3Carrier()}
