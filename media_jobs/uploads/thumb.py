"""Child side: a small picture of an input, without its metadata. Knows no Django."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

# Longest side, pixels: enough to recognise the file, not enough to use it.
SIDE = 320


def make(payload: dict[str, Any]) -> dict[str, Any]:
    """Write a JPEG of at most SIDE pixels of {"path"} to {"output"}; upright, on white, no EXIF, no profile."""
    with Image.open(payload["path"], formats=("JPEG", "PNG", "WEBP")) as picture:
        picture.draft("RGB", (SIDE * 2, SIDE * 2))
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    rgba = upright.convert("RGBA")
    plain = Image.new("RGB", rgba.size, (255, 255, 255))
    plain.paste(rgba, mask=rgba.getchannel("A"))
    plain.save(Path(payload["output"]), format="JPEG", quality=80)
    return {"width": plain.width, "height": plain.height}
