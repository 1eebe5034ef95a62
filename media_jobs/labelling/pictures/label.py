"""Label one picture: decode, draw, encode in the same container."""

import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from media_jobs.labelling import visible
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, jpeg, png, webp, xmp
from media_jobs.labelling.pictures import decode
from media_jobs.labelling.visible.layout import LEGIBLE
from media_jobs.labelling.wish import Wish

JPEG_QUALITY = 95
# Chunks that describe the picture and stay true after drawing; all others belong to the old encoding or are unknown.
_PNG_KEPT = {
    b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"eXIf",
}  # fmt: skip


@dataclass
class _Work:
    """One picture on its way."""

    image: Image.Image
    notes: list[str] = field(default_factory=list)


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, object]:
    """See Labeller.put: the picture with the label drawn into it, in the same container.

    ICC profile and what EXIF and XMP say about the picture stay; positions, owners, serial numbers, names of depicted
    people, maker notes and previews go.

    Returns:
        text, lines, box, capitals_box, ink_boxes (left, top, right, bottom as seen), ink_height, required_height,
        font_size, shortest_side (px), contrast, plate, plate_colour, text_colour, illegible, orientation, width,
        height (stored), mode, lossless, notes.

    Raises:
        MediaError: see decode.decode; media.metadata_too_large, label.*.
    """
    data = source.read_bytes()
    decoded = decode.decode(data, container.name)
    work = _upright(decoded)
    drawn = visible.draw(work.image, text=wish.text)
    stored = work.image
    if decoded.orientation in decode.BACK:
        stored = stored.transpose(decode.BACK[decoded.orientation])
    encoded = _encoded(stored, data, decoded, work.notes)
    packet = _packet(data, decoded.container, work.notes)
    if packet is not None:
        encoded = {"jpeg": jpeg, "png": png, "webp": webp}[decoded.container].inject(encoded, packet)
    target.write_bytes(encoded)
    plan = drawn.layout
    return {
        "text": "".join(plan.lines),
        "lines": list(plan.lines),
        "box": list(plan.plate),
        "capitals_box": None if plan.capitals is None else list(plan.capitals),
        "ink_boxes": [list(box) for box in plan.line_boxes],
        "ink_height": plan.ink_height,
        "required_height": plan.required,
        "font_size": plan.size,
        "shortest_side": min(stored.size),
        "contrast": drawn.contrast,
        "plate": drawn.scheme.name,
        "plate_colour": "#{:02x}{:02x}{:02x}".format(*drawn.scheme.plate),
        "text_colour": "#{:02x}{:02x}{:02x}".format(*drawn.scheme.text),
        "illegible": plan.ink_height < LEGIBLE,
        "orientation": decoded.orientation,
        "width": stored.width,
        "height": stored.height,
        "mode": stored.mode,
        "lossless": _is_lossless(data, decoded.container),
        "notes": work.notes,
    }


def _upright(decoded: decode.Decoded) -> _Work:
    """The picture as people see it, in a mode that can be drawn on without loss."""
    image = decoded.image
    work = _Work(image)
    transparent = image.has_transparency_data
    if image.mode in {"P", "PA"}:
        work.image = image.convert("RGBA" if transparent else "RGB")
        work.notes.append("palette_to_rgb")
    elif image.mode == "1":
        work.image = image.convert("L")
        work.notes.append("bilevel_to_grey")
    elif transparent and image.mode in {"L", "RGB"}:
        work.image = image.convert("LA" if image.mode == "L" else "RGBA")
        work.notes.append("colour_key_to_alpha")
    elif transparent and image.mode == "I;16":
        raise media_error("media.unsupported_depth")
    if decoded.orientation in decode.UPRIGHT:
        work.image = work.image.transpose(decode.UPRIGHT[decoded.orientation])
    elif work.image is image:
        work.image = image.copy()
    return work


def _is_lossless(data: bytes, container: str) -> bool:
    return container == "png" or (container == "webp" and webp.is_lossless(data))


def _encoded(image: Image.Image, data: bytes, decoded: decode.Decoded, notes: list[str]) -> bytes:
    """The picture in its own container, with the descriptive data that stays true."""
    buffer = io.BytesIO()
    info = decoded.image.info
    block = b"" if decoded.exif is None else exif.cleaned(decoded.exif)
    icc = info.get("icc_profile") or b""
    if decoded.container == "png":
        image.save(buffer, "PNG", compress_level=4)
        return _with_png_chunks(buffer.getvalue(), data, block)
    if decoded.container == "webp":
        lossless = _is_lossless(data, "webp")
        image.save(
            buffer,
            "WEBP",
            lossless=lossless,
            exact=True,
            quality=50 if lossless else 95,  # of a lossless file: the effort spent, not the picture
            method=2 if lossless else 4,
            icc_profile=icc,
            exif=block,
        )
        return buffer.getvalue()
    comment = info.get("comment") or b""
    if b"ContentProducer" in comment:
        comment = b""
    if len(jpeg.extended_xmp(data)):
        notes.append("extended_xmp_dropped")
    extra = {"dpi": info["dpi"]} if "dpi" in info else {}
    image.save(
        buffer,
        "JPEG",
        quality=JPEG_QUALITY,
        subsampling=0,
        optimize=True,
        progressive=bool(info.get("progressive")),
        icc_profile=icc,
        exif=jpeg.EXIF_ID + block if block else b"",
        comment=comment,
        **extra,
    )
    return buffer.getvalue()


def _with_png_chunks(encoded: bytes, source: bytes, block: bytes) -> bytes:
    """The new image data between the old file's descriptive chunks."""
    fresh = [part for part in png.chunks(encoded) if part.type in {b"IHDR", b"IDAT", b"IEND"}]
    kept = []
    for part in png.chunks(source):
        if part.type not in _PNG_KEPT or png.is_xmp(part) or png.is_aigc_text(part) or png.is_raw_profile(part):
            continue
        if part.type != b"eXIf":
            kept.append(part)
        elif block:
            kept.append(png.Chunk(b"eXIf", block))
    return png.assemble([fresh[0], *kept, *fresh[1:]])


def _packet(data: bytes, container: str, notes: list[str]) -> bytes | None:
    """The source's own XMP packet without what may not be released, if it can be read."""
    packets = {"jpeg": jpeg, "png": png, "webp": webp}[container].xmp(data)
    if container == "jpeg" and packets:
        packets = packets[: len(packets) - len(jpeg.extended_xmp(data))]
    if packets and xmp.parsed(packets[0]) is None:
        notes.append("unreadable_xmp_replaced")
        return None
    return xmp.cleaned(packets[0]) if packets else None
