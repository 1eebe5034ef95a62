"""Is there an explicit label in the picture, at an edge, high and strong enough (GB 45438-2025 5.2)?"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from media_jobs.labelling.conformance import ocr, seeking
from media_jobs.labelling.conformance.seeking import Hit
from media_jobs.labelling.readback import pixels, sources
from media_jobs.labelling.readback.findings import Findings

_EDGE = 0.10  # of the picture's width or height (regulation brief, check 3)
_LEAST_CONTRAST = 4.5
_LEGIBLE = 12  # px
_MOST_BYTES = 512 * 1024 * 1024
# A sphere around the viewer: what is seen first is the middle, 90 degrees wide of 360 and high of 180.
_VIEW = ((3 / 8, 5 / 8), (1 / 4, 3 / 4))


def examine(path: Path, *, container: str, found: dict[str, Any], read_foreign: bool,
            findings: Findings, measured: dict[str, Any]) -> None:  # fmt: skip
    """Find and measure the label; what is wrong goes into `findings`, what was seen into `measured`.

    Args:
        path: the picture.
        container: its name.
        found: reader.read_file's answer: its properties tell a panorama.
        read_foreign: also read letters in any typeface (needs the `ocr` extra).
    """
    if path.stat().st_size > _MOST_BYTES:
        findings.add("explicit.unreadable")
        return
    hit: Hit | None = None
    missing = []
    try:
        source = sources.opened(path, container)
        for number, frame in zip(source.sample, source.frames(), strict=False):
            image = _upright(frame, source.turns[min(number, len(source.turns) - 1)], source.blue_first(frame))
            if number == 0:
                panorama = any("ProjectionType" in name for name in found["properties"])
                panorama = panorama and image.width == 2 * image.height
                hit = judge(image, read_foreign=read_foreign, panorama=panorama, findings=findings, measured=measured)
                if hit is None:
                    return
            elif measured["search"] == "own" and _again(image, hit, pages=container == "tiff") is None:
                missing.append(number)
    except sources.UNREADABLE:
        findings.add("explicit.unreadable")
        return
    if source.count > 1:
        measured |= {"frames": source.count, "frames_looked_at": source.sample}
    if missing:
        findings.add("explicit.not_on_all_frames", frames=", ".join(map(str, missing)))


def words(path: Path, *, container: str) -> dict[str, Any]:
    """What OCR reads in the first frame, whatever our own search would find there (the `ocr` extra).

    Returns:
        read: lines of text; found: both elements stand in them.
    """
    measured: dict[str, Any] = {}
    source = sources.opened(path, container)
    frame = next(iter(source.frames()))
    hit = ocr.seek(_upright(frame, source.turns[0], source.blue_first(frame)), Findings(), measured)
    return {"read": measured.get("read", []), "found": hit is not None}


def _upright(frame: sources.Frame, turn: int, blue_first: bool) -> Image.Image:  # noqa: FBT001 - what the decoder did
    """A frame as people see it, 8 bits, transparency left out."""
    height, width = frame.shape[:2]
    if turn in {5, 6, 7, 8}:
        width, height = height, width
    seen = pixels.seen(frame, (0, 0, width, height), turn)
    if seen.dtype == np.uint16:
        seen = (seen >> 8).astype(np.uint8)
    seen = seen[:, :, :3] if seen.shape[2] > 2 else seen[:, :, 0]
    if blue_first and seen.ndim == 3:
        seen = seen[:, :, ::-1]
    return Image.fromarray(np.ascontiguousarray(seen)).convert("RGB")


def _again(image: Image.Image, hit: Hit | None, *, pages: bool) -> Hit | None:
    """The label on a later frame, where it stands on the first; pages of a TIFF may each have another size."""
    return seeking.seek(image, near=None if pages else hit)


def judge(
    image: Image.Image, *, read_foreign: bool, panorama: bool, findings: Findings, measured: dict[str, Any]
) -> Hit | None:
    """One upright picture or frame; the label that was found."""
    measured |= {"width": image.width, "height": image.height, "search": "own"}
    hit = seeking.seek(image)
    if hit is None and read_foreign:
        measured["search"] = "ocr"
        hit = ocr.seek(image, findings, measured)
    if hit is None:
        if not measured.get("partial"):
            findings.add("explicit.not_found" if not read_foreign else "explicit.not_read")
        return None
    _measure(image, hit, findings, measured)
    _check_place(image, hit, panorama=panorama, findings=findings)
    return hit


def _measure(image: Image.Image, hit: Hit, findings: Findings, measured: dict[str, Any]) -> None:
    required = math.ceil(min(image.size) * 5 / 100)
    measured |= {"text": hit.text, "box": list(hit.box), "score": round(hit.score, 3), "required_height": required}
    line = _around(image, hit)
    words = pixels.words(np.asarray(image.crop(line)), line, hit.artificial, [])
    if words is None:
        return
    measured |= {"ink_height": words.height, "contrast": round(words.contrast, 2)}
    measured["share"] = round(words.height / min(image.size), 4)
    if words.height < required:
        findings.add("explicit.too_small", found=words.height, required=required)
    if words.contrast < _LEAST_CONTRAST:
        # the standard says "legible" and names no number: 4.5 is ours
        findings.add("explicit.contrast", severity="warning", found=f"{words.contrast:.1f}")
    if words.height < _LEGIBLE:
        findings.add("explicit.illegible", severity="warning")


def _around(image: Image.Image, hit: Hit) -> seeking.Box:
    """The line of the AI element with a rim of plate, as far as the picture goes."""
    rim = max(2, round(0.22 * hit.em))
    top, bottom = hit.box[1], hit.box[3]
    left, right = hit.box[0], hit.box[2]
    if bottom - top > 1.6 * hit.em:  # two lines: that of the AI element alone
        left, top, right, bottom = hit.artificial
    return max(0, left - rim), max(0, top - rim), min(image.width, right + rim), min(image.height, bottom + rim)


def _check_place(image: Image.Image, hit: Hit, *, panorama: bool, findings: Findings) -> None:
    width, height = image.size
    left, top, right, bottom = hit.box
    if panorama:
        x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
        if not (_VIEW[0][0] <= x <= _VIEW[0][1] and _VIEW[1][0] <= y <= _VIEW[1][1]):
            findings.add("explicit.not_in_start_view")
        return
    rim = 0.45 * hit.em  # the box is that of the ink; a plate's rim belongs to the label
    near = min(
        (left - rim) / width, (width - right - rim) / width, (top - rim) / height, (height - bottom - rim) / height
    )
    if near > _EDGE:
        findings.add("explicit.not_at_edge")
