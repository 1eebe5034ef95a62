"""Child side: YuNet face detection at several scales (labelling.visible.faces holds the detector). No Django."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from media_jobs.engines.errors import engine_error
from media_jobs.engines.picture import Pixels, bgr, frame_count, open_upright
from media_jobs.labelling import seeing
from media_jobs.labelling.visible.faces import MIN_SCORE, rows_at

# A face of fewer pixels cannot be recognised by anybody.
MIN_SIDE = 16
# Long sides searched, pixels. YuNet finds faces of roughly 10 to 300 pixels: a close-up needs a small scale, a group
# a large one. Small pictures are enlarged up to the second scale only; more invents faces out of grain.
_SCALES = (320, 640, 1280, 2048)
_ENLARGE_TO = 640
# Frames of a video that are searched: at 0.1 to 0.3 s each, what a person waits for.
FRAMES = 40


@dataclass(frozen=True, slots=True)
class Landmarks:
    """One face with its five points, in pixels of the picture.

    Args:
        box: (x, y, w, h).
        points: (5, 2) float32: eye, eye, nose, mouth corner, mouth corner; each pair left to right in the picture.
        score: 0..1.
    """

    box: tuple[float, float, float, float]
    points: npt.NDArray[np.float32]
    score: float

    @property
    def area(self) -> float:
        """Return the box's area in square pixels."""
        return self.box[2] * self.box[3]


def find(pixels: Pixels) -> list[Landmarks]:
    """Return the faces in a BGR picture, largest first, each once."""
    height, width = pixels.shape[:2]
    native = max(height, width)
    sides = sorted({min(side, max(native, _ENLARGE_TO)) for side in _SCALES})
    rows = [row for side in sides for row in rows_at(pixels, side / native)]
    if not rows:
        return []
    kept = cv2.dnn.NMSBoxes([row[:4].tolist() for row in rows], [float(row[14]) for row in rows], MIN_SCORE, 0.3)
    faces = [
        Landmarks(
            box=(float(row[0]), float(row[1]), float(row[2]), float(row[3])),
            points=row[4:14].reshape(5, 2).astype(np.float32),
            score=float(row[14]),
        )
        for row in (rows[int(index)] for index in np.asarray(kept).reshape(-1))
        if min(row[2], row[3]) >= MIN_SIDE
    ]
    return sorted(faces, key=lambda face: face.area, reverse=True)


def detect(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the faces of {"path"}: of a picture and all its frames or pages, or of frames sampled from a video.

    Returns:
        {"faces": [{"x","y","w","h","score"}], "width", "height", "frames", "apart"}: boxes clipped to the picture, of
        several frames those of the one that shows most faces; how many frames were searched, and how many seconds lie
        between two of them (0.0 for a picture). A sound or a text has no frames.
    """
    path = Path(payload["path"])
    moving = payload.get("medium", "image") == "video"
    if not moving and (count := frame_count(path)) <= 1:
        found, width, height = _boxes(bgr(open_upright(path)))
        return {"faces": found, "width": width, "height": height, "frames": 1, "apart": 0.0}
    best: list[dict[str, Any]] = []
    width = height = searched = 0
    moments = []
    try:
        shown = seeing.frames(path, most=FRAMES) if moving else seeing.pictures(path, most=FRAMES)
        for at, frame in shown:
            found, width, height = _boxes(bgr(frame))
            best = max(best, found, key=len)
            moments.append(at)
            searched += 1
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise engine_error("engines.unreadable", role="file") from error
    if not searched:
        raise engine_error("engines.unreadable", role="file")
    if not moving and searched == count:
        return {"faces": best, "width": width, "height": height, "frames": searched, "apart": 0.0}
    gaps = [later - earlier for earlier, later in pairwise([*moments, float(payload.get("seconds", 0.0))])]
    return {
        "faces": best,
        "width": width,
        "height": height,
        "frames": searched,
        "apart": round(max(gaps, default=0.0), 2),
    }


def _boxes(pixels: Pixels) -> tuple[list[dict[str, Any]], int, int]:
    height, width = pixels.shape[:2]
    faces = []
    for face in find(pixels):
        x, y, w, h = face.box
        left, top = max(0, round(x)), max(0, round(y))
        right, bottom = min(width, round(x + w)), min(height, round(y + h))
        faces.append({"x": left, "y": top, "w": right - left, "h": bottom - top, "score": round(face.score, 3)})
    return faces, width, height
