"""TIFF: the label on every page, 8 or 16 bits per channel, written anew without loss."""

import functools
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.tiff import Page, Tiff
from media_jobs.labelling.pictures import decode, headers, label, marking, turning
from media_jobs.labelling.pictures.tiff_file import Row, Writer, kept_exif, kept_rows
from media_jobs.labelling.pictures.turning import Deep, Pixels
from media_jobs.labelling.wish import Wish

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _ROWS, _PLANAR, _PREDICTOR, _EXTRA, _FORMAT = (
    256, 257, 258, 259, 262, 277, 278, 284, 317, 338, 339,
)  # fmt: skip
_ORIENTATION = 274
_NONE, _DEFLATE = 1, 8
_STRIP = 1 << 18  # bytes of pixels in a strip
_OLD_JPEG = 6


def put(data: bytes, target: Path, wish: Wish, notes: list[str]) -> dict[str, Any]:
    """See label.put.

    Raises:
        MediaError: media.damaged, media.truncated, media.unsupported_mode, media.unsupported_depth, media.cmyk,
            media.too_small, label.*.
    """
    view = Tiff(data)
    told: list[dict[str, Any]] = []
    decoder = Decoder(data)
    with target.open("wb") as file:
        writer = Writer(file, little=view.little)
        for number, page in enumerate(view.pages):
            pixels = page_pixels(decoder, view, page, number)
            orientation = orientation_of(view, page)
            if isinstance(pixels, Image.Image):
                pixels = label.drawable(pixels, notes)
            size = turning.size_of(pixels)
            if min(size) < headers.MIN_SIDE:
                raise media_error("media.too_small", width=size[0], height=size[1], min_side=headers.MIN_SIDE)
            mark = marking.planned(size, orientation, wish, functools.partial(_glances, pixels))
            drawn = marking.stamp(pixels, mark)
            told.append(marking.told(mark, drawn.scheme, drawn.contrast, wish, size) | {"mode": mode_of(pixels)})
            plain = next(iter(view.numbers(page, _COMPRESSION)), _NONE) == _NONE
            raster = pixels if isinstance(pixels, np.ndarray) else np.asarray(pixels)
            _written(writer, raster, kept_rows(view, page, notes), kept_exif(view, page), plain=plain)
        writer.close()
    return {**told[0], "page_labels": told}


def _glances(pixels: Pixels) -> list[Image.Image]:
    return [marking.glance(pixels)]


def mode_of(pixels: Pixels) -> str:
    return pixels.mode if isinstance(pixels, Image.Image) else f"{'RGBA'[: pixels.shape[2]]};16"


def orientation_of(view: Tiff, page: Page) -> int:
    """1 to 8."""
    value = next(iter(view.numbers(page, _ORIENTATION)), 1)
    return value if 1 <= value <= 8 else 1


class Decoder:
    """Pillow's view of a file, opened once: finding a page by its number from the start is slow in a thick file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._image: Image.Image | None = None

    def page(self, number: int) -> Image.Image:
        """One page, loaded and upright.

        Raises:
            MediaError: media.damaged, media.truncated.
        """
        with decode.named():
            if self._image is None:
                self._image = Image.open(io.BytesIO(self.data), formats=["TIFF"])
            self._image.seek(number)
            self._image.load()
            return self._image.copy()


def page_pixels(decoder: Decoder, view: Tiff, page: Page, number: int) -> Pixels:
    """One page decoded, as stored.

    Raises:
        MediaError: media.damaged, media.truncated, media.cmyk, media.unsupported_mode, media.unsupported_depth.
    """
    view.raster(page)
    bits, samples = view.numbers(page, _BITS) or [1], next(iter(view.numbers(page, _SAMPLES)), 1)
    if next(iter(view.numbers(page, _PHOTOMETRIC)), 0) == 5:
        raise media_error("media.cmyk")
    extra = view.numbers(page, _EXTRA)
    if next(iter(view.numbers(page, _COMPRESSION)), 1) == _OLD_JPEG or extra not in ([], [2]):
        raise media_error("media.unsupported_mode", mode="TIFF: old JPEG, or alpha that is multiplied already")
    if max(bits) > 16 or (samples > 1 and set(bits) not in ({8}, {16})) or max(view.numbers(page, _FORMAT) or [1]) > 1:
        raise media_error("media.unsupported_depth", bits=max(bits))
    if samples > 1 and max(bits) == 16:
        return _deep(decoder.data, view, page, number)
    # Pillow turns a page upright
    image = turning.image(decoder.page(number), turning.BACK.get(orientation_of(view, page)))
    if (image.width, image.height) != tuple(next(iter(view.numbers(page, tag)), 0) for tag in (_WIDTH, _HEIGHT)):
        raise media_error("media.damaged", what="size")
    if image.mode == "I;16B":
        image = Image.fromarray(np.asarray(image).astype(np.uint16))
    if image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
        raise media_error("media.unsupported_mode", mode=f"TIFF {image.mode}")
    return image


def _deep(data: bytes, view: Tiff, page: Page, number: int) -> Deep:
    """A page of 16 bits per colour, which Pillow would narrow to 8."""
    import cv2

    shape = tuple(next(iter(view.numbers(page, tag)), 0) for tag in (_HEIGHT, _WIDTH, _SAMPLES))
    planar, photometric = next(iter(view.numbers(page, _PLANAR)), 1), next(iter(view.numbers(page, _PHOTOMETRIC)), 2)
    if shape[2] not in {3, 4} or planar != 1 or photometric != 2:
        raise media_error("media.unsupported_depth", bits=16)
    try:
        done, found = cv2.imdecodemulti(
            np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED, None, (number, number + 1)
        )
    except cv2.error:
        done, found = False, ()
    if not done or len(found) != 1 or found[0].dtype != np.uint16 or found[0].shape != shape:
        raise media_error("media.damaged", what="image data")
    return np.ascontiguousarray(found[0][:, :, [2, 1, 0] if shape[2] == 3 else [2, 1, 0, 3]])


def _written(writer: Writer, raster: Any, kept: list[Row], sub: list[Row], *, plain: bool) -> None:
    """One page: its pixels in strips, uncompressed as the source's or deflated, and the fields that describe it."""
    raster = raster[:, :, np.newaxis] if raster.ndim == 2 else raster
    height, width, samples = raster.shape
    depth = raster.dtype.itemsize
    rows = max(1, _STRIP // (width * samples * depth))
    strips = (writer.packed_pixels(raster[at : at + rows], plain=plain) for at in range(0, height, rows))
    shape = [
        (_WIDTH, 4, [width]), (_HEIGHT, 4, [height]), (_BITS, 3, [8 * depth] * samples),
        (_COMPRESSION, 3, [_NONE if plain else _DEFLATE]), (_PHOTOMETRIC, 3, [1 if samples < 3 else 2]),
        (_SAMPLES, 3, [samples]), (_ROWS, 4, [rows]), (_PLANAR, 3, [1]), (_PREDICTOR, 3, [1 if plain else 2]),
    ]  # fmt: skip
    if samples in {2, 4}:
        shape.append((_EXTRA, 3, [2]))
    writer.page([*kept, *(writer.row(tag, kind, values) for tag, kind, values in shape)], strips, sub=sub)


def frames(data: bytes) -> Iterator[tuple[Pixels, int]]:
    """Every page, decoded, with its orientation.

    Raises:
        MediaError: see page_pixels.
    """
    view, decoder = Tiff(data), Decoder(data)
    for number, page in enumerate(view.pages):
        yield page_pixels(decoder, view, page, number), orientation_of(view, page)
