"""Contrast by WCAG 2.2 (relative luminance): the standard says "clear and legible", we say 4.5:1 and measure it."""

from dataclasses import dataclass

Rgb = tuple[int, int, int]

MINIMUM = 4.5
_COMFORTABLE = 7.0
INK: Rgb = (24, 20, 18)
PAPER: Rgb = (250, 247, 242)
_OPACITIES = (0.82, 0.9, 0.96, 1.0)


@dataclass(frozen=True)
class Scheme:
    """Plate and text colour, and how much of the background shines through the plate (1 = nothing)."""

    name: str
    plate: Rgb
    text: Rgb
    opacity: float


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (sRGB)."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def blended(over: Rgb, under: Rgb, opacity: float) -> Rgb:
    """`over` at `opacity` on `under`."""
    red, green, blue = (round(o * opacity + u * (1 - opacity)) for o, u in zip(over, under, strict=True))
    return red, green, blue


def choose(*, darkest: Rgb, brightest: Rgb, mean: Rgb, transparent: bool) -> Scheme:
    """The plate that stands out from this background: dark on a bright one, bright on a dark one.

    The plate is as translucent as a comfortable contrast allows at the background's worst pixel.

    Args:
        darkest, brightest: per-channel extremes under the plate.
        mean: average under the plate.
        transparent: the picture is see-through there, so what lies behind is unknown: the plate is solid.
    """
    dark_plate = contrast(mean, INK) >= contrast(mean, PAPER)
    name, plate, text, worst = ("dark", INK, PAPER, brightest) if dark_plate else ("light", PAPER, INK, darkest)
    for opacity in (1.0,) if transparent else _OPACITIES:
        if contrast(text, blended(plate, worst, opacity)) >= _COMFORTABLE:
            return Scheme(name, plate, text, opacity)
    return Scheme(name, plate, text, 1.0)
