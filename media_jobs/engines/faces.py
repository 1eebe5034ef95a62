"""Where faces are in a picture: looked for in an isolated child, answered in the displayed picture's pixels."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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


def detect(path: Path | str) -> list[Face]:
    """Return the faces in a picture, largest first.

    Raises:
        EngineError: the picture cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    found: Any = run_isolated("media_jobs.engines.yunet:detect", {"path": str(Path(path).absolute())})
    return [Face(**face) for face in found["faces"]]
