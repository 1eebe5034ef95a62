"""Look for the explicit label in a picture nobody told us about: known words, drawn afresh, at every likely size.

The elements of the law are looked for, not whole sentences: 生成 or 合成, and AI or 人工智能 beside or above it
(GB 45438-2025 5.2). Normalised cross-correlation does not care for brightness or contrast; its sign tells light on
dark from dark on light. Measured on our own labels at JPEG quality 80 the score is 0.87 to 1.0, on pictures without
words at most 0.46.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Box = tuple[int, int, int, int]
Grey = npt.NDArray[np.float32]

_FONT = Path(__file__).resolve().parents[1] / "fonts" / "NotoSansSC-Bold-label.ttf"
_GENERATED = ("生成", "合成")
_ARTIFICIAL = ("AI", "人工智能")
_SIDE = 400  # px of shortest side that is searched: at 4.5 % a character still has 25 px
_LEAST_SIDE = 200  # smaller pictures are enlarged, since their labels may be larger than 12 %
_MOST_PIXELS = 1_500_000
_SMALLEST, _LARGEST = 0.045, 0.17  # em per shortest side: ink of 3.3 to 12.5 %
_LARGEST_SMALL = 0.30
_STEP = 1.05
_FOUND = 0.6
_GOOD = 0.8  # no need to look further


@dataclass(frozen=True)
class Hit:
    """A label that was found.

    Attributes:
        text: the two elements as read: "AI" + "生成" and so on.
        box: around all ink, pixels of the picture as given.
        artificial: around AI or 人工智能.
        em: font size, pixels of the picture as given.
        score: the weaker of the two correlations, 0..1.
    """

    text: str
    box: Box
    artificial: Box
    em: float
    score: float

    def scaled(self, factor: float) -> "Hit":
        """The same in a picture `factor` times as large."""
        box, part = ([round(value * factor) for value in one] for one in (self.box, self.artificial))
        return replace(
            self,
            box=(box[0], box[1], box[2], box[3]),
            artificial=(part[0], part[1], part[2], part[3]),
            em=self.em * factor,
        )


@dataclass(frozen=True)
class _Match:
    word: str
    em: int
    box: Box  # of the ink
    score: float


def seek(image: Image.Image, *, near: Hit | None = None) -> Hit | None:
    """The best label in an upright picture; None when none is found.

    Args:
        image: any mode and size.
        near: a hit in a picture of the same size (an earlier frame): only its size and surroundings are tried.
    """
    factor = _factor(image.width, image.height)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    small = image.convert("L")
    if size != image.size:
        small = small.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC)
    found = _seek(np.asarray(small, dtype=np.float32), None if near is None else near.scaled(factor))
    return None if found is None else found.scaled(1 / factor)


def _factor(width: int, height: int) -> float:
    side = min(width, height)
    factor = _SIDE / side if side > _SIDE else max(1.0, _LEAST_SIDE / side)
    return min(factor, math.sqrt(_MOST_PIXELS / (width * height)))


def _seek(grey: Grey, near: Hit | None) -> Hit | None:
    best: Hit | None = None
    for match in sorted(_generated(grey, near), key=lambda one: -one.score)[:6]:
        artificial = _beside(grey, match)
        if artificial is None:
            continue
        hit = _joined(match, artificial)
        if best is None or hit.score > best.score:
            best = hit
        if best.score >= _GOOD:
            break
    return best


def _generated(grey: Grey, near: Hit | None) -> list[_Match]:
    """Where 生成 or 合成 may stand, per size and word."""
    found = []
    region, offset = grey, (0, 0)
    if near is not None:
        reach = round(near.em)
        left, top = max(0, near.box[0] - reach), max(0, near.box[1] - reach)
        region, offset = grey[top : near.box[3] + reach, left : near.box[2] + reach], (left, top)
    for em in _sizes(grey, near):
        for word in _GENERATED:
            match = _best(region, word, em, offset)
            if match is not None and match.score >= _FOUND:
                found.append(match)
    return found


def _sizes(grey: Grey, near: Hit | None) -> Iterator[int]:
    if near is not None:
        yield from dict.fromkeys(max(8, round(near.em * share)) for share in (0.97, 1.0, 1.03))
        return
    side = min(grey.shape)
    em, last = max(8.0, _SMALLEST * side), 0
    while em < (_LARGEST if side > _LEAST_SIDE else _LARGEST_SMALL) * side:
        if round(em) != last:
            last = round(em)
            yield last
        em *= _STEP


def _best(region: Grey, word: str, em: int, offset: tuple[int, int]) -> _Match | None:
    """The strongest place of a word in a region; None where the word does not fit in."""
    template, margin = _drawn(word, em)
    if template.shape[0] > region.shape[0] or template.shape[1] > region.shape[1]:
        return None
    scores = np.abs(cv2.matchTemplate(np.ascontiguousarray(region), template, cv2.TM_CCOEFF_NORMED))
    scores[~np.isfinite(scores) | (scores > 1.01)] = 0  # a flat region has no correlation
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    left, top = column + offset[0] + margin, row + offset[1] + margin
    box = (left, top, left + template.shape[1] - 2 * margin, top + template.shape[0] - 2 * margin)
    return _Match(word, em, box, float(scores[row, column]))


@lru_cache(maxsize=256)
def _drawn(word: str, em: int) -> tuple[Grey, int]:
    """A word as white on black, and its margin in pixels."""
    font = ImageFont.truetype(_FONT, em)
    canvas = Image.new("L", (round(font.getlength(word)) + 2 * em, 2 * em))
    ImageDraw.Draw(canvas).text((em // 2, em // 4), word, font=font, fill=255)
    margin = max(1, em // 10)
    box = canvas.getbbox() or (0, 0, em, em)
    around = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
    return np.asarray(canvas.crop(around), dtype=np.float32), margin


def _beside(grey: Grey, match: _Match) -> _Match | None:
    """AI or 人工智能 on the same line or the one above, in the same size."""
    em, (left, top, right, bottom) = match.em, match.box
    x, y = max(0, left - 8 * em), max(0, top - round(1.7 * em))
    region = grey[y : bottom + em // 2, x : right + 3 * em]
    found = [
        one
        for word in _ARTIFICIAL
        for size in dict.fromkeys((em, em - 1, em + 1))
        if (one := _best(region, word, size, (x, y))) is not None and one.score >= _FOUND and _apart(one, match)
    ]
    return max(found, key=lambda one: one.score + 0.1 * len(one.word), default=None)


def _apart(one: _Match, match: _Match) -> bool:
    """The two elements do not lie on each other."""
    a, b = one.box, match.box
    return min(a[2], b[2]) - max(a[0], b[0]) < match.em // 4 or min(a[3], b[3]) - max(a[1], b[1]) < match.em // 4


def _joined(match: _Match, artificial: _Match) -> Hit:
    a, b = match.box, artificial.box
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return Hit(artificial.word + match.word, box, b, match.em, min(match.score, artificial.score))
