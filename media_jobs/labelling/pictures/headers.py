"""What a picture's container says of it before anything is decoded."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import gif, jpeg, png, tiff, webp

MAX_PIXELS = 100_000_000
MAX_SIDE = 16_383  # WebP's limit, kept for all: a result can always be saved as any of them
MIN_SIDE = 32  # below, no character of the label can be told from another
MAX_FRAMES = 4000
MAX_MOVING_PIXELS = 2_000_000_000  # of all frames together: what can be decoded within a child's time


@dataclass(frozen=True)
class Header:
    """Size, depth and number of pictures.

    Attributes:
        width, height: pixels as stored (HEIC: as turned by the container).
        bits: per channel.
        channels: as stored (a palette counts 1).
        frames: of an animation; 1 for a still picture.
        pages: of a TIFF file.
    """

    width: int
    height: int
    bits: int
    channels: int
    frames: int = 1
    pages: int = 1

    @property
    def animated(self) -> bool:
        """More than one frame."""
        return self.frames > 1


def header_of(data: bytes, container: str) -> Header:
    """The header by the container's own fields.

    Raises:
        MediaError: media.truncated, media.damaged, media.sequence.
    """
    if container == "jpeg":
        return Header(*jpeg.frame(data))
    if container == "png":
        return Header(*png.header(data), frames=_png_frames(data))
    if container == "webp":
        width, height, channels, animated = webp.header(data)
        frames = sum(span.type == b"ANMF" for span in webp.spans(data)) if animated else 1
        return Header(width, height, 8, channels, frames=max(1, frames))
    if container == "gif":
        frames = sum(block.kind == "image" for block in gif.blocks(data))
        if not frames:
            raise media_error("media.damaged", what="no image data")
        width, height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
        return Header(width, height, 8, 1, frames=frames)
    if container == "tiff":
        return _tiff(data)
    return _avif(data) if container == "avif" else _heic(data)


def _png_frames(data: bytes) -> int:
    """Frames of an APNG, with a first picture that is none of them counted too; 1 for a still.

    An acTL after the image data, or none at all, makes no animation.
    """
    if not png.is_animated(data):
        return 1
    kinds = [span.type for span in png.spans(data, image_data=False)]
    controls = kinds.count(b"fcTL")
    apart = b"fcTL" not in kinds[: kinds.index(b"IDAT")] if b"IDAT" in kinds else False
    return max(1, controls + apart)


def _tiff(data: bytes) -> Header:
    view = tiff.Tiff(data)
    sizes = []
    for page in view.pages:
        width, height = (next(iter(view.numbers(page, tag)), 0) for tag in (256, 257))
        sizes.append((width, height))
    first = view.pages[0]
    bits = max(view.numbers(first, 258) or [1])
    channels = next(iter(view.numbers(first, 277)), 1)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    least = min(min(size) for size in sizes)
    if least < 1:
        raise media_error("media.damaged", what="size")
    return Header(width, height, bits, channels, pages=len(sizes))


def _avif(data: bytes) -> Header:
    try:
        with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:
            frames, (width, height), mode = getattr(image, "n_frames", 1), image.size, image.mode
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise media_error("media.damaged", what="AVIF header") from None
    except Image.DecompressionBombError:
        raise media_error("media.damaged", what="size") from None
    return Header(width, height, _avif_bits(data), len(Image.new(mode, (1, 1)).getbands()), frames=frames)


def _avif_bits(data: bytes) -> int:
    """8, 10 or 12 by the deepest av1C property (AV1-ISOBMFF 2.3)."""
    bits, at = 8, data.find(b"av1C", 0, 1 << 20)
    while at >= 0 and at + 7 <= len(data):
        if data[at + 4] == 0x81 and data[at + 6] & 0x40:
            bits = max(bits, 12 if data[at + 6] & 0x20 else 10)
        at = data.find(b"av1C", at + 4, 1 << 20)
    return bits


def _heic(data: bytes) -> Header:
    if data[8:12] in {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}:
        raise media_error("media.sequence", format="HEIC")
    file = opened_heic(data)
    if len(file) != 1:
        raise media_error("media.several_pictures", count=len(file))
    first = file[0]
    width, height = first.size
    return Header(width, height, int(first.info.get("bit_depth", 8)), len(first.mode.partition(";")[0]))


def opened_heic(data: bytes) -> Any:
    """The pillow_heif.HeifFile, nothing decoded yet, with its depth kept.

    Raises:
        MediaError: media.damaged.
    """
    import pillow_heif

    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    try:
        file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
    except (ValueError, OSError, EOFError, RuntimeError, SyntaxError, TypeError):
        raise media_error("media.damaged", what="HEIC header") from None
    return file


def check_size(header: Header, *, max_pixels: int = MAX_PIXELS, max_side: int = MAX_SIDE) -> None:
    """Nothing when the picture may be decoded.

    Raises:
        MediaError: media.damaged, media.too_large, media.too_many_frames.
    """
    if header.width < 1 or header.height < 1:
        raise media_error("media.damaged", what="size")
    pixels = header.width * header.height
    if pixels > max_pixels or max(header.width, header.height) > max_side:
        raise media_error(
            "media.too_large",
            width=header.width,
            height=header.height,
            max_side=max_side,
            max_megapixels=max_pixels // 1_000_000,
        )
    several = max(header.frames, header.pages)
    if several > MAX_FRAMES or several * pixels > MAX_MOVING_PIXELS:
        raise media_error("media.too_many_frames", frames=several, max_frames=MAX_FRAMES)


def check_faithful(header: Header, container: str) -> None:
    """Nothing when a label can be put on the picture without changing the rest of it.

    Raises:
        MediaError: media.cmyk, media.unsupported_mode, media.unsupported_depth, media.too_small, media.sequence.
    """
    if container == "jpeg" and header.channels == 4:
        raise media_error("media.cmyk")
    if container == "jpeg" and header.bits != 8:
        raise media_error("media.unsupported_mode", mode=f"{header.bits}-bit JPEG")
    if container == "avif" and header.animated:
        raise media_error("media.sequence", format="AVIF")
    if container == "avif" and header.bits > 8:  # Pillow's plug-in would narrow it
        raise media_error("media.unsupported_depth", bits=header.bits)
    if container == "heic" and header.bits > 10:
        raise media_error("media.unsupported_depth", bits=header.bits)
    if container == "png" and header.animated and header.bits == 16:
        raise media_error("media.unsupported_depth", bits=header.bits)
    if min(header.width, header.height) < MIN_SIDE:
        raise media_error("media.too_small", width=header.width, height=header.height, min_side=MIN_SIDE)
