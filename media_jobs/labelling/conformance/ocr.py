"""Read words in any typeface, with the optional `ocr` extra; slow, so only where it is asked for."""

import logging
import re
from importlib.util import find_spec
from typing import Any

import numpy as np
from PIL import Image

from media_jobs.labelling.conformance.seeking import Hit
from media_jobs.labelling.readback.findings import Findings

_SIDE = 1600  # px of the longer side that is read: 5 % of the shorter is still 30 px at 16:9
_SURE = 0.5
_ARTIFICIAL, _GENERATED = re.compile("人工智能|A[Il1]"), re.compile("生成|合成")


def seek(image: Image.Image, findings: Findings, measured: dict[str, Any]) -> Hit | None:
    """The line, or two lines near each other, with both elements; None without.

    What was read stands in measured["read"]. A label that has one element only is a finding of its own.
    """
    if find_spec("rapidocr") is None:
        findings.add("explicit.no_ocr")
        measured["partial"] = True
        return None
    factor = min(1.0, _SIDE / max(image.size))
    small = image.convert("RGB")
    if factor < 1:
        small = small.resize((round(image.width * factor), round(image.height * factor)))
    lines = [(box, text) for box, text, score in _read(np.asarray(small)) if score >= _SURE]
    measured["read"] = [text[:100] for _, text in lines[:20]]
    whole = next(((box, text) for box, text in lines if _ARTIFICIAL.search(text) and _GENERATED.search(text)), None)
    if whole is None:
        whole = _two_lines(lines)
    if whole is None:
        half = [text for _, text in lines if re.search("AI|人工智能", text) or _GENERATED.search(text)]
        if half:
            measured["partial"] = True
            findings.add("explicit.elements", text=half[0][:60])
        return None
    box, text = whole
    em = min(box[3] - box[1], max(8, (box[2] - box[0]) // max(1, len(text))))
    return Hit(text[:100], box, box, float(em), 1.0).scaled(1 / factor)


def _two_lines(lines: list[tuple[tuple[int, int, int, int], str]]) -> tuple[tuple[int, int, int, int], str] | None:
    for a, first in lines:
        for b, second in lines:
            height = a[3] - a[1]
            if (
                _ARTIFICIAL.search(first)
                and _GENERATED.search(second)
                and a != b
                and abs(b[1] - a[3]) < height
                and (min(a[2], b[2]) > max(a[0], b[0]))
            ):
                return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])), first + second
    return None


def _read(picture: "np.typing.NDArray[np.uint8]") -> list[tuple[tuple[int, int, int, int], str, float]]:
    """(box, text, certainty) of every line; blue, green, red as the engine expects."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    told: Any = RapidOCR(params={"Global.log_level": "error"})(picture[:, :, ::-1])
    if told.boxes is None:
        return []
    lines = []
    for corners, text, score in zip(told.boxes, told.txts, told.scores, strict=True):
        x, y = [float(point[0]) for point in corners], [float(point[1]) for point in corners]
        lines.append(((round(min(x)), round(min(y)), round(max(x)), round(max(y))), str(text), float(score)))
    return lines
