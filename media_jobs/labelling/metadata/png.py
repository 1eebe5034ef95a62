"""PNG: walk the chunks with their checksums, read and replace the XMP packet in an uncompressed iTXt before IDAT."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp"
_MAX_TEXT = 8 * 1024 * 1024  # decompressed text beyond this, in all chunks together, is a bomb
_MAX_CHUNKS = 100_000  # 50 MB of image data in the smallest usual pieces make 6,400
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


def chunks(data: bytes) -> Iterator[Chunk]:
    """Every chunk from IHDR to IEND; what follows IEND is no part of the image.

    Raises:
        MediaError: media.truncated, media.damaged (a wrong checksum or order, or more chunks than any writer makes).
    """
    position, first = len(SIGNATURE), True
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise media_error("media.truncated")
        length = int.from_bytes(data[position : position + 4], "big")
        end = position + 12 + length
        if end > len(data):
            raise media_error("media.truncated")
        body = memoryview(data)[position + 4 : end - 4]
        if zlib.crc32(body) != int.from_bytes(data[end - 4 : end], "big"):
            raise media_error("media.damaged", what="PNG checksum")
        chunk = Chunk(bytes(body[:4]), bytes(body[4:]))
        if first and (chunk.type != b"IHDR" or length != 13):
            raise media_error("media.damaged", what="PNG header")
        first = False
        yield chunk
        if chunk.type == b"IEND":
            return
        position = end
    raise media_error("media.damaged", what="PNG chunks")


def header(data: bytes) -> tuple[int, int, int, int]:
    """(width, height, bits per channel, channels) from IHDR.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    first = next(chunks(data))
    width, height, bits, colour = struct.unpack(">IIBB", first.data[:10])
    return width, height, bits, _CHANNELS.get(colour, 0)


def is_animated(data: bytes) -> bool:
    """True when an animation control chunk stands before the image data (APNG)."""
    for chunk in chunks(data):
        if chunk.type == b"acTL":
            return True
        if chunk.type == b"IDAT":
            return False
    return False


def texts(data: bytes) -> list[Text]:
    """Every text chunk, decompressed within bounds; an unreadable one, or one beyond the bounds, is left out."""
    found, room = [], _MAX_TEXT
    for chunk in chunks(data):
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


def xmp(data: bytes) -> list[bytes]:
    """Every XMP packet."""
    return [text.text for text in texts(data) if text.keyword == XMP_KEYWORD]


def exif(data: bytes) -> bytes | None:
    """The EXIF block, or None."""
    return next((chunk.data for chunk in chunks(data) if chunk.type == b"eXIf"), None)


def has_c2pa(data: bytes) -> bool:
    """True when there is a C2PA chunk."""
    return any(chunk.type == b"caBX" for chunk in chunks(data))


def is_xmp(chunk: Chunk) -> bool:
    """True for a text chunk that holds XMP, in whichever way."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and chunk.data.startswith(XMP_KEYWORD + b"\0")


def is_aigc_text(chunk: Chunk) -> bool:
    """True for a text chunk whose keyword contains AIGC (TC260-PG-20259A Annex B)."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and b"AIGC" in chunk.data.partition(b"\0")[0].upper()


def is_raw_profile(chunk: Chunk) -> bool:
    """True for EXIF, XMP or a colour profile in hexadecimal text, as ImageMagick writes them."""
    return chunk.type in {b"tEXt", b"zTXt", b"iTXt"} and chunk.data.startswith(b"Raw profile type")


def assemble(parts: list[Chunk]) -> bytes:
    """A file from its chunks."""
    return SIGNATURE + b"".join(part.encoded() for part in parts)


def inject(data: bytes, packet: bytes) -> bytes:
    """The same file with `packet` as its only XMP, uncompressed, before the image data; other chunks unchanged.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    ours = Chunk(b"iTXt", XMP_KEYWORD + b"\0\0\0\0\0" + packet)
    out = [chunk for chunk in chunks(data) if not is_xmp(chunk)]
    place = next((index for index, chunk in enumerate(out) if chunk.type == b"IDAT"), len(out) - 1)
    return assemble([*out[:place], ours, *out[place:]])
