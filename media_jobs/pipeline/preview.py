"""Child side: an unreleased picture for the officer's eyes, with the AI label burnt in. Knows no Django.

No unlabelled synthetic file leaves the working store, not even as a preview: what the browser gets carries the
explicit label of GB 45438-2025 5.2 and is smaller than the file it decides about.
"""

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from media_jobs.labelling.visible import draw

# Longest side, pixels: enough to judge, not the file itself.
SIDE = 1280


def make(payload: dict[str, Any]) -> dict[str, Any]:
    """Write a labelled JPEG of at most SIDE pixels of {"path"} to {"output"}; upright, on white, no metadata."""
    with Image.open(payload["path"], formats=("JPEG", "PNG", "WEBP")) as picture:
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    rgba = upright.convert("RGBA")
    plain = Image.new("RGB", rgba.size, (255, 255, 255))
    plain.paste(rgba, mask=rgba.getchannel("A"))
    drawn = draw(plain, text=str(payload["text"]))
    plain.save(Path(payload["output"]), format="JPEG", quality=88)
    return {"width": plain.width, "height": plain.height, "contrast": drawn.contrast}
