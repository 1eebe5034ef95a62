"""WebP: walk the RIFF chunks, read and replace the "XMP " chunk and its flag 0x04 in VP8X (WebP container spec)."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif as exif_block
from media_jobs.labelling.metadata.buffer import Buffer, Piece, joined

_XMP_FLAG, _EXIF_FLAG, _ALPHA_FLAG, _ICC_FLAG, _ANIMATION_FLAG = 0x04, 0x08, 0x10, 0x20, 0x02


@dataclass(frozen=True)
class Chunk:
    """One chunk: four-character code and data (without padding)."""

    type: bytes
    data: bytes

    def encoded(self) -> bytes:
        """Code, little-endian size, data, padding to even."""
        return self.type + len(self.data).to_bytes(4, "little") + self.data + b"\0" * (len(self.data) % 2)


@dataclass(frozen=True)
class Span:
    """Where one chunk lies: its code, and the first and last + 1 byte of its data."""

    type: bytes
    start: int
    end: int


def spans(data: Buffer) -> Iterator[Span]:
    """Every chunk within the RIFF size.

    Raises:
        MediaError: media.truncated.
    """
    end_of_file = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < 20 or end_of_file > len(data):
        raise media_error("media.truncated")
    position = 12
    while position + 8 <= end_of_file:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if position + 8 + length > end_of_file:
            raise media_error("media.truncated")
        yield Span(data[position : position + 4], position + 8, position + 8 + length)
        position += 8 + length + length % 2


def chunks(data: Buffer) -> Iterator[Chunk]:
    """spans with their data, one after the other."""
    for span in spans(data):
        yield Chunk(span.type, data[span.start : span.end])


def header(data: Buffer) -> tuple[int, int, int, bool]:
    """(width, height, channels, animated); channels 4 when there is transparency.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    place = next(spans(data), None)
    first = None if place is None else Chunk(place.type, data[place.start : min(place.end, place.start + 16)])
    if first is None:
        raise media_error("media.truncated")
    if first.type == b"VP8X" and len(first.data) >= 10:
        flags = first.data[0]
        width = 1 + int.from_bytes(first.data[4:7], "little")
        height = 1 + int.from_bytes(first.data[7:10], "little")
        return width, height, 4 if flags & _ALPHA_FLAG else 3, bool(flags & _ANIMATION_FLAG)
    if first.type == b"VP8L" and first.data[:1] == b"\x2f" and len(first.data) >= 5:
        bits = int.from_bytes(first.data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF), 4 if (bits >> 28) & 1 else 3, False
    if first.type == b"VP8 " and first.data[3:6] == b"\x9d\x01\x2a" and len(first.data) >= 10:
        width = int.from_bytes(first.data[6:8], "little") & 0x3FFF
        height = int.from_bytes(first.data[8:10], "little") & 0x3FFF
        return width, height, 3, False
    raise media_error("media.damaged", what="WebP header")


def is_lossless(data: Buffer) -> bool:
    """True when the picture is stored without loss."""
    return any(span.type == b"VP8L" for span in spans(data))


def xmp(data: Buffer) -> list[bytes]:
    """Every XMP packet."""
    return [data[span.start : span.end] for span in spans(data) if span.type == b"XMP "]


def exif(data: Buffer) -> bytes | None:
    """The EXIF block (without the JPEG prefix that some writers leave in), or None."""
    for span in spans(data):
        if span.type == b"EXIF":
            return data[span.start : span.end].removeprefix(b"Exif\0\0")
    return None


def has_c2pa(data: Buffer) -> bool:
    """True when there is a C2PA chunk."""
    return any(span.type == b"C2PA" for span in spans(data))


def inject(data: Buffer, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP chunk; see pieces."""
    return joined(data, pieces(data, packet))


def pieces(data: Buffer, packet: bytes) -> list[Piece]:
    """What the same file with `packet` as its only XMP chunk consists of, in the extended format.

    Other chunks stay as they are, but a label in EXIF's UserComment goes.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    width, height, channels, _ = header(data)
    places = [span for span in spans(data) if span.type != b"XMP "]
    if places[0].type == b"VP8X":
        first = places.pop(0)
        head = data[first.start : first.end]
        head = bytes([head[0] | _XMP_FLAG]) + head[1:]
    else:
        flags = _XMP_FLAG | (_ALPHA_FLAG if channels == 4 else 0)
        head = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body: list[Piece] = [Chunk(b"VP8X", head).encoded()]
    for span in places:
        block = data[span.start : span.end].removeprefix(b"Exif\0\0") if span.type == b"EXIF" else b""
        clean = exif_block.without_label(block) if block else None
        if clean is not None:
            body.append(Chunk(b"EXIF", clean).encoded())
        else:
            body += [(span.start - 8, span.end), b"\0" * ((span.end - span.start) % 2)]
    body.append(Chunk(b"XMP ", packet).encoded())
    size = sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in body)
    return [b"RIFF" + (size + 4).to_bytes(4, "little") + b"WEBP", *body]
