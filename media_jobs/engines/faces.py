"""Where faces are in a picture: looked for in an isolated child, answered in the displayed picture's pixels."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_jobs.isolation.budget import Extent, limits_for
from media_jobs.isolation.runner import run_isolated


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Args:
        x, y: left and top edge, pixels of the picture as displayed (EXIF rotation honoured).
        w, h: width and height, pixels.
        score: the detector's confidence, 0..1.
    """

    x: int
    y: int
    w: int
    h: int
    score: float

    def as_dict(self) -> dict[str, float]:
        """Return the face as uploads.services.faces_set stores it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search found, and how closely it looked.

    Args:
        faces: largest first; of a video, those of the frame that shows most.
        frames: how many pictures were searched; 0 for a medium in which there is nothing to see.
        apart: longest time between two of them, seconds; 0.0 for a picture.
    """

    faces: tuple[Face, ...]
    frames: int
    apart: float


def look(path: Path | str, *, medium: str = "image", seconds: float = 0.0, pixels: int = 0) -> Looked:
    """Search a file for faces: a picture, or frames of a video; sounds and texts are not searched.

    Args:
        medium: what the file holds.
        seconds: its length, for the limits and the last gap.
        pixels: of one frame, for the limits.

    Raises:
        EngineError: the file cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    if medium not in {"image", "video"}:
        return Looked((), 0, 0.0)
    payload = {"path": str(Path(path).absolute()), "medium": medium, "seconds": seconds}
    found: Any = run_isolated("media_jobs.engines.yunet:detect", payload, limits=limits_for(Extent(seconds, pixels)))
    return Looked(tuple(Face(**face) for face in found["faces"]), found["frames"], found["apart"])


def detect(path: Path | str) -> list[Face]:
    """Return the faces in a picture, largest first.

    Raises:
        EngineError: the picture cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    return list(look(path).faces)
