"""Measure the explicit label in the decoded picture: where pixels changed, how high it is, how strong its contrast."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Box = tuple[int, int, int, int]
Array = npt.NDArray[np.floating[Any]]
Frame = npt.NDArray[Any]  # (height, width, channels), 8 or 16 bits

_STRIP = 256
_FONT = Path(__file__).resolve().parents[1] / "fonts" / "NotoSansSC-Bold-label.ttf"
STRONG = 48 / 255  # a change that a person would see, per channel


@dataclass(frozen=True)
class Change:
    """How the labelled picture differs from the original.

    Attributes:
        mean_outside: mean absolute difference of all channels outside the box, 0..1.
        strong_outside: share of pixels outside the box that differ by more than STRONG in some channel.
        largest_outside: largest difference outside the box, 0..1.
        changed_inside: share of pixels inside the box that differ at all.
    """

    mean_outside: float
    strong_outside: float
    largest_outside: float
    changed_inside: float


@dataclass(frozen=True)
class Words:
    """The text as measured in the pixels.

    Attributes:
        height: rows of ink in the capitals' columns (of the whole text when it has no capitals), pixels.
        contrast: WCAG ratio of the text's median against the plate's least favourable twentieth.
        likeness: correlation of the ink with a fresh drawing of the reported text, -1..1.
    """

    height: int
    contrast: float
    likeness: float


def stored(box: Box, turn: int, width: int, height: int) -> Box:
    """Where a box of the picture as seen lies in the picture as stored.

    Args:
        turn: EXIF orientation.
        width, height: as stored.
    """

    def back(x: int, y: int) -> tuple[int, int]:
        if turn in {5, 6, 7, 8}:
            x, y = y, x
        if turn in {2, 3, 7, 8}:
            x = width - x
        if turn in {3, 4, 6, 7}:
            y = height - y
        return x, y

    (x0, y0), (x1, y1) = back(box[0], box[1]), back(box[2], box[3])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def seen(frame: Frame, box: Box, turn: int) -> Frame:
    """What stands in a box of the picture as seen, upright."""
    height, width = frame.shape[:2]
    left, top, right, bottom = stored(box, turn, width, height)
    return turned(frame[top:bottom, left:right], turn)


def turned(part: Frame, turn: int) -> Frame:
    """A part of the picture as stored, upright."""
    if turn in {2, 3, 7, 8}:
        part = part[:, ::-1]
    if turn in {3, 4, 6, 7}:
        part = part[::-1]
    return part.transpose(1, 0, 2) if turn in {5, 6, 7, 8} else part


def alike(one: Frame, other: Frame) -> tuple[Frame, Frame]:
    """Two frames with the same channels and depth: grey becomes colour, opaque gets an alpha channel, in memory."""
    channels = max(one.shape[2], other.shape[2])
    deep = np.uint16 in {one.dtype.type, other.dtype.type}
    return _widened(one, channels, deep=deep), _widened(other, channels, deep=deep)


def _widened(frame: Frame, channels: int, *, deep: bool) -> Frame:
    if frame.shape[2] == 1 and channels > 1:
        frame = np.repeat(frame, 3, axis=2)
    if frame.shape[2] == 3 and channels == 4:
        full = np.full((*frame.shape[:2], 1), np.iinfo(frame.dtype).max, dtype=frame.dtype)
        frame = np.concatenate([frame, full], axis=2)
    return frame.astype(np.uint16) * np.uint16(257) if deep and frame.dtype == np.uint8 else frame


def change(labelled: Frame, original: Frame, box: Box, *, spill: int, step: int = 1) -> Change:
    """Compare two frames of the same shape and depth, a strip at a time and in whole numbers.

    Args:
        labelled, original: as stored.
        box: the plate, as stored; an empty one compares everything.
        spill: pixels around the box that count as inside, as lossy blocks straddle its edge.
        step: look at every so many rows only: what was painted is higher than one.
    """
    labelled, original = labelled[::step], original[::step]
    box, spill_down = (box[0], -(-box[1] // step), box[2], -(-box[3] // step)), -(-spill // step)
    height, width, channels = labelled.shape
    full = 65535 if labelled.dtype == np.uint16 else 255
    threshold = int(STRONG * full)
    left, top, right, bottom = max(0, box[0] - spill), max(0, box[1] - spill_down), box[2] + spill, box[3] + spill_down
    total, strong, largest, changed = 0.0, 0, 0.0, 0
    for start in range(0, height, _STRIP):
        end = min(start + _STRIP, height)
        difference = cv2.absdiff(labelled[start:end], original[start:end]).reshape(end - start, width, channels)
        inside = difference[max(0, box[1] - start) : max(0, box[3] - start), box[0] : box[2]]
        changed += int(np.count_nonzero(inside.any(axis=2))) if inside.size else 0
        if top < end and bottom > start and box[0] < box[2]:
            difference[max(0, top - start) : bottom - start, left:right] = 0
        total += float(cv2.norm(difference, cv2.NORM_L1))
        peak = float(cv2.norm(difference, cv2.NORM_INF))
        largest = max(largest, peak)
        if peak > threshold:
            weak = cv2.inRange(difference, (0,) * channels, (threshold,) * channels)
            strong += weak.size - cv2.countNonZero(weak)
    area = max(1, (box[2] - box[0]) * (box[3] - box[1]))
    hidden = max(0, min(right, width) - left) * max(0, min(bottom, height) - top) if box[0] < box[2] else 0
    counted = max(width * height - hidden, 1)
    return Change(total / counted / channels / full, strong / counted, largest / full, changed / area)


def words(part: Frame, box: Box, capitals: Box | None, lines: list[str]) -> Words | None:
    """Find the text within the plate by its distance from the plate's colour; None when nothing stands out.

    Args:
        part: what stands in the reported plate, upright, in the order red, green, blue.
        box: the reported plate.
        capitals: the reported box of the Latin capitals: only its columns are used, the rows are measured.
        lines: the reported text, for the likeness.
    """
    light = _luminance(part[:, :, :3])
    rim = _rim(light)
    plate = float(np.median(rim))
    distance = np.abs(light - plate)
    if distance.max() < 0.02:
        return None
    inner = distance[2:-2, 2:-2] if min(distance.shape) > 6 else distance
    reach = float(np.quantile(inner, 0.995))
    # the eye sees brightness, not linear light: half way between plate and text is taken on the lightness scale
    lightness = _lightness(light)
    plate_l, text_l = _lightness(np.array(plate)), _lightness(np.array(_text_light(light, plate, reach)))
    if text_l == plate_l:  # specks, not characters
        return None
    ink = (lightness - plate_l) / (text_l - plate_l)
    found = _without_corners(ink > 0.5)
    rows = _rows(found, box, capitals)
    height = 0 if rows is None else rows[1] - rows[0]
    solid = _without_corners(ink > 0.85)
    bare = (ink < 0.15) & ~_corners(ink.shape)
    if not solid.any() or not bare.any():
        return Words(height, 1.0, 0.0)
    text_light = float(np.median(light[solid]))
    ground = light[bare]
    worst = float(np.quantile(ground, 0.95 if text_light > plate else 0.05))
    ratio = (max(text_light, worst) + 0.05) / (min(text_light, worst) + 0.05)
    return Words(height, ratio, _likeness(np.clip(ink, 0, 1), found, lines))


def _luminance(part: Frame) -> Array:
    """Relative luminance, 0 to 1 (sRGB), of 1 or 3 channels in 8 or 16 bits."""
    levels = np.arange(65536 if part.dtype == np.uint16 else 256) / (65535 if part.dtype == np.uint16 else 255)
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    channels = np.ascontiguousarray(part)
    unfolded = linear[channels] if part.dtype == np.uint16 else cv2.LUT(channels, linear)
    if part.shape[2] == 1:
        return np.asarray(unfolded, dtype=np.float32).reshape(part.shape[:2])
    shares = np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32)
    return np.asarray(cv2.transform(unfolded, shares), dtype=np.float32)


def _lightness(light: Array) -> Array:
    return np.asarray(np.cbrt(light))


def _text_light(light: Array, plate: float, reach: float) -> float:
    far = light[np.abs(light - plate) >= 0.6 * reach]
    return float(np.median(far)) if far.size else plate


def _corners(shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The plate's rounded corners and outermost pixels, which show the picture behind."""
    rows, columns = shape[0], shape[1]
    reach = max(2, min(rows, columns) // 5)
    mask = np.zeros((rows, columns), dtype=bool)
    for row in (slice(0, reach), slice(rows - reach, rows)):
        for column in (slice(0, reach), slice(columns - reach, columns)):
            mask[row, column] = True
    mask[[0, -1], :] = True
    mask[:, [0, -1]] = True
    return mask


def _without_corners(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return mask & ~_corners(mask.shape)


def _rim(light: Array) -> Array:
    """The plate between its edge and the text: the second and third rows and columns, corners left out."""
    rows, columns = light.shape
    depth = 2 if min(rows, columns) >= 12 else 1
    cut_x, cut_y = columns // 5, rows // 5
    return np.concatenate(
        [
            light[1 : 1 + depth, cut_x : columns - cut_x].ravel(),
            light[rows - 1 - depth : rows - 1, cut_x : columns - cut_x].ravel(),
            light[cut_y : rows - cut_y, 1 : 1 + depth].ravel(),
            light[cut_y : rows - cut_y, columns - 1 - depth : columns - 1].ravel(),
        ]
    )


def _rows(found: npt.NDArray[np.bool_], box: Box, capitals: Box | None) -> tuple[int, int] | None:
    """First and last + 1 row of ink within the capitals' columns, in the line of the capitals."""
    if capitals is None:
        rows = np.flatnonzero(found.any(axis=1))
        return (int(rows[0]), int(rows[-1]) + 1) if rows.size else None
    part = found[:, max(0, capitals[0] - box[0]) : capitals[2] - box[0]]
    lit = [bool(row.any()) for row in part]
    top = bottom = (capitals[1] + capitals[3]) // 2 - box[1]
    if not 0 <= top < len(lit) or not lit[top]:
        return None
    while top > 0 and lit[top - 1]:
        top -= 1
    while bottom + 1 < len(lit) and lit[bottom + 1]:
        bottom += 1
    return top, bottom + 1


def _likeness(ink: Array, found: npt.NDArray[np.bool_], lines: list[str]) -> float:
    """How much the ink looks like a fresh drawing of the lines, stretched to the same box."""
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not lines or rows.size < 3 or columns.size < 3:
        return 0.0
    seen = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # a fine drawing is truer to small characters, one at the size seen to long lines: other pixels round up in it
    fine = _drawn(lines, 96)
    coarse = _drawn(lines, max(8, round(96 * seen.shape[0] / fine.height)))
    return max(_correlation(seen, fresh) for fresh in (fine, coarse))


def _correlation(seen: Array, fresh: Image.Image) -> float:
    """Of the ink and a drawing stretched to its size."""
    expected = np.asarray(fresh.resize((seen.shape[1], seen.shape[0]), Image.Resampling.BOX), dtype=np.float64) / 255
    a, b = seen - seen.mean(), expected - expected.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm else 0.0


def _drawn(lines: list[str], size: int) -> Image.Image:
    """The lines below one another, at `size` pixels per em, cropped to their ink."""
    font = ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)
    drawings = []
    for line in lines:
        canvas = Image.new("L", (round(font.getlength(line)) + size, 2 * size))
        ImageDraw.Draw(canvas).text((size // 2, size // 4), line, font=font, fill=255)
        drawings.append(canvas.crop(canvas.getbbox()))
    gap = round(0.24 * size) if len(drawings) > 1 else 0
    height = sum(drawing.height for drawing in drawings) + gap * (len(drawings) - 1)
    whole = Image.new("L", (max(drawing.width for drawing in drawings), height))
    y = 0
    for drawing in drawings:
        whole.paste(drawing, ((whole.width - drawing.width) // 2, y))
        y += drawing.height + gap
    return whole
