"""Look at a labelled picture: is the label there, at an edge, high and clear enough, and is the rest untouched?"""

import math
import mmap
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import files, files_gif, files_heif, files_tiff, pixels, planes, sources
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings, Walked

_LEAST_CONTRAST = 4.5
_HEAD = 1024 * 1024
_SCREEN, _USUAL = 2.2, 0.1  # gamma of screens, and by how much one's exponent may be off without being looked at
_EDGE = 0.10  # of the picture's width or height (regulation brief, check 3)
# Re-encoding at quality 95 moves a pixel by 1 to 3 levels on average; a mean of 6 levels, or one pixel in a hundred
# changed so that a person would see it, is another picture.
_MEAN = 6 / 255
_STRONG = 0.01
_SPILL = 16
_LARGE = 4_000_000  # px from which a lossy picture is compared in every second row
_HUGE = 50_000_000  # px from which two files are decoded one after the other; JPEG planes are smaller
_LIKENESS = 0.55
_Shown = sources.Frame | planes.Planes
_COARSE = 17  # px of plate per line below which characters are too coarse to be compared

TEXTS |= {
    "readback.size": gettext_noop("The picture has another size than its original"),
    "readback.elsewhere": gettext_noop("The picture was changed outside its label"),
    "readback.no_visible_label": gettext_noop("No visible label is found in the picture"),
    "readback.not_at_edge": gettext_noop("The visible label is not at an edge or corner"),
    "readback.too_small": gettext_noop("The label's capitals are %(found)s pixels high; %(required)s are required"),
    "readback.contrast": gettext_noop("The label's contrast is %(found)s to 1; 4.5 to 1 is required"),
    "readback.words": gettext_noop("What stands in the label does not look like its text"),
    "readback.timing": gettext_noop("Frames, their times or pages are not those of the original"),
    "readback.touched": gettext_noop("The picture was changed, although no visible label was wished"),
    "readback.english": gettext_noop("The English words of the EU theme are missing"),
    "readback.not_in_start_view": gettext_noop("The label does not lie in the panorama's start view"),
    "readback.illegible": gettext_noop("The picture is so small that its label may be hard to read"),
}
CLAUSES |= dict.fromkeys(
    ("readback.no_visible_label", "readback.not_at_edge", "readback.too_small", "readback.contrast", "readback.words"),
    "GB 45438-2025 5.2",
)
CLAUSES |= {"readback.not_in_start_view": "GB 45438-2025 5.5", "readback.english": "EU AI Act Art. 50"}


def walk(path: Path, *, container: str) -> Walked:
    """See Measurer.walk."""
    walker = {"gif": files_gif.walk, "tiff": files_tiff.walk, "heic": files_heif.walk, "avif": files_heif.walk}
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return Walked(faults=["length"])
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return walker.get(container, files.walk)(data)


def measure(
    path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """See Measurer.measure."""
    try:
        after = sources.opened(path, str(report.get("container")))
        before = sources.opened(original, str(report.get("container")))
    except sources.UNREADABLE:
        findings.add("readback.unreadable")
        return
    if (after.count, after.timing) != (before.count, before.timing):
        findings.add("readback.timing")
        return
    lossless = walk(path, container=after.container).lossless and "palette_merged" not in _list(report.get("notes"))
    exponent = _exponent(path)
    told = [one for one in _list(report.get("page_labels")) if isinstance(one, dict)]
    if told and len(told) != after.count:
        findings.add("readback.timing")
        return
    measured |= {"frames": after.count, "frames_checked": len(after.sample)}
    explicit = report.get("explicit") is not False
    if explicit:
        _check_words(report, findings)
    try:
        for number, (now, then) in zip(after.sample, _pairs(after, before), strict=True):
            blue_first = isinstance(now, np.ndarray) and after.blue_first(now)
            frame = _Frame(now, then, after.turns[number], lossless, blue_first, exponent)
            if now.shape[:2] != then.shape[:2]:
                findings.add("readback.size")
                return
            if explicit:
                _check_frame(frame, told[number] if told else report, findings, measured)
            elif frame.change((0, 0, 0, 0), spill=0).largest_outside > 0:
                findings.add("readback.touched")
                return
    except sources.UNREADABLE:
        findings.add("readback.unreadable")


def _pairs(after: sources.Source, before: sources.Source) -> Iterator[tuple[_Shown, _Shown]]:
    """Frames of both files side by side, decoded at the same time where there is one of each and memory for both."""
    if len(after.sample) > 1:
        yield from zip(after.frames(), before.frames(), strict=True)
        return
    alone = after.pixels > _HUGE and after.container != "jpeg"
    with ThreadPoolExecutor(1 if alone else 2) as pool:  # decoders release the interpreter's lock
        if after.container == "jpeg":
            one, other = pool.map(planes.decoded, (after.path, before.path))
            if one is not None and other is not None and one.comparable(other):
                yield one, other
                return
            del one, other
        now, then = pool.map(lambda source: next(source.frames()), (after, before))
    yield now, then


@dataclass(frozen=True)
class _Frame:
    """One frame of both files, as stored, and how a viewer turns it."""

    now: _Shown
    then: _Shown
    turn: int
    lossless: bool
    blue_first: bool
    exponent: float  # to which a viewer raises the levels

    def change(self, place: pixels.Box, *, spill: int) -> pixels.Change:
        """How the two differ; a large lossy picture is compared in every second row, planes in all."""
        if isinstance(self.now, planes.Planes) and isinstance(self.then, planes.Planes):
            return planes.change(self.now, self.then, place, spill=spill)
        now, then = pixels.alike(np.asarray(self.now), np.asarray(self.then))
        step = 1 if self.lossless or not spill or now.shape[0] * now.shape[1] < _LARGE else 2
        return pixels.change(now, then, place, spill=spill, step=step)

    def colours(self, box: pixels.Box) -> sources.Frame:
        """A part of the labelled picture, upright, in the order red, green, blue."""
        place = pixels.stored(box, self.turn, self.now.shape[1], self.now.shape[0])
        if isinstance(self.now, planes.Planes):
            return pixels.turned(self.now.colours(place), self.turn)
        part = pixels.seen(self.now, box, self.turn)[:, :, :3]
        return part[:, :, ::-1] if self.blue_first else part


def _check_words(report: dict[str, Any], findings: Findings) -> None:
    """Both elements in the reported text, and the English words of the EU theme beside them."""
    text = str(report.get("text", ""))
    if not (re.search("人工智能|AI", text) and re.search("生成|合成", text)):
        findings.add("readback.elements")
    if report.get("theme") == "cn_eu":
        shown = " ".join(str(line) for line in _list(report.get("lines")))
        if not re.search("AI (GENERATED|MODIFIED)", shown):
            findings.add("readback.english")


def _check_frame(frame: _Frame, report: dict[str, Any], findings: Findings, measured: dict[str, Any]) -> None:
    """The label of one frame or page."""
    height, width = frame.now.shape[:2]
    if frame.turn >= 5:
        width, height = height, width
    box = _box(report.get("box"), width, height)
    if box is None:
        findings.add("readback.no_visible_label")
        return
    place = pixels.stored(box, frame.turn, frame.now.shape[1], frame.now.shape[0])
    _check_change(frame.change(place, spill=_SPILL), frame, findings, measured)
    if report.get("panorama"):
        _check_start_view(box, width, height, findings)
    elif min(box[0] / width, (width - box[2]) / width, box[1] / height, (height - box[3]) / height) > _EDGE:
        findings.add("readback.not_at_edge")
    told = _list(report.get("lines"))
    lines = [str(line) for line in told] if told else [str(report.get("text", ""))]
    part = _brightened(frame.colours(box), frame.exponent)
    words = pixels.words(part, box, _box(report.get("capitals_box"), width, height), lines)
    if words is None:
        findings.add("readback.no_visible_label")
        return
    # of a panorama 5 % of a view of 90 by 90 degrees, whose side is two radians
    required = math.ceil(height * 0.1 / math.pi if report.get("panorama") else min(width, height) * 5 / 100)
    measured |= {
        "ink_height": min(words.height, int(measured.get("ink_height", words.height))),
        "required_height": required,
        "contrast": min(round(words.contrast, 2), float(measured.get("contrast", 21.0))),
        "likeness": min(round(words.likeness, 3), float(measured.get("likeness", 1.0))),
    }
    if words.height < required:
        findings.add("readback.too_small", found=words.height, required=required)
    if words.contrast < _LEAST_CONTRAST:
        findings.add("readback.contrast", found=f"{words.contrast:.1f}")
    if (box[3] - box[1]) / len(lines) >= _COARSE and words.likeness < _LIKENESS:
        findings.add("readback.words")
    if words.height < 12:
        findings.add("readback.illegible", severity="warning")


def _exponent(path: Path) -> float:
    """To what power a viewer raises the levels of a PNG because of its gAMA chunk; 1.0 where nothing asks for it."""
    with path.open("rb") as file:
        head = file.read(_HEAD) if file.read(4) == b"\x89PNG" else b""
    head = head[: max(0, head.find(b"IDAT"))]
    at = head.find(b"\0\0\0\4gAMA")
    if at < 0 or any(kind in head for kind in (b"iCCP", b"sRGB", b"cICP")):
        return 1.0
    gamma = int.from_bytes(head[at + 8 : at + 12], "big") / 100_000
    exponent = 1 / (gamma * _SCREEN) if gamma else 1.0
    return 1.0 if abs(exponent - 1) < _USUAL else exponent


def _brightened(part: sources.Frame, exponent: float) -> sources.Frame:
    if exponent == 1.0:
        return part
    top = np.iinfo(part.dtype).max
    return np.asarray(np.power(part / top, exponent) * top).round().astype(part.dtype)


def _check_start_view(box: pixels.Box, width: int, height: int, findings: Findings) -> None:
    """An equirectangular panorama opens at longitude and latitude 0: the label lies within what it shows then.

    Corners of the label, seen through a window of 16 to 9 that is 90 degrees wide: (x, y) in halves of its width.
    """
    for x in (box[0], box[2]):
        longitude = (x / width - 0.5) * 2 * math.pi
        for y in (box[1], box[3]):
            latitude = (0.5 - y / height) * math.pi
            if abs(longitude) >= math.pi / 4 or abs(math.tan(latitude) / math.cos(longitude)) > 9 / 16:
                findings.add("readback.not_in_start_view")
                return


def _check_change(change: pixels.Change, frame: _Frame, findings: Findings, measured: dict[str, object]) -> None:
    """Without loss nothing may change outside the box; with loss only as much as the encoder does."""
    measured |= {
        "changed_inside": round(change.changed_inside, 4),
        "mean_outside": round(change.mean_outside * 255, 3),
        "strong_outside": round(change.strong_outside, 6),
    }
    if (
        (frame.lossless and change.largest_outside > 0)
        or change.mean_outside > _MEAN
        or change.strong_outside > _STRONG
    ):
        findings.add("readback.elsewhere")
    if change.changed_inside < 0.3:
        findings.add("readback.no_visible_label")


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _box(value: object, width: int, height: int) -> pixels.Box | None:
    """A reported box when it lies within the picture and has an area."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    left, top, right, bottom = (int(number) for number in value)
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        return None
    return left, top, right, bottom
