"""The label in a picture of at most 256 colours: into free places of its palette, all other pixels left alone."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from media_jobs.labelling.pictures.marking import Solid

Indices = npt.NDArray[np.uint8]
Colours = npt.NDArray[np.uint8]
_LEVELS = 16  # shades between plate and text: enough for smooth characters


class Patch:
    """An opaque label for palettes: which pixels belong to it, and their shades.

    Args:
        label: the same with soft edges.
    """

    def __init__(self, label: Solid) -> None:
        self.box = label.box
        self.inside = np.asarray(label.plate) >= 128
        self._ink = np.asarray(label.ink)
        self._scheme = label.scheme

    def shades(self, count: int) -> tuple[Indices, Colours]:
        """Every pixel's shade (0 plate to count - 1 text), and the (count, 3) colours of the shades."""
        level = np.rint(self._ink.astype(np.float64) / 255 * (count - 1)).astype(np.uint8)
        share = np.linspace(0, 1, count)[:, np.newaxis]
        plate, text = np.array(self._scheme.plate), np.array(self._scheme.text)
        return level, np.rint(plate * (1 - share) + text * share).astype(np.uint8)


def free_places(indices: Indices, colours: Colours, *, wanted: int, kept: set[int]) -> tuple[list[int], bool]:
    """Places of a 256-colour palette that no pixel uses; where they are short, rare colours give way to near ones.

    Args:
        indices: the pixels; changed where a colour gives way.
        colours: (256, 3); places beyond the picture's own palette count as free.
        wanted: how many places at least.
        kept: places that may not be taken.

    Returns:
        the places, at least `wanted`, and whether colours gave way.
    """
    counts = np.bincount(indices.ravel(), minlength=256)
    free = [place for place in range(256) if not counts[place] and place not in kept]
    short = wanted - len(free)
    if short <= 0:
        return free, False
    used = [place for place in range(256) if counts[place] and place not in kept]
    for rare in sorted(used, key=lambda place: int(counts[place]))[:short]:
        others = np.array([place for place in used if place != rare and place not in free])
        away = ((colours[others].astype(int) - colours[rare].astype(int)) ** 2).sum(axis=1)
        indices[indices == rare] = others[int(away.argmin())]
        free.append(rare)
    return free, True


def press(indices: Indices, colours: Colours, label: Patch, *, kept: set[int], at: tuple[int, int] = (0, 0)) -> bool:
    """Put the label into pixels and palette, both in place.

    Args:
        indices: (height, width) pixels, of a frame whose left and top are `at`.
        colours: (256, 3) palette.
        label: the patch.
        kept: places of the palette that may not be taken (the transparent one).

    Returns:
        whether rare colours of the picture had to give way to near ones.
    """
    left, top, right, bottom = (label.box[i] - at[i % 2] for i in range(4))
    view = indices[top:bottom, left:right]
    view[label.inside] = next((place for place in range(256) if place not in kept), 0)
    free, merged = free_places(indices, colours, wanted=2, kept=kept | {int(view[label.inside][0])})
    level, shades = label.shades(min(_LEVELS, len(free)))
    for place, shade in zip(free, shades, strict=False):
        colours[place] = shade
    view[label.inside] = np.array(free, dtype=np.uint8)[level[label.inside]]
    return merged


def on_image(image: Image.Image, label: Patch) -> Image.Image | None:
    """A palette picture with the label, its other pixels and their transparency as they were; None: no free places.

    Args:
        image: mode P.
        label: the patch.
    """
    indices = np.asarray(image).copy()
    raw = np.frombuffer(bytes(image.getpalette("RGB") or ()), dtype=np.uint8).reshape(-1, 3)
    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[: len(raw)] = raw[:256]
    outside = indices.copy()
    left, top, right, bottom = label.box
    outside[top:bottom, left:right][label.inside] = outside[0, 0]
    free = np.flatnonzero(np.bincount(outside.ravel(), minlength=256) == 0)
    if len(free) < _LEVELS:
        return None
    places = free[:_LEVELS]
    level, shades = label.shades(_LEVELS)
    colours[places] = shades
    indices[top:bottom, left:right][label.inside] = places.astype(np.uint8)[level[label.inside]]
    out = Image.fromarray(indices).convert("L")
    out = Image.frombytes("P", image.size, out.tobytes())
    out.putpalette(colours.tobytes(), "RGB")
    transparency = image.info.get("transparency")
    if isinstance(transparency, int):
        transparency = bytes(0 if place == transparency else 255 for place in range(256))
    if isinstance(transparency, bytes):
        alpha = bytearray(transparency.ljust(256, b"\xff"))
        for place in places:
            alpha[place] = 255
        out.info["transparency"] = bytes(alpha)
    return out
