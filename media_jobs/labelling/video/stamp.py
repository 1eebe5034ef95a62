"""The explicit label of a video: place and colours chosen on a few frames, then one overlay for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.video.picture import Picture
from media_jobs.labelling.video.planes import Overlay
from media_jobs.labelling.video.turning import BACK, turned, turned_box
from media_jobs.labelling.visible import colour, layout, place
from media_jobs.labelling.visible.draw import masks
from media_jobs.labelling.wish import Wish

Box = tuple[int, int, int, int]

# So opaque that no background, however it changes, brings the contrast under 7:1 (measured below, black to white).
_OPACITY = 0.88
# Paper white as a share of the signal: 203 cd/m² (ITU-R BT.2408); all of it would be a lamp in the viewer's eyes.
_WHITE = {"": 1.0, "pq": 0.58, "hlg": 0.75}


@dataclass(frozen=True)
class Stamp:
    """The label as it goes onto every frame.

    Attributes:
        placed: layout as seen, and how it was found.
        overlay: ready to blend.
        scheme: colours of plate and text.
        contrast: of text and plate over the least favourable background there can be.
        panorama: it stands in the start view of an equirectangular panorama.
    """

    placed: place.Placed
    overlay: Overlay
    scheme: colour.Scheme
    contrast: float
    panorama: bool


def stamp(picture: Picture, wish: Wish, glances: Sequence[Image.Image]) -> Stamp:
    """Choose place and colours.

    Args:
        picture: the kind of picture.
        wish: what the label shall be.
        glances: a few frames as seen, small, RGB, of the picture's shape; at least one.

    Raises:
        MediaError: label.*, video.projection.
    """
    layout.check_text(wish.text)
    width, height = picture.seen
    panorama = wish.panorama or picture.spherical
    if panorama and abs(width - 2 * height) > 2:
        raise media_error("video.projection")
    known = wish.faces if wish.faces is not None else _faces(glances, picture.seen)
    placed = place.choose(width, height, text=wish.text, english=wish.english, faces=known, panorama=panorama)
    scheme = _scheme(glances, placed.layout.plate, picture.seen)
    plate, words = masks(placed.layout)
    contrast = min(
        colour.contrast(scheme.text, colour.blended(scheme.plate, ground, scheme.opacity))
        for ground in ((0, 0, 0), (255, 255, 255))
    )
    overlay = _overlay(picture, placed.layout.plate, plate, words, scheme)
    return Stamp(placed, overlay, scheme, round(contrast, 2), panorama)


def _faces(glances: Sequence[Image.Image], size: tuple[int, int]) -> list[Box]:
    from media_jobs.labelling.visible import faces  # OpenCV is slow to load, and not needed when the caller knows

    return [box for glance in glances for box in faces.boxes(glance, size)]


def _scheme(glances: Sequence[Image.Image], plate: Box, size: tuple[int, int]) -> colour.Scheme:
    """Dark on a bright background, light on a dark one, by the frames looked at; opaque enough for all others."""
    means = []
    for glance in glances:
        across, down = glance.width / size[0], glance.height / size[1]
        left, top = int(plate[0] * across), int(plate[1] * down)
        right, bottom = max(left + 1, int(plate[2] * across)), max(top + 1, int(plate[3] * down))
        means.append(np.asarray(glance.crop((left, top, right, bottom)), dtype=np.float64).mean(axis=(0, 1)))
    mean = tuple(round(float(value)) for value in np.mean(means, axis=0))
    chosen = colour.choose(
        darkest=(0, 0, 0), brightest=(255, 255, 255), mean=(mean[0], mean[1], mean[2]), transparent=False
    )
    return colour.Scheme(chosen.name, chosen.plate, chosen.text, max(_OPACITY, chosen.opacity))


def _overlay(
    picture: Picture, plate_box: Box, plate: Image.Image, words: Image.Image, scheme: colour.Scheme
) -> Overlay:
    """The masks brought from how the picture is seen to how it is stored."""
    back = BACK[picture.turn]
    left, top, right, bottom = turned_box(plate_box, picture.seen, back)
    cover, ink = _squeezed(turned(plate, back), turned(words, back), left, right, picture)
    left, right = _columns(left, right, picture)
    opaque = cover * scheme.opacity
    keep = (1 - opaque) * (1 - ink)
    white = _WHITE[picture.hdr]
    plate_colour, text_colour = (
        np.array(value, dtype=np.float64) / 255 * white for value in (scheme.plate, scheme.text)
    )
    colours = (opaque * (1 - ink))[..., np.newaxis] * plate_colour + ink[..., np.newaxis] * text_colour
    return Overlay(picture, (left, top, right, bottom), keep=keep, colour=colours)


def _columns(left: int, right: int, picture: Picture) -> tuple[int, int]:
    """Columns as shown, in columns as stored."""
    return int(left / picture.aspect), min(picture.width, -int(-right // picture.aspect))


def _squeezed(
    plate: Image.Image, words: Image.Image, left: int, right: int, picture: Picture
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The masks for pixels that are not square: drawn as seen, then narrowed or widened as a player will undo it."""
    if picture.aspect != 1:
        first, last = _columns(left, right, picture)
        aspect = float(picture.aspect)
        box = (first * aspect - left, 0.0, last * aspect - left, float(plate.height))
        wide = max(0, -int(box[0])) + 2
        padded = [Image.new("L", (one.width + 2 * wide, one.height)) for one in (plate, words)]
        for canvas, one in zip(padded, (plate, words), strict=True):
            canvas.paste(one, (wide, 0))
        part = (box[0] + wide, box[1], min(box[2] + wide, padded[0].width), box[3])
        size = (last - first, plate.height)
        plate, words = (one.resize(size, Image.Resampling.BOX, box=part) for one in padded)
    return np.asarray(plate, dtype=np.float64) / 255, np.asarray(words, dtype=np.float64) / 255


def told(one: Stamp, picture: Picture, wish: Wish) -> dict[str, Any]:
    """The report about the label itself; boxes as seen, in pixels."""
    plan = one.placed.layout
    return {
        "text": (" " if wish.english else "").join(plan.lines),
        "lines": list(plan.lines),
        "english": wish.english,
        "theme": str(wish.theme),
        "panorama": one.panorama,
        "corner": one.placed.corner,
        "faces": one.placed.faces,
        "faces_avoided": one.placed.avoided,
        "faces_covered": one.placed.covered,
        "box": list(plan.plate),
        "capitals_box": None if plan.capitals is None else list(plan.capitals),
        "ink_boxes": [list(box) for box in plan.line_boxes],
        "ink_height": plan.ink_height,
        "required_height": plan.required,
        "font_size": plan.size,
        "shortest_side": min(picture.seen),
        "contrast": one.contrast,
        "plate": one.scheme.name,
        "plate_colour": "#{:02x}{:02x}{:02x}".format(*one.scheme.plate),
        "text_colour": "#{:02x}{:02x}{:02x}".format(*one.scheme.text),
        "illegible": plan.ink_height < layout.LEGIBLE,
        "width": picture.width,
        "height": picture.height,
        "seen_width": picture.seen[0],
        "seen_height": picture.seen[1],
    }
