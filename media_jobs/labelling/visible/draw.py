"""Draw the label on a picture as people see it: a plate that stands out, and text of measured contrast."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.visible import colour, font, layout
from media_jobs.labelling.wish import DEFAULT_TEXT

_FINER = 4  # the plate's round corners are drawn this much larger and reduced
Deep = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Drawn:
    """What was drawn.

    Attributes:
        layout: text, size and boxes.
        scheme: plate and text colours as wished.
        contrast: measured on the drawn pixels: the text against the least favourable pixel of the plate.
    """

    layout: layout.Layout
    scheme: colour.Scheme
    contrast: float


def draw(image: Image.Image, *, text: str | None = None, corner: str = "bottom-right") -> Drawn:
    """Draw the explicit label into `image` (upright; mode L, LA, RGB, RGBA or I;16), in place.

    Args:
        image: changed only inside the plate's box.
        text: must hold both elements; default "AI生成".
        corner: see layout.arrange.

    Raises:
        MediaError: label.text_without_elements, label.text_not_drawable, label.text_does_not_fit.
    """
    wished = DEFAULT_TEXT if text is None else text
    layout.check_text(wished)
    plan = layout.arrange(image.width, image.height, text=wished, corner=corner)
    drawn, painted = paint(image.crop(plan.plate), plan)
    image.paste(painted, plan.plate[:2])
    return drawn


def paint(region: Image.Image, plan: layout.Layout, *, solid: bool = False) -> tuple[Drawn, Image.Image]:
    """The label on what lies under its plate.

    Args:
        region: the picture inside plan.plate, upright; mode L, LA, RGB, RGBA or I;16.
        plan: where what stands.
        solid: nothing shines through the plate: what lies under it will change, as in an animation.

    Returns:
        what was drawn, and the region with it.

    Raises:
        MediaError: label.text_does_not_fit (the measured contrast stays below 4.5:1).
    """
    plate, words = masks(plan)
    if region.mode == "I;16":
        scheme, deep = _on_sixteen_bits(np.asarray(region)[:, :, np.newaxis], plate, words, solid=solid)
        drawn = Image.fromarray(deep[:, :, 0])
    else:
        scheme, drawn = _on_eight_bits(region, plate, words, solid=solid)
    return _measured(plan, scheme, _seen(drawn), plate, words), drawn


def paint_deep(region: Deep, plan: layout.Layout) -> tuple[Drawn, Deep]:
    """paint for 16 bits per channel: (height, width, channels) in the order grey, RGB or RGBA."""
    plate, words = masks(plan)
    scheme, drawn = _on_sixteen_bits(region, plate, words, solid=False)
    return _measured(plan, scheme, shallow(drawn), plate, words), drawn


def shallow(deep: Deep) -> Image.Image:
    """(height, width, 1 grey, 3 RGB or 4 RGBA) of 16 bits as 8-bit RGB, for measuring and looking."""
    eight = (deep >> 8).astype(np.uint8)
    return Image.fromarray(eight[:, :, :3] if eight.shape[2] >= 3 else np.repeat(eight[:, :, :1], 3, axis=2))


def _measured(
    plan: layout.Layout, scheme: colour.Scheme, seen: Image.Image, plate: Image.Image, words: Image.Image
) -> Drawn:
    contrast = measure(seen, plate, words, scheme)
    if contrast < colour.MINIMUM:
        raise media_error("label.text_does_not_fit", width=plan.plate[2], height=plan.plate[3])
    return Drawn(plan, scheme, round(contrast, 2))


def masks(plan: layout.Layout) -> tuple[Image.Image, Image.Image]:
    """Coverage of plate and words, 8 bits, of the plate's size."""
    left, top, right, bottom = plan.plate
    size = (right - left, bottom - top)
    plate, radius = Image.new("L", size, 255), plan.radius
    finer = Image.new("L", (2 * radius * _FINER, 2 * radius * _FINER))
    ImageDraw.Draw(finer).ellipse((0, 0, finer.width - 1, finer.height - 1), fill=255)
    round_off = finer.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    if min(size) >= 2 * radius:
        for x, source_x in ((0, 0), (size[0] - radius, radius)):
            for y, source_y in ((0, 0), (size[1] - radius, radius)):
                plate.paste(round_off.crop((source_x, source_y, source_x + radius, source_y + radius)), (x, y))
    words = Image.new("L", size)
    for line, box in zip(plan.lines, plan.line_boxes, strict=True):
        words.paste(font.line(line, plan.size), (box[0] - left, box[1] - top))
    return plate, words


def _on_eight_bits(
    region: Image.Image, plate: Image.Image, words: Image.Image, *, solid: bool
) -> tuple[colour.Scheme, Image.Image]:
    alpha = region.getchannel("A") if region.mode in {"LA", "RGBA"} else None
    below = region.convert("RGB")
    transparent = alpha is not None and int(alpha.getextrema()[0]) < 255  # type: ignore[arg-type]
    scheme = _scheme(below, transparent=transparent or solid)
    # frosted glass: what shines through the plate is blurred, so that no edge of the picture runs through a character
    coarse = below.resize((max(1, region.width // 8), max(1, region.height // 8)), Image.Resampling.BOX)
    soft = coarse.filter(ImageFilter.BoxBlur(max(1, coarse.height // 6))).resize(region.size, Image.Resampling.BILINEAR)
    tinted = Image.blend(soft, Image.new("RGB", region.size, scheme.plate), scheme.opacity)
    drawn = Image.composite(tinted, below, plate)
    drawn.paste(scheme.text, (0, 0), words)
    out = drawn.convert("L") if region.mode in {"L", "LA"} else drawn
    if alpha is not None:
        out.putalpha(ImageChops.lighter(alpha, plate))
    return scheme, out


def _on_sixteen_bits(
    region: Deep, plate: Image.Image, words: Image.Image, *, solid: bool
) -> tuple[colour.Scheme, Deep]:
    """The same blend in numpy, so that the picture keeps its depth."""
    channels = region.shape[2]
    transparent = channels == 4 and int(region[:, :, 3].min()) < 65535
    scheme = _scheme(shallow(region), transparent=transparent or solid)
    cover = np.asarray(plate, dtype=np.float64)[:, :, np.newaxis] / 255
    ink = np.asarray(words, dtype=np.float64)[:, :, np.newaxis] / 255
    plate_colour, text_colour = (
        np.array([_grey(value)] if channels == 1 else value, dtype=np.float64) * 257.0
        for value in (scheme.plate, scheme.text)
    )
    below = region[:, :, :3].astype(np.float64)
    tinted = below * (1 - cover * scheme.opacity) + plate_colour * cover * scheme.opacity
    out = region.copy()
    out[:, :, :3] = np.rint(tinted * (1 - ink) + text_colour * ink).astype(np.uint16)
    if channels == 4:
        out[:, :, 3] = np.maximum(out[:, :, 3], np.rint(cover[:, :, 0] * 65535).astype(np.uint16))
    return scheme, out


def _grey(value: colour.Rgb) -> int:
    return round(0.299 * value[0] + 0.587 * value[1] + 0.114 * value[2])


def _seen(region: Image.Image) -> Image.Image:
    """A region as 8-bit RGB, for measuring."""
    if region.mode == "I;16":
        return shallow(np.asarray(region)[:, :, np.newaxis])
    return region.convert("RGB")


def _scheme(below: Image.Image, *, transparent: bool) -> colour.Scheme:
    extremes = below.getextrema()
    darkest, brightest = (tuple(int(channel[side]) for channel in extremes) for side in (0, 1))  # type: ignore[index]
    mean: tuple[int, ...] = below.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[assignment]
    return colour.choose(darkest=_rgb(darkest), brightest=_rgb(brightest), mean=_rgb(mean), transparent=transparent)


def _rgb(values: tuple[int, ...]) -> colour.Rgb:
    return values[0], values[1], values[2]


def measure(region: Image.Image, plate: Image.Image, words: Image.Image, scheme: colour.Scheme) -> float:
    """The contrast of the drawn text against the plate's least favourable pixel.

    Args:
        region: the drawn plate as RGB.
        plate, words: coverage masks.
        scheme: whose plate is dark or light.
    """
    solid = plate.point([0] * 255 + [255])
    bare = ImageChops.multiply(solid, words.point([255] + [0] * 255))
    most = min(250, int(words.getextrema()[1]))  # type: ignore[arg-type] # tiny text has no fully covered pixel
    inked = words.point([0] * most + [255] * (256 - most))
    text, ground = region.histogram(inked), region.histogram(bare)
    channels = range(0, 768, 256)
    mean = tuple(_mean(text[at : at + 256]) for at in channels)
    ends = (_levels(ground[at : at + 256]) for at in channels)
    worst = tuple(levels[-1 if scheme.name == "dark" else 0] for levels in ends)
    return colour.contrast(_rgb(mean), _rgb(worst))


def _mean(counts: list[int]) -> int:
    return round(sum(level * count for level, count in enumerate(counts)) / max(1, sum(counts)))


def _levels(counts: list[int]) -> list[int]:
    """The levels that occur; black where none does."""
    return [level for level, count in enumerate(counts) if count] or [0]
