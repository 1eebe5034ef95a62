"""HEIC and AVIF: the items that hold metadata, cleaned where they lie (ISO/IEC 14496-12 8.11, 23008-12 annex A)."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, xmp

_MAX_ITEMS = 10_000
# An EXIF block without fields, for a slot that may not be empty.
_NO_FIELDS = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
_NO_PACKET = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


@dataclass(frozen=True)
class Box:
    """One box: type, first and last + 1 byte of its content."""

    type: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes between two bytes.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    at = start
    while at + 8 <= end:
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head:
            raise media_error("media.damaged", what="box")
        if at + size > end:
            raise media_error("media.truncated")
        yield Box(data[at + 4 : at + 8], at + head, at + size)
        at += size


def cleaned(data: bytes) -> bytes:
    """The file with EXIF and XMP as a released file may carry them, every offset where it was.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    out = bytearray(data)
    meta = next((box for box in boxes(data, 0, len(data)) if box.type == b"meta"), None)
    if meta is None:
        raise media_error("media.damaged", what="meta box")
    inner = {box.type: box for box in boxes(data, meta.start + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        raise media_error("media.damaged", what="meta box")
    kinds = _kinds(data, inner[b"iinf"])
    idat = inner[b"idat"].start if b"idat" in inner else None
    for item, start, end in _places(data, inner[b"iloc"], idat):
        if end > len(data):
            raise media_error("media.truncated")
        kind = kinds.get(item, b"")
        if kind == b"Exif":
            out[start:end] = _exif(data[start:end])
        elif kind.startswith(b"mime") and b"rdf+xml" in kind:
            out[start:end] = _packet(data[start:end])
    return bytes(out)


def _exif(payload: bytes) -> bytes:
    """The item with only the fields that may stay, as long as before."""
    offset = int.from_bytes(payload[:4], "big")
    block = payload[4 + offset :]
    fresh = (exif.cleaned(block) if len(block) > 8 else b"") or _NO_FIELDS
    if 4 + len(fresh) > len(payload):
        fresh = _NO_FIELDS
    return (bytes(4) + fresh).ljust(len(payload), b"\0")[: len(payload)]


def _packet(payload: bytes) -> bytes:
    """The packet as xmp.cleaned leaves it, as long as before."""
    fresh = xmp.cleaned(payload) or _NO_PACKET
    if len(fresh) > len(payload):
        fresh = _NO_PACKET
    return fresh.ljust(len(payload), b" ")[: len(payload)]


def _kinds(data: bytes, box: Box) -> dict[int, bytes]:
    """Item number to its type, for "mime" with the content type behind it."""
    wide = data[box.start] > 0
    start = box.start + (8 if wide else 6)
    found: dict[int, bytes] = {}
    for entry in boxes(data, start, box.end):
        version = data[entry.start]
        if entry.type != b"infe" or version < 2 or len(found) >= _MAX_ITEMS:
            continue
        at = entry.start + 4
        length = 2 if version == 2 else 4
        number = int.from_bytes(data[at : at + length], "big")
        kind = data[at + length + 2 : at + length + 6]
        found[number] = kind + (data[at + length + 6 : entry.end] if kind == b"mime" else b"")
    return found


def _places(data: bytes, box: Box, idat: int | None) -> Iterator[tuple[int, int, int]]:
    """(item, start, end) of every item in one piece; those in several pieces are pictures."""
    version, at = data[box.start], box.start + 6
    sizes = data[box.start + 4], data[box.start + 5]
    offset_size, length_size, base_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_size = sizes[1] & 15 if version in {1, 2} else 0
    id_size = 4 if version == 2 else 2

    def number(length: int) -> int:
        nonlocal at
        if at + length > box.end:
            raise media_error("media.truncated")
        at += length
        return int.from_bytes(data[at - length : at], "big")

    for _ in range(min(number(id_size), _MAX_ITEMS)):
        item = number(id_size)
        method = number(2) & 15 if version in {1, 2} else 0
        number(2)  # data reference
        base = number(base_size)
        extents = number(2)
        for _ in range(extents):
            number(index_size)
            start, length = base + number(offset_size), number(length_size)
            if extents == 1 and method == 0:
                yield item, start, start + length
            elif extents == 1 and method == 1 and idat is not None:
                yield item, idat + start, idat + start + length
