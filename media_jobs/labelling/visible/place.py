"""Which corner or edge the label takes: the first in the theme's order where it covers no face."""

from collections.abc import Sequence
from dataclasses import dataclass

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.visible import layout

Box = tuple[int, int, int, int]

# The order of the Chinese theme follows the example of GB 45438-2025 Annex C.2, that of the EU theme the Code of
# Practice of 2026 ("top right").
CHINESE = ("bottom-right", "bottom-left", "top-right", "top-left", "bottom", "top", "right", "left")
EUROPEAN = ("top-right", "top-left", "bottom-right", "bottom-left", "top", "bottom", "right", "left")


@dataclass(frozen=True)
class Placed:
    """A layout and why it stands where it stands.

    Attributes:
        layout: what is drawn where.
        corner: its name, one of CHINESE, or "start-view".
        faces: how many faces were known.
        avoided: how many of them the first corner of the order would have covered.
        covered: how many are covered all the same, because no place is free of them.
    """

    layout: layout.Layout
    corner: str
    faces: int
    avoided: int
    covered: int


def choose(
    width: int, height: int, *, text: str, english: str = "", faces: Sequence[Box] = (), panorama: bool = False
) -> Placed:
    """The layout at the first place free of faces; where none is, at the one that covers least of them.

    Args:
        width, height: of the picture as people see it.
        text: the Chinese words, both elements in them.
        english: the EU words that stand beside them, or "".
        faces: boxes (left, top, right, bottom).
        panorama: the picture is equirectangular: the label goes into the start view (GB 45438-2025 5.5).

    Raises:
        MediaError: label.text_does_not_fit.
    """
    if panorama:
        plan = layout.arrange(width, height, text=text, english=english, corner=layout.START_VIEW)
        return Placed(plan, layout.START_VIEW, len(faces), 0, sum(shared(plan.plate, face) > 0 for face in faces))
    order = EUROPEAN if english else CHINESE
    first: tuple[int, ...] | None = None
    best: tuple[int, Placed] | None = None
    for corner in order:
        try:
            plan = layout.arrange(width, height, text=text, english=english, corner=corner)
        except MediaError:
            if corner == order[0]:
                raise
            continue
        hidden = tuple(shared(plan.plate, face) for face in faces)
        first = hidden if first is None else first
        avoided = sum(was > 0 and now == 0 for was, now in zip(first, hidden, strict=True))
        placed = Placed(plan, corner, len(faces), avoided, sum(now > 0 for now in hidden))
        if not any(hidden):
            return placed
        if best is None or sum(hidden) < best[0]:
            best = (sum(hidden), placed)
    if best is None:
        raise media_error("label.text_does_not_fit", width=width, height=height)
    return best[1]


def shared(one: Box, other: Box) -> int:
    """Square pixels that two boxes have in common."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down)
