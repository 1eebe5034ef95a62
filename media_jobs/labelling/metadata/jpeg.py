"""JPEG: walk the segments before the scan, read and replace the XMP packet in APP1 (TC260-PG-20259A, XMP part 3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif as exif_block
from media_jobs.labelling.metadata.buffer import Buffer, Piece, joined

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


def segments(data: Buffer) -> Iterator[Segment]:
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


def frame(data: Buffer) -> tuple[int, int, int, int]:
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


def xmp(data: Buffer) -> list[bytes]:
    """Every XMP packet: those in APP1, then each extended packet put together from its parts."""
    packets = [s.payload[len(XMP_ID) :] for s in segments(data) if s.marker == APP1 and s.payload.startswith(XMP_ID)]
    return packets + extended_xmp(data)


def extended_xmp(data: Buffer) -> list[bytes]:
    """The extended XMP packets (one per GUID); parts that do not fit their announced length are left out."""
    parts: dict[bytes, dict[int, bytes]] = {}
    for segment in segments(data):
        if segment.marker == APP1 and segment.payload.startswith(EXTENDED_XMP_ID):
            body = segment.payload[len(EXTENDED_XMP_ID) :]
            if len(body) >= _EXTENDED_HEAD:
                offset = int.from_bytes(body[36:40], "big")
                parts.setdefault(body[:32], {})[offset] = body[_EXTENDED_HEAD:]
    return [b"".join(pieces[offset] for offset in sorted(pieces)) for pieces in parts.values()]


def exif(data: Buffer) -> bytes | None:
    """The EXIF block (from its TIFF header on), or None."""
    for segment in segments(data):
        if segment.marker == APP1 and segment.payload.startswith(EXIF_ID):
            return segment.payload[len(EXIF_ID) :]
    return None


def comments(data: Buffer) -> list[bytes]:
    """The texts of the comment segments."""
    return [segment.payload for segment in segments(data) if segment.marker == COM]


def has_c2pa(data: Buffer) -> bool:
    """True when an APP11 segment holds a JUMBF box of C2PA."""
    return any(s.marker == APP11 and b"c2pa" in s.payload[:200] for s in segments(data))


def is_label_comment(segment: Segment) -> bool:
    """True for a comment segment that holds an AIGC label."""
    return segment.marker == COM and b"ContentProducer" in segment.payload


def inject(data: Buffer, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP; see pieces."""
    return joined(data, pieces(data, packet))


def pieces(data: Buffer, packet: bytes) -> list[Piece]:
    """What the same file with `packet` as its only XMP and only label consists of: every other byte unchanged.

    The packet stands after APP0 and EXIF; a label in a comment or in EXIF's UserComment goes.

    Raises:
        MediaError: media.metadata_too_large, media.truncated, media.damaged.
    """
    payload = XMP_ID + packet
    if len(payload) > MAX_PAYLOAD:
        raise media_error("media.metadata_too_large")
    changed: list[tuple[int, int, bytes]] = []
    insert_at = 2
    leading = True
    for segment in segments(data):
        is_xmp = segment.marker == APP1 and segment.payload.startswith((XMP_ID, EXTENDED_XMP_ID))
        if is_xmp or is_label_comment(segment):
            changed.append((segment.start, segment.end, b""))
        elif segment.marker == APP1 and segment.payload.startswith(EXIF_ID):
            clean = exif_block.without_label(segment.payload[len(EXIF_ID) :])
            if clean is not None:
                changed.append((segment.start, segment.end, encoded(APP1, EXIF_ID + clean)))
            insert_at = segment.end if leading else insert_at
        elif leading and segment.marker == APP0:
            insert_at = segment.end
        else:
            leading = False
    out: list[Piece] = []
    position = 0
    for start, end, fresh in sorted([*changed, (insert_at, insert_at, encoded(APP1, payload))]):
        out += [(position, start), fresh]
        position = end
    return [*out, (position, len(data))]


def encoded(marker: int, payload: bytes) -> bytes:
    """A segment: marker, length, payload."""
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload
