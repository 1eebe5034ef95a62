"""Compare a labelled file with what it ought to carry and with the picture it was made from."""

import hashlib
import json
import math
import re
import struct
from pathlib import Path

from PIL import Image

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.readback import files, pixels

_LEAST_CONTRAST = 4.5
_EDGE = 0.10  # of the picture's width or height (regulation brief, check 3)
# Re-encoding at quality 95 moves a pixel by 1 to 3 levels on average; a mean of 6 levels, or one pixel in a hundred
# changed so that a person would see it, is another picture.
_MEAN = 6 / 255
_STRONG = 0.01
_SPILL = 16
_LIKENESS = 0.55
_COARSE = 17  # px of plate below which characters are too coarse to be compared

TEXTS = {
    "readback.unreadable": gettext_noop("The labelled file cannot be read back"),
    "readback.container": gettext_noop("The file structure is faulty"),
    "readback.container_changed": gettext_noop("The file type is %(found)s instead of %(expected)s"),
    "readback.file_changed": gettext_noop("The file is not the one that was written"),
    "readback.label_count": gettext_noop("The file carries %(found)s AIGC labels instead of one"),
    "readback.label_place": gettext_noop("The AIGC label stands in %(found)s instead of %(expected)s"),
    "readback.label_value": gettext_noop("%(key)s of the AIGC label does not read as it was written"),
    "readback.label_keys": gettext_noop("The AIGC label does not consist of the seven keys of the standard"),
    "readback.source_type": gettext_noop("The IPTC digital source type is missing or doubled"),
    "readback.size": gettext_noop("The picture has another size than its original"),
    "readback.elsewhere": gettext_noop("The picture was changed outside its label"),
    "readback.no_visible_label": gettext_noop("No visible label is found in the picture"),
    "readback.not_at_edge": gettext_noop("The visible label is not at an edge or corner"),
    "readback.elements": gettext_noop("The label text lacks one of its two elements"),
    "readback.too_small": gettext_noop("The label's capitals are %(found)s pixels high; %(required)s are required"),
    "readback.contrast": gettext_noop("The label's contrast is %(found)s to 1; 4.5 to 1 is required"),
    "readback.words": gettext_noop("What stands in the label does not look like its text"),
    "readback.illegible": gettext_noop("The picture is so small that its label may be hard to read"),
}


class _Findings:
    """Findings as they are collected: {code, message, params, severity}; an "error" makes the file not conformant."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, code: str, *, severity: str = "error", **params: object) -> None:
        self.rows.append({"code": code, "message": TEXTS[code], "params": params, "severity": severity})

    @property
    def conformant(self) -> bool:
        return not any(row["severity"] == "error" for row in self.rows)


def check_file(
    path: str | Path, *, expected: AigcLabel, report: dict[str, object], original: str | Path
) -> dict[str, object]:
    """Read `path` back and compare: seven values, one label, its place, the pixels, the visible text.

    Args:
        path: the labelled file.
        expected: the values it ought to carry.
        report: what writer.label_file reported (text, lines, box, capitals_box, container, location, sha256).
        original: the picture before labelling.

    Returns:
        conformant (bool); findings: list of {code, message (English msgid), params, severity "error" or "warning"};
        measured: {labels, location, values, source_types, ink_height, required_height, contrast, likeness,
        changed_inside, mean_outside, strong_outside, sha256}. A finding, never an exception, tells what is wrong.
    """
    findings = _Findings()
    measured: dict[str, object] = {}
    try:
        data, before = Path(path).read_bytes(), Path(original).read_bytes()
    except OSError:
        findings.add("readback.unreadable")
        return {"conformant": False, "findings": findings.rows, "measured": measured}
    measured["sha256"] = hashlib.sha256(data).hexdigest()
    if report.get("sha256") != measured["sha256"]:
        findings.add("readback.file_changed")
    _check_bytes(data, expected, report, findings, measured)
    _check_pixels(data, before, report, findings, measured)
    return {"conformant": findings.conformant, "findings": findings.rows, "measured": measured}


def _check_bytes(
    data: bytes, expected: AigcLabel, report: dict[str, object], findings: _Findings, measured: dict[str, object]
) -> None:
    walked = files.walk(data)
    for fault in dict.fromkeys(walked.faults):
        findings.add("readback.container", what=fault)
    if walked.container != report.get("container"):
        findings.add("readback.container_changed", found=walked.container, expected=str(report.get("container")))
    labels, source_types = walked.labels(), walked.source_types()
    measured |= {"labels": max(len(labels), walked.mentions), "source_types": source_types}
    if len(labels) != 1 or walked.mentions != 1:
        findings.add("readback.label_count", found=measured["labels"])
    if len(source_types) != 1 or not source_types[0].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/"):
        findings.add("readback.source_type")
    if not labels:
        return
    place, text = labels[0]
    measured["location"] = place
    if place != report.get("location"):
        findings.add("readback.label_place", found=place, expected=str(report.get("location")))
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError:
        pairs = None
    wanted = expected.values()
    if not isinstance(pairs, list) or [key for key, _ in pairs] != list(wanted):
        findings.add("readback.label_keys")
        return
    measured["values"] = dict(pairs)
    for key, value in pairs:
        if value != wanted[key]:
            findings.add("readback.label_value", key=key)


def _check_pixels(
    data: bytes, before: bytes, report: dict[str, object], findings: _Findings, measured: dict[str, object]
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


def _check_change(change: pixels.Change, data: bytes, findings: _Findings, measured: dict[str, object]) -> None:
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
