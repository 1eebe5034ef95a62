"""PNG: walk the chunks with their checksums, read and replace the XMP packet in an uncompressed iTXt before IDAT."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif as exif_block
from media_jobs.labelling.metadata.buffer import Buffer, Piece, joined

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp"
_MAX_TEXT = 8 * 1024 * 1024  # decompressed text beyond this, in all chunks together, is a bomb
_MAX_CHUNKS = 100_000  # 50 MB of image data in the smallest usual pieces make 6,400
IMAGE_DATA = {b"IDAT", b"fdAT"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True)
class Chunk:
    """One chunk: four-letter type and data."""

    type: bytes
    data: bytes

    def encoded(self) -> bytes:
        """Length, type, data, CRC-32."""
        body = self.type + self.data
        return len(self.data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


@dataclass(frozen=True)
class Text:
    """A text chunk's keyword, text and type ("tEXt", "zTXt", "iTXt")."""

    keyword: bytes
    text: bytes
    type: str


@dataclass(frozen=True)
class Span:
    """Where one chunk lies: its type, its first byte (of the length) and last + 1 byte (of the checksum)."""

    type: bytes
    start: int
    end: int


def spans(data: Buffer, *, image_data: bool = True) -> Iterator[Span]:
    """Every chunk from IHDR to IEND; what follows IEND is no part of the image.

    Args:
        image_data: test the checksums of image data too, not only those of all other chunks.

    Raises:
        MediaError: media.truncated, media.damaged (a wrong checksum or order, or more chunks than any writer makes).
    """
    position, first = len(SIGNATURE), True
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise media_error("media.truncated")
        length, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(data):
            raise media_error("media.truncated")
        if image_data or kind not in IMAGE_DATA:
            with memoryview(data) as view, view[position + 4 : end - 4] as body:
                checksum = zlib.crc32(body)
            if checksum != int.from_bytes(data[end - 4 : end], "big"):
                raise media_error("media.damaged", what="PNG checksum")
        if first and (kind != b"IHDR" or length != 13):
            raise media_error("media.damaged", what="PNG header")
        first = False
        yield Span(kind, position, end)
        if kind == b"IEND":
            return
        position = end
    raise media_error("media.damaged", what="PNG chunks")


def chunks(data: Buffer, *, image_data: bool = True) -> Iterator[Chunk]:
    """spans with their data; image data are left out, checks and all, when they are not asked for."""
    for span in spans(data, image_data=image_data):
        if image_data or span.type not in IMAGE_DATA:
            yield Chunk(span.type, data[span.start + 8 : span.end - 4])


def header(data: Buffer) -> tuple[int, int, int, int]:
    """(width, height, bits per channel, channels) from IHDR.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    first = next(chunks(data))
    width, height, bits, colour = struct.unpack(">IIBB", first.data[:10])
    return width, height, bits, _CHANNELS.get(colour, 0)


def is_animated(data: Buffer) -> bool:
    """True when an animation control chunk stands before the image data (APNG)."""
    for span in spans(data, image_data=False):
        if span.type == b"acTL":
            return True
        if span.type == b"IDAT":
            return False
    return False


def texts(data: Buffer) -> list[Text]:
    """Every text chunk, decompressed within bounds; an unreadable one, or one beyond the bounds, is left out."""
    found, room = [], _MAX_TEXT
    for chunk in chunks(data, image_data=False):
        text = _text(chunk, room)
        if text is not None:
            found.append(text)
            room -= len(text.text)
    return found


def _text(chunk: Chunk, room: int) -> Text | None:
    if chunk.type not in {b"tEXt", b"zTXt", b"iTXt"} or b"\0" not in chunk.data[:80]:
        return None
    keyword, _, rest = chunk.data.partition(b"\0")
    if chunk.type == b"tEXt":
        return Text(keyword, rest, "tEXt")
    if chunk.type == b"zTXt":
        compressed, body = True, rest[1:]
    else:
        compressed = rest[:1] == b"\1"
        parts = rest[2:].split(b"\0", 2)
        if len(parts) != 3:
            return None
        body = parts[2]
    if compressed:
        try:
            body = zlib.decompressobj().decompress(body, room) if room > 0 else b""
        except zlib.error:
            return None
    return Text(keyword, body, chunk.type.decode())


def xmp(data: Buffer) -> list[bytes]:
    """Every XMP packet."""
    return [text.text for text in texts(data) if text.keyword == XMP_KEYWORD]


def exif(data: Buffer) -> bytes | None:
    """The EXIF block, or None."""
    return next((one.data for one in chunks(data, image_data=False) if one.type == b"eXIf"), None)


def has_c2pa(data: Buffer) -> bool:
    """True when there is a C2PA chunk."""
    return any(span.type == b"caBX" for span in spans(data, image_data=False))


def is_xmp(chunk: Chunk) -> bool:
    """True for a text chunk that holds XMP, in whichever way."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and chunk.data.startswith(XMP_KEYWORD + b"\0")


def is_aigc_text(chunk: Chunk) -> bool:
    """True for a text chunk whose keyword contains AIGC (TC260-PG-20259A Annex B)."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and b"AIGC" in chunk.data.partition(b"\0")[0].upper()


def is_raw_profile(chunk: Chunk) -> bool:
    """True for EXIF, XMP or a colour profile in hexadecimal text, as ImageMagick writes them."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and chunk.data.startswith(b"Raw profile type")


def xmp_chunk(packet: bytes) -> Chunk:
    """The chunk that carries a packet, uncompressed."""
    return Chunk(b"iTXt", XMP_KEYWORD + b"\0\0\0\0\0" + packet)


def assemble(parts: list[Chunk]) -> bytes:
    """A file from its chunks."""
    return SIGNATURE + b"".join(part.encoded() for part in parts)


def inject(data: Buffer, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP; see pieces."""
    return joined(data, pieces(data, packet))


def pieces(data: Buffer, packet: bytes) -> list[Piece]:
    """What the same file with `packet` as its only XMP and label consists of; other chunks unchanged.

    The packet stands uncompressed before image data and frame controls; a label in another text chunk or in EXIF goes.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    ours = xmp_chunk(packet).encoded()
    out: list[Piece] = [SIGNATURE]
    placed = False
    for span in spans(data):
        if not placed and span.type in {b"fcTL", b"IDAT", b"IEND"}:
            out.append(ours)
            placed = True
        if span.type in {b"tEXt", b"zTXt", b"iTXt"}:
            chunk = Chunk(span.type, data[span.start + 8 : span.end - 4])
            if is_xmp(chunk) or is_aigc_text(chunk):
                continue
        if span.type == b"eXIf":
            clean = exif_block.without_label(data[span.start + 8 : span.end - 4])
            if clean is not None:
                out.append(Chunk(b"eXIf", clean).encoded())
                continue
        out.append((span.start, span.end))
    return out
