"""Look at a labelled picture: is the label there, at an edge, high and clear enough, and is the rest untouched?"""

import math
import re
import struct
from pathlib import Path
from typing import Any

from PIL import Image

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import files, pixels
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings, Walked

_LEAST_CONTRAST = 4.5
_EDGE = 0.10  # of the picture's width or height (regulation brief, check 3)
# Re-encoding at quality 95 moves a pixel by 1 to 3 levels on average; a mean of 6 levels, or one pixel in a hundred
# changed so that a person would see it, is another picture.
_MEAN = 6 / 255
_STRONG = 0.01
_SPILL = 16
_LIKENESS = 0.55
_COARSE = 17  # px of plate below which characters are too coarse to be compared

TEXTS |= {
    "readback.size": gettext_noop("The picture has another size than its original"),
    "readback.elsewhere": gettext_noop("The picture was changed outside its label"),
    "readback.no_visible_label": gettext_noop("No visible label is found in the picture"),
    "readback.not_at_edge": gettext_noop("The visible label is not at an edge or corner"),
    "readback.too_small": gettext_noop("The label's capitals are %(found)s pixels high; %(required)s are required"),
    "readback.contrast": gettext_noop("The label's contrast is %(found)s to 1; 4.5 to 1 is required"),
    "readback.words": gettext_noop("What stands in the label does not look like its text"),
    "readback.illegible": gettext_noop("The picture is so small that its label may be hard to read"),
}
CLAUSES |= dict.fromkeys(
    ("readback.no_visible_label", "readback.not_at_edge", "readback.too_small", "readback.contrast", "readback.words"),
    "GB 45438-2025 5.2",
)


def walk(path: Path, *, container: str) -> Walked:
    """See Measurer.walk."""
    del container
    return files.walk(path.read_bytes())


def measure(
    path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """See Measurer.measure."""
    _check_pixels(path.read_bytes(), original.read_bytes(), report, findings, measured)


def _check_pixels(
    data: bytes, before: bytes, report: dict[str, object], findings: Findings, measured: dict[str, object]
) -> None:
    try:
        labelled, original = pixels.upright(data), pixels.upright(before)
    except (OSError, EOFError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        findings.add("readback.unreadable")
        return
    if labelled.size != original.size:
        findings.add("readback.size")
        return
    width, height = labelled.size
    box = _box(report.get("box"), width, height)
    if box is None:
        findings.add("readback.no_visible_label")
        return
    _check_change(pixels.change(labelled, original, box, spill=_SPILL), data, findings, measured)
    near = min(box[0] / width, (width - box[2]) / width, box[1] / height, (height - box[3]) / height)
    if near > _EDGE:
        findings.add("readback.not_at_edge")
    text = str(report.get("text", ""))
    if not (re.search("人工智能|AI", text) and re.search("生成|合成", text)):
        findings.add("readback.elements")
    told = report.get("lines")
    lines = [str(line) for line in told] if isinstance(told, list) else [text]
    words = pixels.words(labelled, box, _box(report.get("capitals_box"), width, height), lines)
    if words is None:
        findings.add("readback.no_visible_label")
        return
    required = math.ceil(min(width, height) * 5 / 100)
    measured |= {
        "ink_height": words.height,
        "required_height": required,
        "contrast": round(words.contrast, 2),
        "likeness": round(words.likeness, 3),
    }
    if words.height < required:
        findings.add("readback.too_small", found=words.height, required=required)
    if words.contrast < _LEAST_CONTRAST:
        findings.add("readback.contrast", found=f"{words.contrast:.1f}")
    if box[3] - box[1] >= _COARSE and words.likeness < _LIKENESS:
        findings.add("readback.words")
    if words.height < 12:
        findings.add("readback.illegible", severity="warning")


def _check_change(change: pixels.Change, data: bytes, findings: Findings, measured: dict[str, object]) -> None:
    """Without loss nothing may change outside the box; with loss only as much as the encoder does."""
    measured |= {
        "changed_inside": round(change.changed_inside, 4),
        "mean_outside": round(change.mean_outside * 255, 3),
        "strong_outside": round(change.strong_outside, 6),
    }
    lossless = files.walk(data).lossless
    if (lossless and change.largest_outside > 0) or change.mean_outside > _MEAN or change.strong_outside > _STRONG:
        findings.add("readback.elsewhere")
    if change.changed_inside < 0.3:
        findings.add("readback.no_visible_label")


def _box(value: object, width: int, height: int) -> pixels.Box | None:
    """A reported box when it lies within the picture and has an area."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    left, top, right, bottom = (int(number) for number in value)
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        return None
    return left, top, right, bottom
