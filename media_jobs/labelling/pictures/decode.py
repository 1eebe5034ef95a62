"""Turn bytes into pixels: the size is checked before anything is unpacked, and every decoder error gets a name."""

import contextlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.pictures import headers, turning
from media_jobs.labelling.pictures.headers import MAX_PIXELS, MAX_SIDE, Header, header_of
from media_jobs.labelling.pictures.turning import Deep, Pixels

_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"}


def turned(image: Image.Image) -> Image.Image:
    """The picture upright, by the EXIF block of its file alone.

    Pillow's own exif_transpose also believes XMP and text chunks, which no browser does; whoever shows a picture here
    has to see it as the label's writer did.
    """
    block = bytes(image.info.get("exif") or b"").removeprefix(jpeg.EXIF_ID)
    orientation = Exif(block).orientation
    return image.transpose(turning.UPRIGHT[orientation]) if orientation in turning.UPRIGHT else image.copy()


@dataclass(frozen=True)
class Decoded:
    """A decoded still picture.

    Attributes:
        pixels: as stored, not yet turned upright: an image, or (height, width, 3 RGB or 4 RGBA) of 16 bits.
        container: "jpeg", "png", "webp", "gif" (its first frame), "avif" or "heic".
        header: what the container said.
        info: the decoder's: icc_profile, transparency, dpi, progressive, nclx_profile, ...
        exif: raw EXIF block or None.
        orientation: 1 to 8; 1 for HEIC, whose container has turned the pixels already.
    """

    pixels: Pixels
    container: str
    header: Header
    info: dict[Any, Any]
    exif: bytes | None
    orientation: int

    @property
    def mode(self) -> str:
        """Pillow's name; "RGB;16" and "RGBA;16" for 16 bits per colour."""
        if isinstance(self.pixels, Image.Image):
            return self.pixels.mode
        return f"{'RGBA'[: self.pixels.shape[2]]};16"

    @property
    def has_alpha(self) -> bool:
        """Some of it may be see-through."""
        if isinstance(self.pixels, Image.Image):
            return self.pixels.has_transparency_data
        return bool(self.pixels.shape[2] == 4)


def decode(
    data: bytes, container: str, *, max_pixels: int = MAX_PIXELS, max_side: int = MAX_SIDE, strict: bool = True
) -> Decoded:
    """Decode one still picture completely; of an animation its first frame.

    Args:
        data: the file.
        container: any picture's but "tiff" (pictures.pages).
        max_pixels: width × height at most.
        max_side: width and height at most, pixels.
        strict: also refuse what cannot be labelled faithfully (CMYK, tiny, ...).

    Raises:
        MediaError: media.truncated, media.damaged, media.too_large, media.too_many_frames, media.metadata_bomb; when
            strict also what headers.check_faithful raises, and media.unsupported_mode.
    """
    header = header_of(data, container)
    headers.check_size(header, max_pixels=max_pixels, max_side=max_side)
    if strict:
        headers.check_faithful(header, container)
    _check_complete(data, container)
    if container == "heic":
        return _heic(data, header)
    if container == "png" and header.bits == 16 and header.channels > 1:
        return _deep_png(data, header)
    image = _load(data, container)
    if image.size != (header.width, header.height):
        raise media_error("media.damaged", what="size")
    if strict and image.mode not in _MODES:
        raise media_error("media.unsupported_mode", mode=image.mode)
    block = exif_of(data, container, image.info)
    orientation = 1 if block is None else Exif(block).orientation
    return Decoded(image, container, header, dict(image.info), block, orientation)


def exif_of(data: bytes, container: str, info: dict[Any, Any]) -> bytes | None:
    """The EXIF block, or None; of an AVIF file the one whose orientation is the container's (irot, imir)."""
    if container in {"jpeg", "png", "webp"}:
        module = {"jpeg": jpeg, "png": png, "webp": webp}[container]
        block: bytes | None = module.exif(data)
        return block
    found = info.get("exif")
    return found.removeprefix(jpeg.EXIF_ID) if isinstance(found, bytes) and found else None


def _check_complete(data: bytes, container: str) -> None:
    """Walk the whole container: PNG and WebP decoders forgive a missing end that a reader should be told about."""
    if container == "png":
        if not any(span.type == b"IDAT" for span in png.spans(data)):
            raise media_error("media.damaged", what="no image data")
    elif container == "webp":
        for _ in webp.spans(data):
            continue


def _deep_png(data: bytes, header: Header) -> Decoded:
    """A PNG of 16 bits per colour channel, which Pillow would narrow to 8.

    Raises:
        MediaError: media.unsupported_depth (with a colour that stands for transparency), media.damaged.
    """
    import cv2

    texts = {chunk.type: chunk.data for chunk in png.chunks(data, image_data=False)}
    if b"tRNS" in texts:
        raise media_error("media.unsupported_depth", bits=16)
    # OpenCV unpacks colour profiles and texts on its own account; the picture alone is all it needs
    bare = png.assemble([c for c in png.chunks(data) if c.type in {b"IHDR", b"PLTE", b"IDAT", b"IEND"}])
    try:
        found = cv2.imdecode(np.frombuffer(bare, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        found = None
    if found is None or found.dtype != np.uint16 or found.ndim != 3 or found.shape[:2] != (header.height, header.width):
        raise media_error("media.damaged", what="image data")
    order = [2, 1, 0] if found.shape[2] == 3 else [2, 1, 0, 3]
    pixels: Deep = np.ascontiguousarray(found[:, :, order])
    with named(), Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        info = dict(image.info)
    block = png.exif(data)
    return Decoded(pixels, "png", header, info, block, 1 if block is None else Exif(block).orientation)


def _heic(data: bytes, header: Header) -> Decoded:
    """HEIC, 8 or 10 bits; libheif turns it as irot and imir say, and EXIF's orientation is without effect there."""
    first = headers.opened_heic(data)[0]
    with named():
        first.load()
        array = np.asarray(first)
    mode = str(first.mode)
    pixels: Pixels
    if array.dtype == np.uint16:
        pixels = (array if array.ndim == 3 else array[:, :, np.newaxis]).copy()
    else:
        pixels = Image.fromarray(np.ascontiguousarray(array))
    if mode.partition(";")[0] not in {"L", "RGB", "RGBA"} or turning.size_of(pixels) != (header.width, header.height):
        raise media_error("media.unsupported_mode", mode=mode)
    info = dict(first.info)
    block = info.get("exif")
    block = block.removeprefix(jpeg.EXIF_ID) if isinstance(block, bytes) and block else None
    return Decoded(pixels, "heic", header, info, block, 1)


@contextlib.contextmanager
def named() -> Iterator[None]:
    """Decoder errors as MediaError.

    Raises:
        MediaError: media.truncated, media.damaged, media.metadata_bomb.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size was checked; harmless oddities of EXIF are not the user's matter
            yield
    except Image.DecompressionBombError:
        raise media_error("media.damaged", what="size") from None
    except UnidentifiedImageError:
        raise media_error("media.damaged", what="header") from None
    except (OSError, EOFError) as error:
        if "truncated" in str(error):
            raise media_error("media.truncated") from None
        raise media_error("media.damaged", what="image data") from None
    except ValueError as error:
        # Pillow's ceilings on what texts and colour profiles of a PNG unpack to have no class of their own.
        unpacked = "Decompressed data too large" in str(error) or "text chunks" in str(error)
        if unpacked:
            raise media_error("media.metadata_bomb") from None
        raise media_error("media.damaged", what="image data") from None
    except (SyntaxError, IndexError, KeyError, TypeError, OverflowError, RuntimeError, struct.error, zlib.error):
        raise media_error("media.damaged", what="image data") from None


def _load(data: bytes, container: str) -> Image.Image:
    """Let Pillow decode; only the plug-in of the container that was recognised may try."""
    with named():
        image = Image.open(io.BytesIO(data), formats=[container.upper()])
        image.decodermaxblock = len(data)  # one call of the decoder, during which other threads run
        image.load()
    return image
