"""Child side: a picture as its viewer shows it, in pixels the engines can work on. Knows no Django."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from media_jobs.engines.errors import engine_error
from media_jobs.labelling import seeing
from media_jobs.labelling.pictures import decode

Pixels = npt.NDArray[np.uint8]

# The probe refuses more than this before; the engines check again, because they may be called on their own.
MAX_PIXELS = 100_000_000


def open_upright(path: str | Path, *, role: str = "file") -> Image.Image:
    """Return the picture, decoded whole, turned as its EXIF orientation says.

    Args:
        role: the input's name, for the refusal.

    Raises:
        EngineError: engines.unreadable - no still picture that labelling.seeing reads, cut off, or more pixels than
            MAX_PIXELS.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit below is checked before anything is decoded
    try:
        with seeing.open_picture(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise engine_error("engines.unreadable", role=role)
            picture.load()
            return decode.turned(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise engine_error("engines.unreadable", role=role) from error


def frame_count(path: str | Path, *, role: str = "file") -> int:
    """Return how many frames or pages a picture has.

    Raises:
        EngineError: engines.unreadable.
    """
    try:
        with seeing.open_picture(path) as picture:
            return int(getattr(picture, "n_frames", 1))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise engine_error("engines.unreadable", role=role) from error


def as_rgb(picture: Image.Image) -> Image.Image:
    """Return the picture as 8-bit RGB; what is transparent shows white, as on a page."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        levels = np.asarray(picture, dtype=np.float64)
        scale = 257.0 if levels.max(initial=0) > 255 else 1.0
        return Image.fromarray(np.clip(levels / scale, 0, 255).astype(np.uint8)).convert("RGB")
    return picture.convert("RGB")


def bgr(picture: Image.Image) -> Pixels:
    """Return RGB pixels in OpenCV's order, (height, width, 3) uint8."""
    return np.ascontiguousarray(np.asarray(as_rgb(picture))[:, :, ::-1])


def save_like(pixels: Pixels, path: str | Path, *, like: Image.Image, fmt: str) -> dict[str, Any]:
    """Write BGR pixels in the container of the picture they were made from.

    The colour profile and the transparency of `like` are kept; its EXIF is not (it describes another camera's moment,
    may hold a place, and its rotation is already in the pixels).

    Args:
        fmt: "JPEG", "PNG" or "WEBP".

    Returns:
        {"format", "width", "height"}.
    """
    out = Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))
    if fmt != "JPEG" and (like.mode in {"RGBA", "LA", "PA"} or "transparency" in like.info):
        out.putalpha(like.convert("RGBA").getchannel("A"))
    options: dict[str, Any] = {}
    if (profile := like.info.get("icc_profile")) and like.mode in {"RGB", "RGBA"}:
        options["icc_profile"] = profile
    if fmt == "JPEG":
        options |= {"quality": 95, "subsampling": 0}
    elif fmt == "WEBP":
        options |= {"quality": 95, "method": 4, "exact": True}
    out.save(path, format=fmt, **options)
    return {"format": fmt, "width": out.width, "height": out.height}
