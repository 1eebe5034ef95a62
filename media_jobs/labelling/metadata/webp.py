"""WebP: walk the RIFF chunks, read and replace the "XMP " chunk and its flag 0x04 in VP8X (WebP container spec)."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error

_XMP_FLAG, _EXIF_FLAG, _ALPHA_FLAG, _ICC_FLAG, _ANIMATION_FLAG = 0x04, 0x08, 0x10, 0x20, 0x02


@dataclass(frozen=True)
class Chunk:
    """One chunk: four-character code and data (without padding)."""

    type: bytes
    data: bytes

    def encoded(self) -> bytes:
        """Code, little-endian size, data, padding to even."""
        return self.type + len(self.data).to_bytes(4, "little") + self.data + b"\0" * (len(self.data) % 2)


def chunks(data: bytes) -> Iterator[Chunk]:
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
        yield Chunk(data[position : position + 4], data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2


def header(data: bytes) -> tuple[int, int, int, bool]:
    """(width, height, channels, animated); channels 4 when there is transparency.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    first = next(chunks(data), None)
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


def is_lossless(data: bytes) -> bool:
    """True when the picture is stored without loss."""
    return any(chunk.type == b"VP8L" for chunk in chunks(data))


def xmp(data: bytes) -> list[bytes]:
    """Every XMP packet."""
    return [chunk.data for chunk in chunks(data) if chunk.type == b"XMP "]


def exif(data: bytes) -> bytes | None:
    """The EXIF block (without the JPEG prefix that some writers leave in), or None."""
    for chunk in chunks(data):
        if chunk.type == b"EXIF":
            return chunk.data.removeprefix(b"Exif\0\0")
    return None


def has_c2pa(data: bytes) -> bool:
    """True when there is a C2PA chunk."""
    return any(chunk.type == b"C2PA" for chunk in chunks(data))


def inject(data: bytes, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP chunk, in the extended format; other chunks unchanged.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    width, height, channels, _ = header(data)
    parts = [chunk for chunk in chunks(data) if chunk.type != b"XMP "]
    if parts[0].type == b"VP8X":
        head = parts.pop(0).data
        head = bytes([head[0] | _XMP_FLAG]) + head[1:]
    else:
        flags = _XMP_FLAG | (_ALPHA_FLAG if channels == 4 else 0)
        head = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"".join(part.encoded() for part in [Chunk(b"VP8X", head), *parts, Chunk(b"XMP ", packet)])
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body
