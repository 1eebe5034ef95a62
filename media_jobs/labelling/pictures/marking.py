"""The explicit label of one picture: chosen once, drawn on as many frames as there are, told in the report."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.pictures import turning
from media_jobs.labelling.pictures.turning import Box, Pixels
from media_jobs.labelling.visible import Drawn, colour, layout, paint, paint_deep, place
from media_jobs.labelling.visible.draw import masks, shallow
from media_jobs.labelling.wish import Wish


@dataclass(frozen=True)
class Mark:
    """Where the label goes in one picture.

    Attributes:
        placed: the layout, as seen, and how it was found.
        box: the plate as stored.
        orientation: 1 to 8.
    """

    placed: place.Placed
    box: Box
    orientation: int


def planned(size: tuple[int, int], orientation: int, wish: Wish, look: Callable[[], Iterable[Image.Image]]) -> Mark:
    """The label's place in a picture.

    Args:
        size: width and height as stored.
        look: gives the picture as stored (any size, the same shape), or some frames of it; asked only when faces
            have to be looked for.

    Raises:
        MediaError: label.*, media.not_panorama.
    """
    layout.check_text(wish.text)
    width, height = turning.seen_size(size, orientation)
    if wish.panorama and width != 2 * height:
        raise media_error("media.not_panorama", width=width, height=height)
    found = wish.faces if wish.faces is not None else _faces(look, orientation, (width, height))
    placed = place.choose(width, height, text=wish.text, english=wish.english, faces=found, panorama=wish.panorama)
    return Mark(placed, turning.stored_box(placed.layout.plate, orientation, size), orientation)


def _faces(look: Callable[[], Iterable[Image.Image]], orientation: int, size: tuple[int, int]) -> Sequence[Box]:
    from media_jobs.labelling.visible import faces  # OpenCV is slow to load, and not needed when the caller knows

    upright = turning.UPRIGHT.get(orientation)
    return [box for one in look() for box in faces.boxes(turning.image(faces.looked_at(one), upright), size)]


def stamp(pixels: Pixels, mark: Mark, *, solid: bool = False) -> Drawn:
    """Draw the label into a picture as stored, in place: only what lies under the plate is touched.

    Args:
        pixels: mode L, LA, RGB, RGBA or I;16; or 16 bits per channel, (height, width, 1, 3 RGB or 4 RGBA).
        mark: of a picture of this size.
        solid: see visible.paint.

    Raises:
        MediaError: label.text_does_not_fit.
    """
    upright, back = turning.UPRIGHT.get(mark.orientation), turning.BACK.get(mark.orientation)
    plan, box = mark.placed.layout, mark.box
    if isinstance(pixels, Image.Image):
        drawn, region = paint(turning.image(pixels.crop(box), upright), plan, solid=solid)
        pixels.paste(turning.image(region, back), box[:2])
        return drawn
    part = pixels[box[1] : box[3], box[0] : box[2]]
    drawn, deep = paint_deep(turning.deep(part, upright), plan)
    pixels[box[1] : box[3], box[0] : box[2]] = turning.deep(deep, back)
    return drawn


@dataclass(frozen=True)
class Solid:
    """An opaque label as stored, the same on every frame of an animation.

    Attributes:
        box: where, as stored.
        face: its colours, RGB.
        plate, ink: coverage masks of plate and characters.
        scheme: colours of plate and text.
    """

    box: Box
    face: Image.Image
    plate: Image.Image
    ink: Image.Image
    scheme: colour.Scheme

    @property
    def contrast(self) -> float:
        """Of text and plate."""
        return round(colour.contrast(self.scheme.text, self.scheme.plate), 2)

    def onto(self, frame: Image.Image) -> None:
        """Put it on a frame (L, RGB or RGBA, the whole canvas as stored), in place."""
        frame.paste(self.face.convert(frame.mode), self.box, self.plate)


def solid(mark: Mark, below: Image.Image) -> Solid:
    """The opaque label of a mark.

    Args:
        below: what lies under its plate on one frame; the plate is dark or light to stand out from that.
    """
    plate, words = masks(mark.placed.layout)
    mean = tuple(int(value) for value in np.asarray(below.convert("RGB")).reshape(-1, 3).mean(axis=0))
    scheme = colour.choose(
        darkest=(0, 0, 0), brightest=(255, 255, 255), mean=(mean[0], mean[1], mean[2]), transparent=True
    )
    back = turning.BACK.get(mark.orientation)
    plate, ink = turning.image(plate, back), turning.image(words, back)
    face = Image.new("RGB", plate.size, scheme.plate)
    face.paste(scheme.text, (0, 0), ink)
    return Solid(mark.box, face, plate, ink, scheme)


def glance(pixels: Pixels) -> Image.Image:
    """A picture as 8 bits, coarse where it is 16, for looking for faces."""
    if isinstance(pixels, np.ndarray):
        step = max(1, max(pixels.shape[:2]) // 1280)
        return shallow(np.ascontiguousarray(pixels[::step, ::step]))
    if pixels.mode == "I;16":
        return glance(np.asarray(pixels)[:, :, np.newaxis])
    return pixels


def told(mark: Mark, scheme: colour.Scheme, contrast: float, wish: Wish, size: tuple[int, int]) -> dict[str, Any]:
    """The report about the label itself; boxes as seen, in pixels."""
    plan = mark.placed.layout
    return {
        "text": (" " if wish.english else "").join(plan.lines),
        "lines": list(plan.lines),
        "english": wish.english,
        "theme": str(wish.theme),
        "panorama": wish.panorama,
        "corner": mark.placed.corner,
        "faces": mark.placed.faces,
        "faces_avoided": mark.placed.avoided,
        "faces_covered": mark.placed.covered,
        "box": list(plan.plate),
        "capitals_box": None if plan.capitals is None else list(plan.capitals),
        "ink_boxes": [list(box) for box in plan.line_boxes],
        "ink_height": plan.ink_height,
        "required_height": plan.required,
        "font_size": plan.size,
        "shortest_side": min(size),
        "contrast": contrast,
        "plate": scheme.name,
        "plate_colour": "#{:02x}{:02x}{:02x}".format(*scheme.plate),
        "text_colour": "#{:02x}{:02x}{:02x}".format(*scheme.text),
        "illegible": plan.ink_height < layout.LEGIBLE,
        "orientation": mark.orientation,
        "width": size[0],
        "height": size[1],
    }
