"""PNG from IHDR to IEND with checksums: tEXt, zTXt, iTXt, EXIF, ImageMagick's raw profiles, C2PA (TC260-PG-20259A)."""

import re
import zlib

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.png import SIGNATURE, XMP_KEYWORD
from media_jobs.labelling.metadata.stills_read.gathered import MAX_TEXT, Gathered
from media_jobs.labelling.metadata.stills_read.window import BLOCK, Window

_MAX_CHUNKS = 100_000  # 50 MB of image data in the smallest usual pieces make 6,400
_MAX_CHECKED = 512 * 1024 * 1024  # bytes whose checksum is computed; beyond, only lengths are believed
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}


def gather(window: Window, gathered: Gathered) -> None:
    """Walk the file; what was found before damage stays in `gathered`.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    position, unpacked, unchecked = len(SIGNATURE), MAX_TEXT, _MAX_CHECKED
    late = False  # behind image data
    for number in range(_MAX_CHUNKS):
        head = window.at(position, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        end = position + 12 + length
        if len(head) < 8 or end > window.size:
            raise media_error("media.truncated")
        if number == 0 and (kind != b"IHDR" or length != 13):
            raise media_error("media.damaged", what="PNG header")
        wanted = kind in _TEXTS or kind == b"eXIf"
        body = window.at(position + 8, length) if wanted and length <= MAX_TEXT else b""
        if unchecked >= length:
            unchecked -= length
            if _checksum(window, position + 4, length + 4) != int.from_bytes(window.at(end - 4, 4), "big"):
                raise media_error("media.damaged", what="PNG checksum")
        if kind in _TEXTS:
            unpacked -= _text(kind, body, unpacked, gathered, late=late)
        elif kind == b"eXIf":
            gathered.block("exif", body)
        elif kind == b"IDAT":
            late = True
        elif kind == b"caBX":
            gathered.c2pa = True
        elif kind == b"IEND":
            gathered.end = end
            return
        position = end
    raise media_error("media.damaged", what="PNG chunks")


def _checksum(window: Window, start: int, length: int) -> int:
    if length <= BLOCK:
        return zlib.crc32(window.at(start, length))
    value = 0
    for _, block in window.blocks(start, start + length):
        value = zlib.crc32(block, value)
    return value


def _text(kind: bytes, body: bytes, room: int, gathered: Gathered, *, late: bool) -> int:
    """Sort one text chunk in; the number of bytes it unpacked to."""
    keyword, found, rest = body.partition(b"\0")
    if not found or len(keyword) > 79:
        return 0
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        parts = rest[2:].split(b"\0", 2)
        if len(parts) != 3:
            return 0
        rest = parts[2]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, room) if room > 0 else b""
        except zlib.error:
            return 0
    name = kind.decode().lower()
    if keyword == XMP_KEYWORD:
        place = f"png.{name}.xmp"
        count = sum(known.startswith(place) for known, *_ in gathered.packets)
        form = "compressed" if packed else "behind the image data" if late else ""
        gathered.packet(place + (f".{count + 1}" if count else ""), rest, form)
    elif keyword.startswith(b"Raw profile type"):
        _raw_profile(name, keyword, rest, gathered)
    else:
        gathered.text(f"png.{name}.{keyword.decode('latin-1')}", rest)
    return len(rest) if packed else 0


def _raw_profile(name: str, keyword: bytes, text: bytes, gathered: Gathered) -> None:
    """EXIF or XMP in hexadecimal, after a line with its name and one with its length."""
    try:
        data = bytes.fromhex("".join(re.sub(rb"\s+", b" ", text[: 4 * 1024 * 1024]).decode("ascii").split(" ")[3:]))
    except (ValueError, UnicodeDecodeError):
        return
    kind = keyword.rpartition(b" ")[2].decode("latin-1")
    if b"Exif\0\0" in data[:6]:
        gathered.block(f"png.{name}.raw_profile.{kind}", data[6:])
    elif b"<" in data[:400] and (kind == "xmp" or b"xmpmeta" in data[:400] or b"rdf:RDF" in data[:400]):
        gathered.packet(f"png.{name}.raw_profile.{kind}", data[data.find(b"<") :])
    else:
        gathered.text(f"png.{name}.raw_profile.{kind}", data)
