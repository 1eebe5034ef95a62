"""A picture without an explicit label (Labelling Measures Art. 9): no pixel is decoded, private metadata still go."""

import re
from pathlib import Path
from typing import Any

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import buffer, exif, gif, jpeg, png, tiff, webp
from media_jobs.labelling.metadata.buffer import Piece
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.metadata.tiff import Tiff
from media_jobs.labelling.pictures import described, encode, heif_items, pages
from media_jobs.labelling.pictures.headers import Header
from media_jobs.labelling.pictures.tiff_file import Row, Writer, kept_exif, kept_rows

_PNG_PICTURE = {b"IHDR", b"PLTE", b"tRNS", b"bKGD", b"sBIT", b"hIST", b"sPLT", b"acTL", b"fcTL", *png.IMAGE_DATA}
_WEBP_PICTURE = {b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"}
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_APP2, _APP14 = 0xE2, 0xEE
# Shape of a TIFF page: everything that decides how its parts become pixels.
_TIFF_PICTURE = {256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 322, 323, 338, 339, 347, 529, 530,
                 531, 532}  # fmt: skip


def put(source: Path, target: Path, *, data: bytes, name: str, header: Header, notes: list[str]) -> dict[str, Any]:
    """Write the file with its picture byte for byte, and the metadata that a released file may carry.

    Raises:
        MediaError: media.truncated, media.damaged, media.unsupported_mode.
    """
    orientation = 1
    if name == "tiff":
        view = Tiff(data)
        orientation = pages.orientation_of(view, view.pages[0])
        _tiff(data, target, notes)
    elif name in {"heic", "avif"}:
        target.write_bytes(heif_items.cleaned(data))
    else:
        if name != "gif":
            block = {"jpeg": jpeg, "png": png, "webp": webp}[name].exif(data)
            orientation = 1 if block is None else Exif(block).orientation
        make = {"jpeg": _jpeg, "png": _png, "webp": _webp, "gif": _gif}[name]
        buffer.write(target, source, make(data, notes))
    return {
        "text": "",
        "illegible": False,
        "orientation": orientation,
        "width": header.width,
        "height": header.height,
    }


def _jpeg(data: bytes, notes: list[str]) -> list[Piece]:
    """Tables, frames and scans up to the first end marker: what follows is another picture."""
    out: list[Piece] = [b"\xff\xd8"]
    packet = described.packet(data, "jpeg", {}, notes)
    scans = 2
    for segment in jpeg.segments(data):
        scans = segment.end
        if segment.marker == jpeg.APP1:
            if segment.payload.startswith(jpeg.EXIF_ID):
                block = exif.cleaned(segment.payload[len(jpeg.EXIF_ID) :])
                out.append(jpeg.encoded(jpeg.APP1, jpeg.EXIF_ID + block) if block else b"")
            continue
        profile = segment.marker == _APP2 and segment.payload.startswith(b"ICC_PROFILE\0")
        application = 0xE0 <= segment.marker <= 0xEF
        if application and not (profile or segment.marker in {jpeg.APP0, _APP14}):
            continue
        if segment.marker == jpeg.APP0 and not segment.payload.startswith(b"JFIF\0"):
            continue  # JFXX holds a thumbnail
        if not jpeg.is_label_comment(segment):
            out.append((segment.start, segment.end))
    if packet is not None:
        out.insert(1, jpeg.encoded(jpeg.APP1, jpeg.XMP_ID + packet))
    return [*out, (scans, _end_of_image(data, scans))]


def _end_of_image(data: bytes, at: int) -> int:
    """The byte after the end marker that closes the scans from `at` on.

    Raises:
        MediaError: media.truncated.
    """
    while found := _MARKER.search(data, at):
        at = found.end()
        if data[at - 1] == jpeg.EOI:
            return at
        at += int.from_bytes(data[at : at + 2], "big")
    raise media_error("media.truncated")


def _png(data: bytes, notes: list[str]) -> list[Piece]:
    block = png.exif(data)
    kept = encode.png_kept(data, b"" if block is None else exif.cleaned(block))
    packet = described.packet(data, "png", {}, notes)
    if packet is not None:
        kept.append(png.xmp_chunk(packet))
    spans = [span for span in png.spans(data) if span.type in _PNG_PICTURE]
    out: list[Piece] = [png.SIGNATURE, (spans[0].start, spans[0].end), *(chunk.encoded() for chunk in kept)]
    return [*out, *((span.start, span.end) for span in spans[1:]), png.Chunk(b"IEND", b"").encoded()]


def _webp(data: bytes, notes: list[str]) -> list[Piece]:
    width, height, channels, animated = webp.header(data)
    packet = described.packet(data, "webp", {}, notes)
    block = webp.exif(data)
    block = b"" if block is None else exif.cleaned(block)
    spans = [span for span in webp.spans(data) if span.type in _WEBP_PICTURE]
    profile = any(span.type == b"ICCP" for span in spans)
    flags = (0x20 * profile) | (0x10 * (channels == 4)) | (0x08 * bool(block)) | (0x04 * bool(packet)) | 0x02 * animated
    body: list[Piece] = []
    if flags or any(span.type == b"VP8X" for span in webp.spans(data)):
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body.append(webp.Chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides).encoded())
    for span in spans:
        body += [(span.start - 8, span.end), b"\0" * ((span.end - span.start) % 2)]
    if block:
        body.append(webp.Chunk(b"EXIF", block).encoded())
    if packet:
        body.append(webp.Chunk(b"XMP ", packet).encoded())
    size = sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in body)
    return [b"RIFF" + (size + 4).to_bytes(4, "little") + b"WEBP", *body]


def _gif(data: bytes, notes: list[str]) -> list[Piece]:
    first = next((gif.packet_of(data, b) for b in gif.blocks(data) if b.application == gif.XMP_APPLICATION), None)
    return gif.pieces(data, None if first is None else described.released(first, notes))


def _tiff(data: bytes, target: Path, notes: list[str]) -> None:
    view = Tiff(data)
    with target.open("wb") as file:
        writer = Writer(file, little=view.little)
        for page in view.pages:
            if page.fields.keys() & {513, 514, 519, 520, 521}:
                raise media_error("media.unsupported_mode", mode="TIFF: old JPEG")
            rows = [
                Row(tag, field.kind, field.count, bytes(data[field.start : field.end]))
                for tag, field in page.fields.items()
                if tag in _TIFF_PICTURE
            ]
            parts = (data[start:end] for start, end in view.raster(page))
            writer.page(
                [*rows, *kept_rows(view, page, notes)],
                parts,
                tiles=tiff.TILES in page.fields,
                sub=kept_exif(view, page),
            )
        writer.close()
