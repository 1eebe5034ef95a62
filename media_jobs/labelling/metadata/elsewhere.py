"""Labels in other places of a still make room for the one in its lawful place (GB 45438-2025 6.1 c).

Called only while a label is being written: no function here gives a file without one.
"""

from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.metadata.stills_read import iim

_KEY = b"ContentProducer"
_APP13 = 0xED


def moved_out(data: bytes, name: str) -> bytes:
    """The file without labels in EXIF texts, captions, comments and text chunks; XMP is the writer's matter.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    if _KEY not in data.replace(b"\0", b"") and name != "png":
        return data
    return {"jpeg": _jpeg, "png": _png, "webp": _webp}[name](data)


def _mentions(body: bytes) -> bool:
    return _KEY in body.replace(b"\0", b"")


def _jpeg(data: bytes) -> bytes:
    out, position = bytearray(), 0
    for segment in jpeg.segments(data):
        body = segment.payload
        if segment.marker == jpeg.COM and _mentions(body):
            fresh = b""
        elif segment.marker == jpeg.APP1 and body.startswith(jpeg.EXIF_ID) and _mentions(body):
            fresh = jpeg.EXIF_ID + _blanked(body[len(jpeg.EXIF_ID) :])
        elif segment.marker == _APP13 and _mentions(body):
            fresh = body
            for _, text in iim.texts(body):
                fresh = fresh.replace(text, b" " * len(text)) if _mentions(text) else fresh
        else:
            continue
        out += data[position : segment.start]
        if fresh:
            out += data[segment.end - len(body) - 4 : segment.end - len(body)] + fresh
        position = segment.end
    return bytes(out + data[position:])


def _blanked(block: bytes) -> bytes:
    """The EXIF block with label texts turned to zeros: every other byte stays where offsets point."""
    out = bytearray(block)
    for entry in Exif(block).entries:
        if _mentions(block[entry.start : entry.start + entry.length]):
            out[entry.start : entry.start + entry.length] = bytes(entry.length)
    return bytes(out)


def _png(data: bytes) -> bytes:
    parts, changed = [], False
    for chunk in png.chunks(data):
        if chunk.type == b"eXIf" and _mentions(chunk.data):
            parts.append(png.Chunk(b"eXIf", _blanked(chunk.data)))
        elif not png.is_xmp(chunk) and _is_label_text(chunk):
            changed = True
            continue
        else:
            parts.append(chunk)
            continue
        changed = True
    return png.assemble(parts) if changed else data


def _is_label_text(chunk: png.Chunk) -> bool:
    """A text chunk named AIGC, or one whose text, unpacked, holds a label; hexadecimal profiles too."""
    if chunk.type not in {b"tEXt", b"zTXt", b"iTXt"}:
        return False
    if png.is_aigc_text(chunk):
        return True
    text = next((text.text for text in png.texts(png.SIGNATURE + _alone(chunk))), b"")
    if png.is_raw_profile(chunk):
        text = text.replace(b"\n", b"").lower()
        return _KEY.hex().encode() in text
    return _mentions(text)


def _alone(chunk: png.Chunk) -> bytes:
    """The chunk between a header and an end, as png.texts expects a file."""
    return png.Chunk(b"IHDR", bytes(13)).encoded() + chunk.encoded() + png.Chunk(b"IEND", b"").encoded()


def _webp(data: bytes) -> bytes:
    parts, changed = [], False
    for chunk in webp.chunks(data):
        fresh = chunk
        if chunk.type == b"EXIF" and _mentions(chunk.data):
            prefix = b"Exif\0\0" if chunk.data.startswith(b"Exif\0\0") else b""
            fresh = webp.Chunk(b"EXIF", prefix + _blanked(chunk.data[len(prefix) :]))
            changed = True
        parts.append(fresh)
    body = b"".join(part.encoded() for part in parts)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body if changed else data
