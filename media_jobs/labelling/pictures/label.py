"""Label one picture: decode, draw, encode in the same container; animations and pages each have a module."""

from pathlib import Path
from typing import Any

from PIL import Image

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.pictures import (
    decode,
    described,
    encode,
    gif,
    headers,
    marking,
    moving,
    pages,
    palette,
    untouched,
)
from media_jobs.labelling.pictures.turning import Pixels
from media_jobs.labelling.wish import Wish


def put(source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, Any]:
    """See Labeller.put: the picture with the label drawn into it, in the same container.

    ICC profile and what EXIF and XMP say about the picture stay; positions, owners, serial numbers, names of depicted
    people, maker notes and previews go. Every frame of an animation and every page carries the label.

    Returns:
        text, lines, english, theme, panorama, corner, faces, faces_avoided, faces_covered, box, capitals_box,
        ink_boxes (left, top, right, bottom as seen), ink_height, required_height, font_size, shortest_side (px),
        contrast, plate, plate_colour, text_colour, illegible, orientation, width, height (stored), mode, bits,
        lossless, frames, pages, notes; of a TIFF file also page_labels: the same of each page. With wish.explicit
        False only text "", illegible False, orientation, width, height, bits, lossless, frames, pages, notes.

    Raises:
        MediaError: see decode.decode; media.metadata_too_large, label.*.
    """
    name = container.name
    data = source.read_bytes()
    header = headers.header_of(data, name)
    headers.check_size(header)
    notes: list[str] = []
    base = {
        "bits": header.bits,
        "frames": header.frames,
        "pages": header.pages,
        "lossless": encode.is_lossless(data, name),
        "notes": notes,
    }
    if not wish.explicit:
        return {**untouched.put(source, target, data=data, name=name, header=header, notes=notes), **base}
    headers.check_faithful(header, name)
    if name == "tiff":
        return {**base, **pages.put(data, target, wish, notes)}
    if name == "gif":
        return {**base, **gif.put(source, data, target, wish, notes)}
    if header.animated:
        return {**base, **moving.put(data, target, name, wish, notes)}
    return {**base, **_still(data, target, name, wish, notes)}


def _still(data: bytes, target: Path, name: str, wish: Wish, notes: list[str]) -> dict[str, Any]:
    decoded = decode.decode(data, name)
    packet = described.packet(data, name, decoded.info, notes)
    pixels, told = _drawn(decoded, wish, notes)
    encode.write(target, pixels, data, decoded, packet)
    mode = pixels.mode if isinstance(pixels, Image.Image) else decoded.mode
    return {**told, "mode": mode}


def _drawn(decoded: decode.Decoded, wish: Wish, notes: list[str]) -> tuple[Pixels, dict[str, Any]]:
    """The picture with the label, in a mode that could be drawn on without loss, and the report about the label."""
    pixels = decoded.pixels
    size = (decoded.header.width, decoded.header.height)
    mark = marking.planned(size, decoded.orientation, wish, lambda: [marking.glance(pixels)])
    if isinstance(pixels, Image.Image) and pixels.mode == "P" and decoded.container == "png":
        label = marking.solid(mark, pixels.crop(mark.box).convert("RGBA"))
        kept = palette.on_image(pixels, palette.Patch(label))
        if kept is not None:
            return kept, marking.told(mark, label.scheme, label.contrast, wish, size)
    if isinstance(pixels, Image.Image):
        pixels = drawable(pixels, notes)
    drawn = marking.stamp(pixels, mark)
    return pixels, marking.told(mark, drawn.scheme, drawn.contrast, wish, size)


def drawable(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture in a mode that can be drawn on without loss; the same object where it is in one already.

    Raises:
        MediaError: media.unsupported_depth.
    """
    transparent = image.has_transparency_data
    if image.mode in {"P", "PA"}:
        notes.append("palette_to_rgb")
        return image.convert("RGBA" if transparent else "RGB")
    if image.mode == "1":
        notes.append("bilevel_to_grey")
        return image.convert("L")
    if transparent and image.mode in {"L", "RGB"}:
        notes.append("colour_key_to_alpha")
        return image.convert("LA" if image.mode == "L" else "RGBA")
    if transparent and image.mode == "I;16":
        raise media_error("media.unsupported_depth", bits=16)
    return image
