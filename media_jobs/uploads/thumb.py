"""Child side: a small picture of a file for a person's eyes, without its metadata. Knows no Django.

No unlabelled synthetic file leaves the store, not even as a preview (Provisions Art. 18): what is said to be synthetic
is shown with the explicit label of GB 45438-2025 5.2 burnt in.
"""

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from media_jobs.labelling import seeing
from media_jobs.labelling.pictures import decode
from media_jobs.labelling.visible import draw

# Longest side, pixels: enough to recognise the file, not enough to use it.
SIDE = 320
# A strip is shown on white paper of at least this width, so that a label fits beside nothing of it.
_LEAST = 96


def make(payload: dict[str, Any]) -> dict[str, Any]:
    """Write a JPEG of {"path"} to {"output"}; upright, on white, no EXIF, no profile.

    Of a video its first frame, of a sound its waveform. Optional: "medium" (default "image"); "side", the longest side
    in pixels (default SIDE); "text", the label to burn in ("" or absent: none).
    """
    side, text = int(payload.get("side", SIDE)), str(payload.get("text", ""))
    medium = str(payload.get("medium", "image"))
    if medium == "audio":
        plain = _waveform(Path(payload["path"]), side)
    else:
        plain = _on_white(_picture(payload["path"], medium, side), least=_LEAST if text else 1)
    if text:
        draw(plain, text=text)
    plain.save(Path(payload["output"]), format="JPEG", quality=80 if side <= SIDE else 88)
    return {"width": plain.width, "height": plain.height}


def _picture(path: str, medium: str, side: int) -> Image.Image:
    """The upright picture, or a video's first frame, at most `side` pixels long."""
    if medium == "video":
        found = next(seeing.frames(Path(path), most=1, side=side), None)
        return found[1] if found else Image.new("RGB", (side, side * 9 // 16), (40, 40, 40))
    with seeing.open_picture(path) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        picture.load()
        upright = decode.turned(_eight_bits(picture))
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    return upright


def _on_white(picture: Image.Image, *, least: int) -> Image.Image:
    rgba = picture.convert("RGBA")
    plain = Image.new("RGB", (max(rgba.width, least), max(rgba.height, least)), (255, 255, 255))
    plain.paste(rgba, ((plain.width - rgba.width) // 2, (plain.height - rgba.height) // 2), mask=rgba.getchannel("A"))
    return plain


def _waveform(path: Path, side: int) -> Image.Image:
    """The sound's peaks as bars from left to right, on white, half as high as wide."""
    plain = Image.new("RGB", (side, side // 2), (255, 255, 255))
    pen = ImageDraw.Draw(plain)
    middle, step = side // 4, 4
    for column, peak in enumerate(seeing.loudness(path, columns=side // step)):
        reach = max(1, round(peak * (middle - 4)))
        pen.line((column * step + 1, middle - reach, column * step + 1, middle + reach), fill=(60, 60, 60), width=2)
    return plain


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16-bit grey scaled down, palettes and bilevel unpacked: what Pillow neither resamples nor converts well."""
    if picture.mode == "I;16":
        import numpy as np

        grey = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
        grey.info = dict(picture.info)
        return grey
    if picture.mode in {"1", "P", "PA"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture
