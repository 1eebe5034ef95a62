"""Turn bytes into pixels: the size is checked before anything is unpacked, and every decoder error gets a name."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.metadata.exif import Exif

MAX_PIXELS = 100_000_000
MAX_SIDE = 16_383  # WebP's limit, kept for all: a result can always be saved as any of the three
MIN_SIDE = 32  # below, no character of the label can be told from another

# The transposition that shows a stored picture upright, by EXIF orientation, and the one that undoes it.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BACK = {**UPRIGHT, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def turned(image: Image.Image) -> Image.Image:
    """The picture upright, by the EXIF block of its file alone.

    Pillow's own exif_transpose also believes XMP and text chunks, which no browser does; whoever shows a picture here
    has to see it as the label's writer did.
    """
    block = bytes(image.info.get("exif") or b"").removeprefix(jpeg.EXIF_ID)
    orientation = Exif(block).orientation
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image.copy()


@dataclass(frozen=True)
class Header:
    """What the container says before anything is decoded.

    Attributes:
        width, height: pixels as stored.
        bits: per channel.
        channels: as stored (a palette counts 1).
        animated: more than one frame.
    """

    width: int
    height: int
    bits: int
    channels: int
    animated: bool


def header_of(data: bytes, container: str) -> Header:
    """Size, depth and animation from the container's own fields, without decoding.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    if container == "jpeg":
        width, height, bits, channels = jpeg.frame(data)
        return Header(width, height, bits, channels, animated=False)
    if container == "png":
        width, height, bits, channels = png.header(data)
        return Header(width, height, bits, channels, animated=png.is_animated(data))
    width, height, channels, animated = webp.header(data)
    return Header(width, height, 8, channels, animated=animated)


@dataclass(frozen=True)
class Decoded:
    """A decoded still picture.

    Attributes:
        image: fully loaded, as stored (not yet turned upright).
        container: "jpeg", "png" or "webp".
        header: what the container said.
        exif: raw EXIF block or None.
        orientation: 1 to 8.
    """

    image: Image.Image
    container: str
    header: Header
    exif: bytes | None
    orientation: int


def decode(
    data: bytes, container: str, *, max_pixels: int = MAX_PIXELS, max_side: int = MAX_SIDE, strict: bool = True
) -> Decoded:
    """Decode one still JPEG, PNG or WebP completely.

    Args:
        data: the file.
        container: "jpeg", "png" or "webp" (containers.recognise).
        max_pixels: width × height at most.
        max_side: width and height at most, pixels.
        strict: also refuse what cannot be labelled faithfully (CMYK, 16 bits per colour channel, tiny).

    Raises:
        MediaError: media.truncated, media.damaged,
            media.too_large, media.animated; when strict also media.cmyk, media.unsupported_depth, media.too_small,
            media.unsupported_mode.
    """
    header = header_of(data, container)
    _check_size(header, max_pixels=max_pixels, max_side=max_side)
    if header.animated:
        raise media_error("media.animated")
    if strict:
        _check_faithful(header, container)
    _check_complete(data, container)
    image = _load(data, container)
    if image.size != (header.width, header.height):
        raise media_error("media.damaged", what="size")
    if strict and image.mode not in {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"}:
        raise media_error("media.unsupported_mode", mode=image.mode)
    module = {"jpeg": jpeg, "png": png, "webp": webp}[container]
    block = module.exif(data)
    return Decoded(image, container, header, block, 1 if block is None else Exif(block).orientation)


def _check_size(header: Header, *, max_pixels: int, max_side: int) -> None:
    if header.width < 1 or header.height < 1:
        raise media_error("media.damaged", what="size")
    if header.width * header.height > max_pixels or max(header.width, header.height) > max_side:
        raise media_error(
            "media.too_large",
            width=header.width,
            height=header.height,
            max_side=max_side,
            max_megapixels=max_pixels // 1_000_000,
        )


def _check_faithful(header: Header, container: str) -> None:
    if container == "jpeg" and header.channels == 4:
        raise media_error("media.cmyk")
    if container == "jpeg" and header.bits != 8:
        raise media_error("media.unsupported_mode", mode=f"{header.bits}-bit JPEG")
    if header.bits == 16 and header.channels > 1:
        raise media_error("media.unsupported_depth")
    if min(header.width, header.height) < MIN_SIDE:
        raise media_error("media.too_small", width=header.width, height=header.height, min_side=MIN_SIDE)


def _check_complete(data: bytes, container: str) -> None:
    """Walk the whole container: PNG and WebP decoders forgive a missing end that a reader should be told about."""
    if container == "png":
        if not any(chunk.type == b"IDAT" for chunk in png.chunks(data)):
            raise media_error("media.damaged", what="no image data")
    elif container == "webp":
        for _ in webp.chunks(data):
            continue


def _load(data: bytes, container: str) -> Image.Image:
    """Let Pillow decode; only the plug-in of the container that was recognised may try."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size was checked; harmless oddities of EXIF are not the user's matter
            image = Image.open(io.BytesIO(data), formats=[container.upper()])
            image.load()
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
    except (SyntaxError, IndexError, KeyError, TypeError, OverflowError, struct.error, zlib.error):
        raise media_error("media.damaged", what="image data") from None
    return image
