"""Measure the explicit label in the decoded picture: where pixels changed, how high it is, how strong its contrast.

Shapes: pictures are (height, width, channels) arrays as people see them, 8 or 16 bits, scaled to 0..1 floats per strip.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageDraw, ImageFont

Box = tuple[int, int, int, int]
Array = npt.NDArray[np.float64]

_STRIP = 512
_FONT = Path(__file__).resolve().parents[1] / "fonts" / "NotoSansSC-Bold-label.ttf"
# Only EXIF turns a picture, as in browsers; ImageOps.exif_transpose would believe XMP and text chunks too.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
STRONG = 48 / 255  # a change that a person would see, per channel


@dataclass(frozen=True)
class Change:
    """How the labelled picture differs from the original.

    Attributes:
        mean_outside: mean absolute difference outside the box, 0..1.
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


def upright(data: bytes) -> Image.Image:
    """Decode and turn as people see it, with colours unpacked.

    Raises:
        OSError, ValueError, SyntaxError, Image.DecompressionBombError: as Pillow does for what it cannot read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the probe settled the size before any of this
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as opened:
            opened.load()
            exif = Image.Exif()
            exif.load(opened.info.get("exif") or b"")
            turn = _TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
            image = opened.copy() if turn is None else opened.transpose(turn)
    if image.mode == "I;16":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _floats(image: Image.Image, box: Box) -> Array:
    part = np.asarray(image.crop(box))
    if part.ndim == 2:
        part = part[:, :, np.newaxis]
    return part.astype(np.float64) / (65535.0 if image.mode == "I;16" else 255.0)


def change(labelled: Image.Image, original: Image.Image, box: Box, *, spill: int) -> Change:
    """Compare two pictures of the same size.

    Args:
        labelled, original: upright.
        box: the reported plate.
        spill: pixels around the box that count as inside, as lossy blocks straddle its edge.
    """
    if labelled.mode != original.mode and "I;16" not in {labelled.mode, original.mode}:
        labelled, original = labelled.convert("RGBA"), original.convert("RGBA")
    width, height = labelled.size
    left, top, right, bottom = max(0, box[0] - spill), max(0, box[1] - spill), box[2] + spill, box[3] + spill
    total, strong, largest, counted = 0.0, 0, 0.0, 0
    changed = 0
    for start in range(0, height, _STRIP):
        end = min(start + _STRIP, height)
        difference = np.abs(_floats(labelled, (0, start, width, end)) - _floats(original, (0, start, width, end))).max(
            axis=2
        )
        rows, columns = np.ogrid[start:end, 0:width]
        inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
        within = (rows >= box[1]) & (rows < box[3]) & (columns >= box[0]) & (columns < box[2])
        changed += int(np.count_nonzero(difference[within]))
        outside = difference[~inside]
        counted += outside.size
        if outside.size:
            total += float(outside.sum())
            strong += int(np.count_nonzero(outside > STRONG))
            largest = max(largest, float(outside.max()))
    area = (box[2] - box[0]) * (box[3] - box[1])
    counted = max(counted, 1)
    return Change(total / counted, strong / counted, largest, changed / area)


def words(labelled: Image.Image, box: Box, capitals: Box | None, lines: list[str]) -> Words | None:
    """Find the text within the plate by its distance from the plate's colour; None when nothing stands out.

    Args:
        labelled: upright.
        box: the reported plate.
        capitals: the reported box of the Latin capitals: only its columns are used, the rows are measured.
        lines: the reported text, for the likeness.
    """
    region = _floats(labelled, box)[:, :, :3]
    if region.shape[2] == 1:
        region = np.repeat(region, 3, axis=2)
    light = _luminance(region)
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


def _luminance(region: Array) -> Array:
    linear = np.where(region <= 0.04045, region / 12.92, ((region + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float64)


def _lightness(light: Array) -> Array:
    return np.asarray(np.cbrt(light), dtype=np.float64)


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
    font = ImageFont.truetype(_FONT, 96)
    drawings = []
    for line in lines:
        canvas = Image.new("L", (round(font.getlength(line)) + 96, 192))
        ImageDraw.Draw(canvas).text((48, 24), line, font=font, fill=255)
        drawings.append(canvas.crop(canvas.getbbox()))
    gap = round(0.24 * 96) if len(drawings) > 1 else 0
    fresh = Image.new(
        "L", (max(d.width for d in drawings), sum(d.height for d in drawings) + gap * (len(drawings) - 1))
    )
    y = 0
    for drawing in drawings:
        fresh.paste(drawing, ((fresh.width - drawing.width) // 2, y))
        y += drawing.height + gap
    expected = np.asarray(fresh.resize((seen.shape[1], seen.shape[0]), Image.Resampling.BOX), dtype=np.float64) / 255
    a, b = seen - seen.mean(), expected - expected.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm else 0.0
