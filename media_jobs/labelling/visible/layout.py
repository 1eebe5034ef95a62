"""Where the label goes and how large it is: GB 45438-2025 5.2, at an edge or corner, at least 5 % high."""

import math
import re
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.visible import font
from media_jobs.labelling.wish import DEFAULT_TEXT

LEGIBLE = 12  # px of capital ink below which a reader cannot be expected to read it (regulation brief, check 4)
START_VIEW = "start-view"
# Of an equirectangular panorama's sides: what a viewer that opens at 90 degrees in a window of 16 to 9 shows up to its
# corners, where lines of latitude bend away.
_START_VIEW = (80 / 360, 42 / 180)
# Five per cent of a view of 90 by 90 degrees, as a share of the panorama's height: two radians are its side.
_OF_START_VIEW = 0.1 / math.pi
MAX_AREA = 0.35  # of the picture, for the part that legibility adds above the law's 5 %
_ARTIFICIAL = re.compile("人工智能|AI")
_GENERATED = re.compile("生成|合成")
# 非AI生成, "not AI生成", AI未生成: both elements, and the opposite of a label. 生成式 alone is a word of the subject.
_DENIED = re.compile(
    r"(?:非|不是|不属于|不由|不含|并未|未经?|没有|无|杜绝|禁止)(?:由|经|用|使用|通过|任何)?(?:人工智能|AI)"
    r"|\b(?:not?|non|never|without|free\s?of)[\s\W_]*(?:\w+\s)?(?:人工智能|AI)"
    r"|(?:人工智能|AI)[^生合，。,.;；]{0,6}(?:非|不|未|没有|无)[^生合，。,.;；]{0,4}(?:生成|合成)",
    re.IGNORECASE,
)
_SUBJECT = re.compile("(?:生成|合成)式")
_WORDS = re.compile(r"[\x21-\x7E]+|人工智能|本内容|生成|合成|内容|编辑|修改|\S")


@dataclass(frozen=True)
class Layout:
    """A label ready to draw; all boxes are (left, top, right, bottom) in the picture as people see it, in pixels.

    Attributes:
        lines: the text, one or two lines.
        size: font size, pixels per em.
        plate: the whole label.
        line_boxes: the ink of each line.
        capitals: the ink of the Latin capitals, or None when the text has none.
        ink_height: of Latin capitals at this size.
        required: ceil(5 % of the shortest side).
    """

    lines: tuple[str, ...]
    size: int
    plate: tuple[int, int, int, int]
    line_boxes: tuple[tuple[int, int, int, int], ...]
    capitals: tuple[int, int, int, int] | None
    ink_height: int
    required: int

    @property
    def radius(self) -> int:
        """Of the plate's corners."""
        return max(1, round(0.24 * self.size))


def required_height(width: int, height: int) -> int:
    """The least ink height of the label, in pixels: 5 % of the shortest side, rounded up."""
    return -(-min(width, height) // 20)


def has_elements(text: str) -> bool:
    """True when the text holds both elements, artificial intelligence and generation or synthesis, and affirms them."""
    said = _SUBJECT.sub("", text)
    return bool(_ARTIFICIAL.search(said) and _GENERATED.search(said)) and not denies(text)


def denies(text: str) -> bool:
    """Whether the words say that something was not made by AI."""
    return _DENIED.search(text) is not None


def check_text(text: str) -> None:
    """Nothing when the text may serve as a label.

    Raises:
        MediaError: label.text_without_elements, label.text_not_drawable.
    """
    if not has_elements(text):
        raise media_error("label.text_without_elements")
    missing = font.uncovered(text)
    if missing:
        raise media_error("label.text_not_drawable", characters=missing[:20])


def arrange(width: int, height: int, *, text: str, corner: str = "bottom-right", english: str = "") -> Layout:
    """The largest sensible arrangement: at least 5 %, up to legible, wrapped or shortened where it must be.

    Args:
        width, height: of the picture as people see it.
        text: the wished text; "AI生成" replaces it where it does not fit.
        corner: one of place.CHINESE, or "start-view": the middle of an equirectangular panorama, below its horizon.
        english: words that stand beside the text on the same plate, or "".

    Raises:
        MediaError: label.text_does_not_fit.
    """
    required = required_height(width, height) if corner != START_VIEW else math.ceil(_OF_START_VIEW * height)
    least = _size_for(required, start=1)
    wished = max(math.ceil(0.07 * min(width, height)), _size_for(max(required, LEGIBLE), start=least))
    for size in range(wished, least - 1, -1):
        for lines in _wordings(text, english):
            found = _place(width, height, lines, size, corner=corner, required=required)
            roomy = found is not None and _area(found.plate) <= MAX_AREA * width * height
            if found is not None and (roomy or size == least or required >= LEGIBLE):
                return found
    raise media_error("label.text_does_not_fit", width=width, height=height)


def _size_for(ink: int, *, start: int) -> int:
    size = start
    while font.capital_height(size) < ink:
        size += 1 if ink < 64 else max(1, (ink - font.capital_height(size)) // 2)
    return size


def _wordings(text: str, english: str) -> list[tuple[str, ...]]:
    """The text in one line, in two, then the shortest lawful text in one and two; each with the English words."""
    chinese: list[tuple[str, ...]] = [(text,), *_wrapped(text), (DEFAULT_TEXT,), *_wrapped(DEFAULT_TEXT)]
    if not english:
        return list(dict.fromkeys(chinese))
    beside = [(f"{text} {english}",), *((*lines, english) for lines in chinese)]
    below = [(*lines, *_wrapped(english)[0]) for lines in chinese]
    return list(dict.fromkeys([*beside, *below]))


def _wrapped(text: str) -> list[tuple[str, ...]]:
    """The text broken once, as near to its middle as possible, never inside a word."""
    places = [word.start() for word in _WORDS.finditer(text) if word.start() > 0]
    if not places:
        return []
    middle = min(places, key=lambda i: abs(font.at(100).getlength(text[:i]) - font.at(100).getlength(text[i:])))
    return [(text[:middle].strip(), text[middle:].strip())]


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _place(width: int, height: int, lines: tuple[str, ...], size: int, *, corner: str, required: int) -> Layout | None:
    """The arrangement of these lines at this size; None when it would be cut off."""
    inks = [font.line(line, size).size for line in lines]
    pad_x, pad_y, gap = max(2, round(0.42 * size)), max(2, round(0.3 * size)), max(1, round(0.24 * size))
    block_width = max(ink[0] for ink in inks)
    plate_width = block_width + 2 * pad_x
    plate_height = sum(ink[1] for ink in inks) + gap * (len(inks) - 1) + 2 * pad_y
    room = _START_VIEW if corner == START_VIEW else (1.0, 1.0)
    if plate_width > room[0] * width or plate_height > room[1] * height:
        return None
    margin = round(0.4 * size)
    margin_x, margin_y = min(margin, width - plate_width, width // 12), min(margin, height - plate_height, height // 12)
    left, top = _origin(corner, (width, height), (plate_width, plate_height), (margin_x, margin_y))
    boxes, y, found = [], top + pad_y, None
    for line, (ink_width, ink_height) in zip(lines, inks, strict=True):
        x = left + pad_x + (block_width - ink_width) // 2
        boxes.append((x, y, x + ink_width, y + ink_height))
        part = font.capitals(line, size)
        if part is not None and found is None:
            found = (x + part[0], y + part[1], x + part[2], y + part[3])
        y += ink_height + gap
    plate = (left, top, left + plate_width, top + plate_height)
    ink = font.capital_height(size) if found is None else found[3] - found[1]
    if ink < required:
        return None
    return Layout(lines, size, plate, tuple(boxes), found, ink, required)


def _origin(corner: str, size: tuple[int, int], plate: tuple[int, int], margin: tuple[int, int]) -> tuple[int, int]:
    """Left and top of the plate."""
    room_x, room_y = size[0] - plate[0], size[1] - plate[1]
    if corner == START_VIEW:
        # longitude 0 is the middle column; the plate's middle lies 15 degrees below the horizon, or as much higher as
        # its lower edge needs to stay above 21 degrees
        return room_x // 2, min(size[1] * 105 // 180 - plate[1] // 2, size[1] * 111 // 180 - plate[1])
    left = margin[0] if corner.endswith("left") else room_x - margin[0] if corner.endswith("right") else room_x // 2
    top = margin[1] if corner.startswith("top") else room_y - margin[1] if corner.startswith("bottom") else room_y // 2
    return left, top
