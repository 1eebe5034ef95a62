"""The label font: load it, check that it has every character, measure ink."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PATH = Path(__file__).resolve().parents[1] / "fonts" / "NotoSansSC-Bold-label.ttf"
# A row counts as ink where a glyph covers more than three quarters of a pixel: it must survive JPEG.
INK = 200


@lru_cache(maxsize=64)
def at(size: int) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels per em."""
    return ImageFont.truetype(PATH, size, layout_engine=ImageFont.Layout.BASIC)


def uncovered(text: str) -> str:
    """The characters that the font cannot draw, each once, in order; a missing glyph would vanish silently."""
    font = at(32)
    missing = [
        c for c in text if c != " " and (c.isspace() or not c.isprintable() or font.getmask(c).getbbox() is None)
    ]
    return "".join(dict.fromkeys(missing))


@lru_cache(maxsize=8)
def line(text: str, size: int) -> Image.Image:
    """One line as an 8-bit coverage mask, cropped to its ink on all sides.

    The crop keeps the left edge of the em origin out: position by ink, not by advance. Everybody gets the same image:
    nobody may draw on it.
    """
    mask = _canvas(text, size)
    return mask.crop(mask.getbbox())


@lru_cache(maxsize=64)
def capitals(text: str, size: int) -> tuple[int, int, int, int] | None:
    """Where the Latin capitals of a line lie within `line(text, size)`: (left, top, right, bottom) of their ink.

    Returns:
        None when the line holds no Latin capital.
    """
    first = next((i for i, c in enumerate(text) if "A" <= c <= "Z"), None)
    if first is None:
        return None
    last = first
    while last < len(text) and "A" <= text[last] <= "Z":
        last += 1
    whole = _canvas(text, size).getbbox()
    before = round(at(size).getlength(text[:first])) if first else 0
    part = _solid(_canvas(text[first:last], size)).getbbox()
    if whole is None or part is None:
        return None
    return part[0] + before - whole[0], part[1] - whole[1], part[2] + before - whole[0], part[3] - whole[1]


@lru_cache(maxsize=512)
def capital_height(size: int) -> int:
    """The ink height of the Latin capitals A and I in pixels, the smaller of the two (regulation brief, D1)."""
    boxes = [_solid(_canvas(letter, size)).getbbox() for letter in "AI"]
    return min(0 if box is None else box[3] - box[1] for box in boxes)


def _canvas(text: str, size: int) -> Image.Image:
    """The text drawn on a canvas large enough for any overhang; the origin is the same for every text of a size."""
    font = at(size)
    width = round(font.getlength(text)) + 2 * size
    mask = Image.new("L", (width, 2 * size))
    ImageDraw.Draw(mask).text((size // 2, size // 4), text, font=font, fill=255)
    return mask


def _solid(mask: Image.Image) -> Image.Image:
    return mask.point([0] * INK + [255] * (256 - INK))
