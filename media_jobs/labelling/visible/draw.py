"""Draw the label on a picture as people see it: a plate that stands out, and text of measured contrast."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.visible import colour, font, layout
from media_jobs.labelling.wish import DEFAULT_TEXT

_FINER = 4  # the plate's round corners are drawn this much larger and reduced


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
    plate, words = _masks(plan)
    region = image.crop(plan.plate)
    scheme, drawn = (
        _on_sixteen_bits(region, plate, words) if image.mode == "I;16" else _on_eight_bits(region, plate, words)
    )
    image.paste(drawn, plan.plate[:2])
    measured = measure(_seen(drawn), plate, words, scheme)
    if measured < colour.MINIMUM:
        raise media_error("label.text_does_not_fit", width=image.width, height=image.height)
    return Drawn(plan, scheme, round(measured, 2))


def _masks(plan: layout.Layout) -> tuple[Image.Image, Image.Image]:
    """Coverage of plate and words, 8 bits, of the plate's size."""
    left, top, right, bottom = plan.plate
    size = (right - left, bottom - top)
    large = Image.new("L", (size[0] * _FINER, size[1] * _FINER))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius=plan.radius * _FINER, fill=255
    )
    words = Image.new("L", size)
    for line, box in zip(plan.lines, plan.line_boxes, strict=True):
        words.paste(font.line(line, plan.size), (box[0] - left, box[1] - top))
    return large.resize(size, Image.Resampling.BOX), words


def _on_eight_bits(region: Image.Image, plate: Image.Image, words: Image.Image) -> tuple[colour.Scheme, Image.Image]:
    alpha = region.getchannel("A") if region.mode in {"LA", "RGBA"} else None
    below = region.convert("RGB")
    transparent = alpha is not None and int(alpha.getextrema()[0]) < 255  # type: ignore[arg-type]
    scheme = _scheme(below, transparent=transparent)
    # frosted glass: what shines through the plate is blurred, so that no edge of the picture runs through a character
    soft = below.filter(ImageFilter.GaussianBlur(max(2, region.height // 6)))
    tinted = Image.blend(soft, Image.new("RGB", region.size, scheme.plate), scheme.opacity)
    drawn = Image.composite(tinted, below, plate)
    drawn.paste(scheme.text, (0, 0), words)
    out = drawn.convert("L") if region.mode in {"L", "LA"} else drawn
    if alpha is not None:
        out.putalpha(ImageChops.lighter(alpha, plate))
    return scheme, out


def _on_sixteen_bits(region: Image.Image, plate: Image.Image, words: Image.Image) -> tuple[colour.Scheme, Image.Image]:
    """16-bit grey: the same blend in numpy, so that the picture keeps its depth."""
    import numpy as np

    grey = np.asarray(region, dtype=np.float64)
    scheme = _scheme(_seen(region), transparent=False)
    plate_grey, text_grey = (_grey(value) * 257.0 for value in (scheme.plate, scheme.text))
    cover = np.asarray(plate, dtype=np.float64) / 255 * scheme.opacity
    ink = np.asarray(words, dtype=np.float64) / 255
    tinted = grey * (1 - cover) + plate_grey * cover
    out = np.rint(tinted * (1 - ink) + text_grey * ink).astype(np.uint16)
    return scheme, Image.fromarray(out)


def _grey(value: colour.Rgb) -> int:
    return round(0.299 * value[0] + 0.587 * value[1] + 0.114 * value[2])


def _seen(region: Image.Image) -> Image.Image:
    """A region as 8-bit RGB, for measuring."""
    if region.mode == "I;16":
        import numpy as np

        return Image.fromarray((np.asarray(region) >> 8).astype(np.uint8)).convert("RGB")
    return region.convert("RGB")


def _scheme(below: Image.Image, *, transparent: bool) -> colour.Scheme:
    extremes = below.getextrema()
    darkest, brightest = (tuple(int(channel[side]) for channel in extremes) for side in (0, 1))  # type: ignore[index]
    mean = tuple(round(value) for value in ImageStat.Stat(below).mean)
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
    inked = words.point([0] * 250 + [255] * 6)
    if inked.getbbox() is None:  # tiny text has no fully covered pixel: take the nearest to it
        most = int(words.getextrema()[1])  # type: ignore[arg-type]
        inked = words.point([0] * most + [255] * (256 - most))
    text = _rgb(tuple(round(value) for value in ImageStat.Stat(region, mask=inked).mean))
    side = 1 if scheme.name == "dark" else 0
    worst = tuple(int(ImageStat.Stat(channel, mask=bare).extrema[0][side]) for channel in region.split())
    return colour.contrast(text, _rgb(worst))
