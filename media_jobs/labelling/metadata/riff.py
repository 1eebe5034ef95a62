"""WAV: the label in a top-level chunk `AIGC` ahead of the samples; every other chunk kept (TC260-PG-202510A).

The IPTC source type stands in the XMP chunk `_PMX`, where XMP part 3 puts XMP in WAV. RF64 is refused by
containers.recognise: what is longer than 4 GiB is longer than this room accepts.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import foreign, id3, spans, xmp

PLACE = "riff.aigc"
HEAD = 12
MAX_SIZE = 0xFFFFFFFF
_MAX_CHUNKS, _MAX_ITEMS = 10_000, 10_000
_SEARCHED = 1024 * 1024  # bytes of an unknown chunk that are searched for a label
_MARKS = (b"AIGC", b"_PMX")


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four letters, where its data start, how many bytes they are."""

    kind: bytes
    start: int
    size: int


def chunks(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a WAV file. A `data` chunk of an unfinished size (0 or all ones, as pipes write) runs to the end.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    end = spans.size_of(file)
    head = spans.take(file, 0, HEAD) if end >= HEAD else b""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise media_error("media.damaged", what="RIFF header")
    stated = int.from_bytes(head[4:8], "little")
    piped = stated in {0, MAX_SIZE}
    if not piped:
        if stated + 8 > end + 1:  # a missing last pad byte is forgiven
            raise media_error("media.truncated")
        end = min(end, stated + 8)
    at, count = HEAD, 0
    while at + 8 <= end:
        file.seek(at)
        raw = file.read(8)
        kind, size = raw[:4], int.from_bytes(raw[4:], "little")
        if kind == b"data" and piped and size in {0, MAX_SIZE}:
            size = end - at - 8
        if at + 8 + size > end:
            raise media_error("media.truncated")
        count += 1
        if count > _MAX_CHUNKS:
            raise media_error("media.damaged", what="RIFF chunks")
        yield Chunk(kind, at + 8, size)
        at += 8 + size + (size & 1)


def info_items(data: bytes) -> list[tuple[bytes, bytes]]:
    """(id, text) of a LIST chunk of type INFO; ends where the list is broken, or longer than any writer makes it."""
    items: list[tuple[bytes, bytes]] = []
    at = 4
    while at + 8 <= len(data) and len(items) < _MAX_ITEMS:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            break
        items.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return items


def info_list(items: list[tuple[bytes, bytes]]) -> bytes:
    """The data of a LIST chunk with these items."""
    return b"INFO" + b"".join(encoded(kind, text) for kind, text in items)


def encoded(kind: bytes, data: bytes) -> bytes:
    """One chunk with its padding."""
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) & 1)


def is_mark(item: tuple[bytes, bytes]) -> bool:
    """An INFO item that is a label."""
    return foreign.is_label(item[0].decode("latin-1"), item[1].decode("utf-8", "replace"))


class WavCarrier:
    """The Carrier of WAV."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: chunk AIGC in any case, LIST/INFO, XMP, an ID3 tag, and any text that holds a label."""
        found = Found()
        try:
            with path.open("rb") as file:
                for chunk in chunks(file):
                    _read_chunk(file, chunk, found)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write: AIGC and _PMX stand right before `data`; the RIFF size is made true.

        Raises:
            MediaError: media.truncated, media.damaged, audio.too_long_for_wav.
        """
        with source.open("rb") as file, target.open("wb") as out:
            found = list(chunks(file))
            old = next((one for one in found if one.kind == b"_PMX" and one.size <= spans.MAX_XMP), None)
            ours = encoded(b"AIGC", marks.label.to_json().encode("ascii"))
            packet = None if old is None else spans.take(file, old.start, old.size)
            packet = xmp.merged(packet, label_json=None, source_type=marks.source_type)
            ours += encoded(b"_PMX", packet)
            out.write(b"RIFF\0\0\0\0WAVE")
            for chunk in found:
                if chunk.kind == b"data" and ours:
                    out.write(ours)
                    ours = b""
                _copy_chunk(file, out, chunk)
            if ours:
                raise media_error("media.damaged", what="WAV without samples")
            finish(out)

    def content(self, path: Path) -> Content:
        """See Carrier.content: the format chunk and the samples."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for chunk in chunks(file):
                if chunk.kind in {b"fmt ", b"data"}:
                    digest.update(chunk.kind + chunk.size.to_bytes(8, "big"))
                    spans.feed(file, digest, chunk.start, chunk.size)
        return Content("wav-data-v1", digest.hexdigest())


def finish(out: BinaryIO) -> None:
    """Write the RIFF size of a file whose chunks are complete.

    Raises:
        MediaError: audio.too_long_for_wav.
    """
    size = out.seek(0, 2) - 8
    if size >= MAX_SIZE:
        raise media_error("audio.too_long_for_wav")
    out.seek(4)
    out.write(size.to_bytes(4, "little"))


def _copy_chunk(file: BinaryIO, out: BinaryIO, chunk: Chunk) -> None:
    """One chunk without any label in it."""
    kind = chunk.kind.upper()
    if kind in _MARKS:
        return
    if chunk.kind == b"data":
        out.write(chunk.kind + chunk.size.to_bytes(4, "little"))
        spans.copy(file, out, chunk.start, chunk.size)
        out.write(b"\0" * (chunk.size & 1))
        return
    if chunk.kind == b"LIST" and 12 <= chunk.size <= spans.MAX_METADATA:
        data = spans.take(file, chunk.start, chunk.size)
        items = info_items(data)
        if data[:4] == b"INFO" and any(map(is_mark, items)):
            data = info_list([item for item in items if not is_mark(item)])
        out.write(encoded(chunk.kind, data))
        return
    if kind == b"ID3 ":
        tag = spans.take(file, chunk.start, chunk.size)
        if id3.length_at(tag[:10]) and tag[3] in {3, 4}:
            tag = id3.without_marks_in_xmp(id3.parse(tag)).encoded()
        out.write(encoded(chunk.kind, tag))
        return
    if chunk.size <= _SEARCHED and chunk.kind != b"fmt " and _label_in(spans.take(file, chunk.start, chunk.size)):
        return
    out.write(chunk.kind + chunk.size.to_bytes(4, "little"))
    spans.copy(file, out, chunk.start, chunk.size)
    out.write(b"\0" * (chunk.size & 1))


def _label_in(data: bytes) -> bool:
    return b"ContentProducer" in data.replace(b"\0", b"")


def _read_chunk(file: BinaryIO, chunk: Chunk, found: Found) -> None:
    if chunk.kind == b"data":
        return
    kind = chunk.kind.upper()
    if kind == b"C2PA":
        found.c2pa = True
    elif chunk.size > (spans.MAX_XMP if kind == b"_PMX" else spans.MAX_METADATA):
        raise media_error("media.metadata_too_large")
    elif kind == b"AIGC":
        text = spans.take(file, chunk.start, chunk.size).rstrip(b"\0").decode("utf-8", "replace")
        foreign.claim(found, PLACE if chunk.kind == b"AIGC" else "riff.other", text)
    elif kind == b"_PMX":
        packet = spans.take(file, chunk.start, chunk.size)
        for text in xmp.labels(packet):
            foreign.claim(found, "riff.xmp", text)
        found.source_types += xmp.source_types(packet)
    elif kind == b"LIST":
        items = info_items(spans.take(file, chunk.start, chunk.size))
        for item in filter(is_mark, items):
            foreign.claim(found, f"riff.info.{item[0].decode('latin-1').strip().lower()}", _text(item[1]))
    elif kind == b"ID3 ":
        tag = spans.take(file, chunk.start, chunk.size)
        if id3.length_at(tag[:10]) and tag[3] in {3, 4}:
            id3.read_into(found, id3.parse(tag), place="riff.id3.txxx")
    elif chunk.size <= _SEARCHED:
        data = spans.take(file, chunk.start, chunk.size)
        if _label_in(data):
            foreign.claim(found, f"riff.{chunk.kind.decode('latin-1').strip().lower()}", _text(data))


def _text(data: bytes) -> str:
    return data.replace(b"\0", b"").decode("utf-8", "replace")


CARRIERS: dict[str, Carrier] = {"wav": WavCarrier()}
