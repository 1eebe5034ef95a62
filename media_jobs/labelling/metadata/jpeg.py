"""JPEG: walk the segments before the scan, read and replace the XMP packet in APP1 (TC260-PG-20259A, XMP part 3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error

XMP_ID = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP_ID = b"http://ns.adobe.com/xmp/extension/\0"
EXIF_ID = b"Exif\0\0"
MAX_PAYLOAD = 65533
APP0, APP1, APP11, COM, SOS, EOI = 0xE0, 0xE1, 0xEB, 0xFE, 0xDA, 0xD9
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_EXTENDED_HEAD = 40  # GUID 32, full length 4, offset 4


@dataclass(frozen=True)
class Segment:
    """One marker segment: `start` is the marker's 0xFF, `end` the byte after the payload."""

    marker: int
    start: int
    end: int
    payload: bytes


def segments(data: bytes) -> Iterator[Segment]:
    """The segments from after SOI up to and without the first scan.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    position = 2
    while True:
        start = position
        if data[position : position + 1] not in {b"\xff", b""}:
            raise media_error("media.damaged", what="JPEG marker")
        while data[position : position + 1] == b"\xff":
            position += 1
        if position >= len(data):
            raise media_error("media.truncated")
        marker = data[position]
        position += 1
        if marker in _STANDALONE:
            continue
        if marker in {SOS, EOI}:
            return
        length = int.from_bytes(data[position : position + 2], "big")
        end = position + length
        if len(data) < position + 2 or end > len(data):
            raise media_error("media.truncated")
        if length < 2:
            raise media_error("media.damaged", what="JPEG segment")
        yield Segment(marker, start, end, data[position + 2 : end])
        position = end


def frame(data: bytes) -> tuple[int, int, int, int]:
    """(width, height, bits, components) of the first frame header.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    for segment in segments(data):
        if segment.marker in _FRAMES:
            if len(segment.payload) < 6:
                raise media_error("media.damaged", what="JPEG frame header")
            bits, height, width, components = struct.unpack(">BHHB", segment.payload[:6])
            return width, height, bits, components
    raise media_error("media.damaged", what="JPEG frame header")


def xmp(data: bytes) -> list[bytes]:
    """Every XMP packet: those in APP1, then each extended packet put together from its parts."""
    packets = [s.payload[len(XMP_ID) :] for s in segments(data) if s.marker == APP1 and s.payload.startswith(XMP_ID)]
    return packets + extended_xmp(data)


def extended_xmp(data: bytes) -> list[bytes]:
    """The extended XMP packets (one per GUID); parts that do not fit their announced length are left out."""
    parts: dict[bytes, dict[int, bytes]] = {}
    for segment in segments(data):
        if segment.marker == APP1 and segment.payload.startswith(EXTENDED_XMP_ID):
            body = segment.payload[len(EXTENDED_XMP_ID) :]
            if len(body) >= _EXTENDED_HEAD:
                offset = int.from_bytes(body[36:40], "big")
                parts.setdefault(body[:32], {})[offset] = body[_EXTENDED_HEAD:]
    return [b"".join(pieces[offset] for offset in sorted(pieces)) for pieces in parts.values()]


def exif(data: bytes) -> bytes | None:
    """The EXIF block (from its TIFF header on), or None."""
    for segment in segments(data):
        if segment.marker == APP1 and segment.payload.startswith(EXIF_ID):
            return segment.payload[len(EXIF_ID) :]
    return None


def comments(data: bytes) -> list[bytes]:
    """The texts of the comment segments."""
    return [segment.payload for segment in segments(data) if segment.marker == COM]


def has_c2pa(data: bytes) -> bool:
    """True when an APP11 segment holds a JUMBF box of C2PA."""
    return any(s.marker == APP11 and b"c2pa" in s.payload[:200] for s in segments(data))


def inject(data: bytes, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP, after APP0 and EXIF; every other byte unchanged.

    Raises:
        MediaError: media.metadata_too_large, media.truncated, media.damaged.
    """
    payload = XMP_ID + packet
    if len(payload) > MAX_PAYLOAD:
        raise media_error("media.metadata_too_large")
    kept = [(2, 2)]
    insert_at = 2
    leading = True
    for segment in segments(data):
        is_xmp = segment.marker == APP1 and segment.payload.startswith((XMP_ID, EXTENDED_XMP_ID))
        if is_xmp:
            kept.append((segment.start, segment.end))
        elif leading and (segment.marker == APP0 or (segment.marker == APP1 and segment.payload.startswith(EXIF_ID))):
            insert_at = segment.end
        else:
            leading = False
    ours = b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
    out, position = bytearray(), 0
    for start, end in sorted([*kept[1:], (insert_at, insert_at)]):
        out += data[position:start]
        if start == end == insert_at:
            out += ours
        position = end
    return bytes(out + data[position:])
