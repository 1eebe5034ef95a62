"""The explicit label of one picture: chosen once, drawn on as many frames as there are, told in the report."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    if wish.faces is not None:
        placed = _chosen((width, height), wish, wish.faces)
    else:
        placed = _beside_faces((width, height), wish, _Views(list(look()), orientation, (width, height)))
    return Mark(placed, turning.stored_box(placed.layout.plate, orientation, size), orientation)


def _chosen(seen: tuple[int, int], wish: Wish, faces: Sequence[Box]) -> place.Placed:
    return place.choose(*seen, text=wish.text, english=wish.english, faces=faces, panorama=wish.panorama)


def _beside_faces(seen: tuple[int, int], wish: Wish, views: "_Views") -> place.Placed:
    """The first place where neither a coarse look at the whole nor a close one at the place finds a face."""
    with ThreadPoolExecutor(1) as aside:  # mostly the first place it is, so both looks are taken at once
        whole = aside.submit(views.faces, (0, 0, *seen))
        around = _around(seen, _chosen(seen, wish, ()))
        close = {around: views.faces(around)}
        found = whole.result()
    for _ in place.CHINESE:
        placed = _chosen(seen, wish, found)
        around = _around(seen, placed)
        looked = close[around] if around in close else views.faces(around)
        fresh = [box for box in looked if not any(place.shared(box, known) for known in found)]
        if not fresh:
            return placed
        found += fresh
        if not any(place.shared(box, placed.layout.plate) for box in fresh):
            break
    return _chosen(seen, wish, found)


def _around(seen: tuple[int, int], placed: place.Placed) -> Box:
    """The plate and what surrounds it."""
    left, top, right, bottom = placed.layout.plate
    reach = max(right - left, bottom - top) * 3 // 4
    return max(0, left - reach), max(0, top - reach), min(seen[0], right + reach), min(seen[1], bottom + reach)


@dataclass(frozen=True)
class _Views:
    """Where faces are looked for: some frames of one picture, as stored and of any size, and how they are turned."""

    shown: list[Image.Image]
    orientation: int
    seen: tuple[int, int]

    def faces(self, part: Box) -> list[Box]:
        """Faces in one part of the picture, both in pixels as seen."""
        from media_jobs.labelling.visible import faces  # OpenCV is slow to load, and not needed when the caller knows

        upright = turning.UPRIGHT.get(self.orientation)
        whole = turning.seen_size(self.seen, self.orientation)
        left, top, right, bottom = turning.stored_box(part, self.orientation, whole)
        out: list[Box] = []
        for one in self.shown:
            across, down = one.width / whole[0], one.height / whole[1]
            box = (int(left * across), int(top * down), round(right * across), round(bottom * down))
            small = turning.image(faces.looked_at(one, box), upright)
            size = (part[2] - part[0], part[3] - part[1])
            out += [
                (x0 + part[0], y0 + part[1], x1 + part[0], y1 + part[1]) for x0, y0, x1, y1 in faces.boxes(small, size)
            ]
        return out


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
