"""A drawn picture back in its own container, with the descriptive data that stay true."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, jpeg, png, webp
from media_jobs.labelling.pictures.decode import Decoded
from media_jobs.labelling.pictures.turning import Pixels, size_of

# A JPEG keeps its own quantisation, so that only what was drawn on changes much; but coarser than this (the mean of
# the luminance table at quality 80), characters would drown in ringing.
_COARSEST = 23.1
_FLOOR = 80
_QUALITY = 95  # of WebP
_HEIF_QUALITY = 90
# Chunks that describe the picture and stay true after drawing; all others belong to the old encoding or are unknown.
PNG_KEPT = {
    b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"eXIf",
}  # fmt: skip


_PNG_IMAGE = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def is_lossless(data: bytes, container: str) -> bool:
    """True when the container, as this file uses it, keeps every pixel."""
    return container in {"png", "gif", "tiff"} or (container == "webp" and webp.is_lossless(data))


def write(target: Path, pixels: Pixels, data: bytes, decoded: Decoded, packet: bytes | None) -> None:
    """The file of the drawn picture.

    Args:
        pixels: as stored.
        data: the source.
        decoded: the source, decoded.
        packet: its XMP, cleaned.

    Raises:
        MediaError: media.cannot_encode, media.metadata_too_large.
    """
    block = b"" if decoded.exif is None else exif.cleaned(decoded.exif)
    if packet is not None and decoded.container == "jpeg" and len(packet) + len(jpeg.XMP_ID) > jpeg.MAX_PAYLOAD:
        raise media_error("media.metadata_too_large")
    image = pixels if isinstance(pixels, Image.Image) else None
    try:
        if decoded.container == "png":
            target.write_bytes(_png(pixels, data, block, packet))
        elif decoded.container == "heic":
            target.write_bytes(_heic(pixels, decoded, block, packet))
        elif image is None:
            raise media_error("media.unsupported_depth", bits=16)
        elif decoded.container == "jpeg":
            _jpeg(target, image, decoded, block, packet)
        elif decoded.container == "webp":
            _webp(target, image, decoded, block, packet, lossless=webp.is_lossless(data))
        else:
            _avif(target, image, decoded, block, packet)
    except (OSError, ValueError, RuntimeError):
        raise media_error("media.cannot_encode", format=decoded.container.upper()) from None


def _jpeg(target: Path, image: Image.Image, decoded: Decoded, block: bytes, packet: bytes | None) -> None:
    comment = decoded.info.get("comment") or b""
    if not isinstance(comment, bytes) or b"ContentProducer" in comment:
        comment = b""
    extra: dict[str, Any] = {"dpi": decoded.info["dpi"]} if "dpi" in decoded.info else {}
    image.save(
        target,
        "JPEG",
        **jpeg_settings(image),
        progressive=bool(decoded.info.get("progressive")),
        icc_profile=decoded.info.get("icc_profile") or b"",
        exif=jpeg.EXIF_ID + block if block else b"",
        xmp=packet or b"",
        comment=comment,
        **extra,
    )


def jpeg_settings(image: Image.Image) -> dict[str, Any]:
    """Quantisation and subsampling as the source has them, within reason."""
    tables = getattr(image, "quantization", None) or {}
    settings: dict[str, Any] = {"quality": _FLOOR}
    if tables and max(max(table) for table in tables.values()) <= 255:
        luminance = tables[min(tables)]
        if sum(luminance) / len(luminance) <= _COARSEST:
            settings = {"qtables": [tables[number] for number in sorted(tables)]}
    if image.mode == "RGB":
        sampling = JpegImagePlugin.get_sampling(image)
        settings["subsampling"] = sampling if sampling in {0, 1, 2} else 0
    return settings


def _webp(
    target: Path, image: Image.Image, decoded: Decoded, block: bytes, packet: bytes | None, *, lossless: bool
) -> None:
    image.save(
        target,
        "WEBP",
        lossless=lossless,
        exact=True,
        quality=50 if lossless else _QUALITY,  # of a lossless file: the effort spent, not the picture
        method=2 if lossless else 4,
        icc_profile=decoded.info.get("icc_profile") or b"",
        exif=block,
        xmp=packet or b"",
    )


def _png(pixels: Pixels, data: bytes, block: bytes, packet: bytes | None) -> bytes:
    """The new image data between the old file's descriptive chunks."""
    fresh = [part for part in png.chunks(png_bytes(pixels)) if part.type in _PNG_IMAGE]
    kept = png_kept(data, block)
    if packet is not None:
        kept.append(png.xmp_chunk(packet))
    return png.assemble([fresh[0], *kept, *fresh[1:]])


def png_bytes(pixels: Pixels) -> bytes:
    """A bare PNG of these pixels."""
    buffer = io.BytesIO()
    if isinstance(pixels, Image.Image):
        pixels.save(buffer, "PNG", compress_level=4, transparency=pixels.info.get("transparency"), icc_profile=None)
        return buffer.getvalue()
    import cv2

    order = [2, 1, 0] if pixels.shape[2] == 3 else [2, 1, 0, 3]
    done, out = cv2.imencode(".png", np.ascontiguousarray(pixels[:, :, order]), [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise media_error("media.cannot_encode", format="PNG")
    return bytes(out)


def png_kept(data: bytes, block: bytes) -> list[png.Chunk]:
    """The chunks of a file that describe its picture, EXIF replaced by `block`."""
    kept = []
    for part in png.chunks(data, image_data=False):
        if part.type not in PNG_KEPT or png.is_xmp(part) or png.is_aigc_text(part) or png.is_raw_profile(part):
            continue
        if part.type != b"eXIf":
            kept.append(part)
        elif block:
            kept.append(png.Chunk(b"eXIf", block))
    return kept


def _avif(target: Path, image: Image.Image, decoded: Decoded, block: bytes, packet: bytes | None) -> None:
    """AVIF by Pillow's plug-in, which turns EXIF's orientation into irot and imir."""
    image.save(
        target,
        "AVIF",
        quality=_HEIF_QUALITY,
        speed=7,
        subsampling="4:4:4" if min(image.size) < 400 else "4:2:0",  # small characters need their chroma
        icc_profile=decoded.info.get("icc_profile") or b"",
        exif=block,
        xmp=packet or b"",
    )


def _heic(pixels: Pixels, decoded: Decoded, block: bytes, packet: bytes | None) -> bytes:
    """HEIC by x265, 8 or 10 bits as the source; the pixels are upright, so EXIF says so too."""
    import pillow_heif

    mode = decoded.mode if not isinstance(pixels, Image.Image) else pixels.mode
    raw = pixels.tobytes()
    file = pillow_heif.from_bytes(mode, size_of(pixels), raw)
    extra: dict[str, Any] = {}
    info: dict[str, Any] = file[0].info
    colour = decoded.info.get("nclx_profile")
    if isinstance(colour, dict):
        extra = {
            "color_primaries": colour["color_primaries"],
            "transfer_characteristic": colour["transfer_characteristics"],
            "full_range_flag": colour["full_range_flag"],
        }
        if colour["matrix_coefficients"] in {1, 5, 6, 9}:
            extra["matrix_coefficients"] = colour["matrix_coefficients"]
    if decoded.info.get("icc_profile"):
        info["icc_profile"] = decoded.info["icc_profile"]
        info["icc_profile_type"] = decoded.info.get("icc_profile_type", "prof")
    chroma = str(decoded.info.get("chroma", "420"))
    buffer = io.BytesIO()
    file.save(
        buffer,
        quality=_HEIF_QUALITY,
        chroma=int(chroma) if chroma in {"420", "422", "444"} else 420,
        exif=exif.with_orientation(block, 1) or None,
        xmp=packet,
        **extra,
    )
    return buffer.getvalue()
