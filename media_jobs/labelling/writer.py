"""Label one picture: decode, draw, encode in the same container, write the metadata, put it in place in one move."""

import contextlib
import hashlib
import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from media_jobs.labelling import containers, decode, digital_source, reader, visible
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, jpeg, png, webp, xmp
from media_jobs.labelling.visible.layout import LEGIBLE

JPEG_QUALITY = 95
LOCATIONS = {"jpeg": "jpeg.app1.xmp", "png": "png.itxt.xmp", "webp": "webp.xmp"}
# Chunks that describe the picture and stay true after drawing; all others belong to the old encoding or are unknown.
_PNG_KEPT = {
    b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"eXIf",
}  # fmt: skip


@dataclass
class _Work:
    """One picture on its way."""

    image: Image.Image
    notes: list[str] = field(default_factory=list)


def label_file(
    src: str | Path, dst: str | Path, *, label: AigcLabel, digital_source_type: str, text: str | None = None
) -> dict[str, object]:
    """Write `dst`: the picture of `src` with explicit label, AIGC metadata and IPTC source type.

    The container stays that of the content of `src`; ICC profile and what EXIF and XMP say about the picture stay;
    positions, owners, serial numbers, names of depicted people, maker notes and previews go. `dst` appears complete or
    not at all.

    Args:
        src: JPEG, PNG or WebP.
        dst: another path; replaced when it exists.
        label: seven valid values; an existing label of the same producer is replaced.
        digital_source_type: full IPTC address.
        text: label text, default "AI生成".

    Returns:
        text, lines, box, capitals_box, ink_boxes (left, top, right, bottom as seen), ink_height, required_height,
        font_size, shortest_side (px), contrast, plate, plate_colour, text_colour, illegible, container, mime, location,
        orientation, width, height (stored), mode, lossless, notes, sha256, source_sha256, size.

    Raises:
        MediaError: see decode.decode; media.foreign_label, media.output_is_input, media.cannot_write,
            media.metadata_too_large, label.*.
    """
    label.check()
    digital_source.checked(digital_source_type)
    source, target = Path(src), Path(dst)
    if target.exists() and source.exists() and target.samefile(source):
        raise media_error("media.output_is_input")
    data = reader.load(source)
    _refuse_foreign(data, label)
    decoded = decode.decode(data)
    work = _upright(decoded)
    drawn = visible.draw(work.image, text=text)
    stored = work.image
    if decoded.orientation in decode.BACK:
        stored = stored.transpose(decode.BACK[decoded.orientation])
    encoded = _encoded(stored, data, decoded, work.notes)
    packet = xmp.merged(
        _packet(data, decoded.container, work.notes), label_json=label.to_json(), source_type=digital_source_type
    )
    out = {"jpeg": jpeg, "png": png, "webp": webp}[decoded.container].inject(encoded, packet)
    _put(target, out)
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
        "container": decoded.container,
        "mime": containers.MIME[decoded.container],
        "location": LOCATIONS[decoded.container],
        "orientation": decoded.orientation,
        "width": stored.width,
        "height": stored.height,
        "mode": stored.mode,
        "lossless": _is_lossless(data, decoded.container),
        "notes": work.notes,
        "sha256": hashlib.sha256(out).hexdigest(),
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "size": len(out),
    }


def _refuse_foreign(data: bytes, label: AigcLabel) -> None:
    """Nobody replaces somebody else's label (Labelling Measures Art. 10); one that cannot be read counts as such."""
    found = reader.read_bytes(data)["labels"]
    for one in found if isinstance(found, list) else []:
        if one["values"].get("ContentProducer") != label.content_producer:
            raise media_error("media.foreign_label")


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
    """The source's own XMP packet, if it can be read."""
    packets = {"jpeg": jpeg, "png": png, "webp": webp}[container].xmp(data)
    if container == "jpeg" and packets:
        packets = packets[: len(packets) - len(jpeg.extended_xmp(data))]
    if packets and xmp.parsed(packets[0]) is None:
        notes.append("unreadable_xmp_replaced")
        return None
    return packets[0] if packets else None


def _put(target: Path, data: bytes) -> None:
    """Write beside the target and rename: nobody ever sees half a file.

    Raises:
        MediaError: media.cannot_write.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
    except OSError:
        raise media_error("media.cannot_write") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        raise media_error("media.cannot_write") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
