"""A small picture for the person who is in it. Runs in the isolated child: it decodes what a stranger uploaded."""

from typing import Any

from PIL import Image, ImageDraw, ImageOps

LONGEST_SIDE = 720
_SEAL_RED = (190, 40, 40)


def thumbnail(payload: dict[str, Any]) -> dict[str, Any]:
    """Write a re-encoded JPEG without any metadata, the person's face framed.

    Args:
        payload: {"source": path, "output": path, "face": {"x", "y", "w", "h"} or None}; the face in pixels of the
            picture as displayed.

    Returns:
        {"width", "height"} of the small picture.
    """
    with Image.open(payload["source"]) as opened:
        upright = ImageOps.exif_transpose(opened) or opened
        full_width = upright.width
        small = upright.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    face = payload.get("face")
    if face:
        scale = small.width / full_width
        left, top = face["x"] * scale, face["y"] * scale
        right, bottom = left + face["w"] * scale, top + face["h"] * scale
        ImageDraw.Draw(small).rectangle((left, top, right, bottom), outline=_SEAL_RED, width=4)
    # A fresh canvas: nothing of the file but its pixels goes on.
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    clean.save(payload["output"], "JPEG", quality=82)
    return {"width": clean.width, "height": clean.height}
