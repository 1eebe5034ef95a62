"""Child side: one face blended into another picture on the CPU, without weights beyond the detector's.

Five landmarks of each face give a similarity transform; the warped face is matched in colour and closed in by Poisson
blending (Perez, Gangnet, Blake 2003; cv2.seamlessClone). Knows no Django; reached only through registry.Engine.run,
which asks for the depicted people's consents.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from media_jobs.engines import yunet
from media_jobs.engines.errors import engine_error
from media_jobs.engines.picture import Pixels, bgr, open_upright, save_like

# Below this the five points are too coarse for a face anybody would accept, pixels between the eyes.
MIN_EYE_DISTANCE = 14.0
# The blended region: an ellipse that reaches this far from the eyes and the mouth, in units of the distance from eyes
# to mouth: over the brows but not into a fringe or a hat, down to the chin but not into the collar.
_ABOVE_EYES, _BELOW_MOUTH = 0.46, 0.66
_ACROSS = 1.12
# Poisson blending works on the region of the face, not on the whole picture; this much is kept around it.
_MARGIN = 0.6
# Longest side of the window in which the Poisson equation is solved, pixels.
_SOLVE_SIDE = 640

Mask = npt.NDArray[np.uint8]


def run(payload: dict[str, Any]) -> dict[str, Any]:
    """Put the face of inputs["source"] into inputs["target"] and write the result to "output".

    Returns:
        {"format", "width", "height", "face": {"x", "y", "w", "h"}} - the box that was edited.

    Raises:
        EngineError: engines.no_face, engines.several_faces, engines.face_too_small, engines.no_match,
            engines.unreadable; params name the role.
    """
    source = bgr(open_upright(payload["inputs"]["source"], role="source"))
    target_path = Path(payload["inputs"]["target"])
    target_picture = open_upright(target_path, role="target")
    with Image.open(target_path) as picture:
        fmt = str(picture.format)
    target = bgr(target_picture)
    face, place = _only_face(source, "source"), _only_face(target, "target")
    blended, box = blend(source, face, target, place)
    output = Path(payload["output"])
    report = save_like(blended, output, like=target_picture, fmt=fmt)
    return report | {"face": {"x": box[0], "y": box[1], "w": box[2], "h": box[3]}}


def blend(
    source: Pixels, face: yunet.Landmarks, target: Pixels, place: yunet.Landmarks
) -> tuple[Pixels, tuple[int, int, int, int]]:
    """Return a copy of `target` whose face is replaced, and the box (x, y, w, h) of the changed pixels."""
    transform, _ = cv2.estimateAffinePartial2D(face.points, place.points, method=cv2.LMEDS)
    if transform is None:
        raise engine_error("engines.no_match")
    left, top, right, bottom = _window(place, target)
    shift = np.array([[0, 0, left], [0, 0, top]], dtype=np.float64)
    local = target[top:bottom, left:right]
    size = (right - left, bottom - top)
    warped = _warp(source, transform - shift, size)
    mask: Mask = cv2.bitwise_and(
        _ellipse(place.points - np.array([left, top], dtype=np.float32), size),
        _warped_mask(source, face, transform - shift, size),
    ).astype(np.uint8)
    if not mask.any():
        raise engine_error("engines.no_match")
    matched = _match_colours(warped, local, mask)
    result = target.copy()
    result[top:bottom, left:right] = _feathered(_closed_in(matched, local, mask), local, mask)
    x, y, w, h = cv2.boundingRect(mask)
    return result, (left + x, top + y, w, h)


def _closed_in(matched: Pixels, local: Pixels, mask: Mask) -> Pixels:
    """Return the Poisson blend of `matched` into `local`.

    What the equation adds to the face is smooth, so for a large face it is solved small and enlarged: the face keeps
    its own resolution, and a portrait of 12 megapixels takes no longer than a small one.
    """
    factor = _SOLVE_SIDE / max(mask.shape)
    if factor >= 1:
        return _poisson(matched, local, mask)
    small = [
        cv2.resize(layer, None, fx=factor, fy=factor, interpolation=how).astype(np.uint8)
        for layer, how in ((matched, cv2.INTER_AREA), (local, cv2.INTER_AREA), (mask, cv2.INTER_NEAREST))
    ]
    added = _poisson(*small).astype(np.float32) - small[0]
    # Outside the region the equation says nothing; the nearest answer continues so that no edge bleeds in.
    full = cv2.resize(_spread(added, small[2]), (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_LINEAR)
    whole: Pixels = np.clip(np.rint(matched + full), 0, 255).astype(np.uint8)
    return whole


def _poisson(matched: Pixels, local: Pixels, mask: Mask) -> Pixels:
    x, y, w, h = cv2.boundingRect(mask)
    middle = (x + w // 2, y + h // 2)
    # A copy of the mask: OpenCV erases the one it is given.
    return cv2.seamlessClone(matched, local, mask.copy(), middle, cv2.NORMAL_CLONE).astype(np.uint8)


def _spread(added: npt.NDArray[np.float32], mask: Mask) -> npt.NDArray[np.float32]:
    """Return the correction continued a little beyond the region by averaging what lies inside it."""
    inside = (mask > 0).astype(np.float32)
    weight = cv2.blur(inside, (9, 9))
    average = cv2.blur(added * inside[:, :, None], (9, 9)) / np.maximum(weight, 1e-6)[:, :, None]
    return np.where(inside[:, :, None] > 0, added, average).astype(np.float32)


def _feathered(closed: Pixels, local: Pixels, mask: Mask) -> Pixels:
    """Return the blend faded into the untouched picture over the last tenth of the region, so no line shows."""
    width = max(3, round(min(cv2.boundingRect(mask)[2:]) * 0.1))
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    alpha = np.clip(distance / width, 0, 1)[:, :, None]
    return np.rint(closed * alpha + local * (1 - alpha)).astype(np.uint8)


def _only_face(pixels: Pixels, role: str) -> yunet.Landmarks:
    faces = yunet.find(pixels)
    if not faces:
        raise engine_error("engines.no_face", role=role)
    if len(faces) > 1:
        raise engine_error("engines.several_faces", role=role, count=len(faces))
    if float(np.linalg.norm(faces[0].points[1] - faces[0].points[0])) < MIN_EYE_DISTANCE:
        raise engine_error("engines.face_too_small", role=role, minimum=round(MIN_EYE_DISTANCE))
    return faces[0]


def _axes(points: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], float, float, float]:
    """Return centre, half axis across, half axis down and tilt (degrees) of the ellipse that covers a face."""
    eyes, mouth = points[0:2].mean(axis=0), points[3:5].mean(axis=0)
    down = mouth - eyes
    length = float(np.linalg.norm(down))
    across = float(np.linalg.norm(points[1] - points[0]))
    # Turned heads bring the eyes together in the picture but not the face's outline, hence the maximum.
    half_width = max(across, length * 0.9) * _ACROSS
    centre = (eyes + down * (1 + _BELOW_MOUTH - _ABOVE_EYES) / 2).astype(np.float32)
    tilt = float(np.degrees(np.arctan2(down[1], down[0])) - 90.0)
    return centre, half_width, length * (1 + _BELOW_MOUTH + _ABOVE_EYES) / 2, tilt


def _ellipse(points: npt.NDArray[np.float32], size: tuple[int, int]) -> Mask:
    centre, across, down, tilt = _axes(points)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.ellipse(
        mask, (round(float(centre[0])), round(float(centre[1]))), (round(across), round(down)), tilt, 0, 360, 255, -1
    )
    # Poisson blending needs a frame of untouched pixels around the region.
    mask[:2], mask[-2:], mask[:, :2], mask[:, -2:] = 0, 0, 0, 0
    return mask


def _warped_mask(
    source: Pixels, face: yunet.Landmarks, transform: npt.NDArray[np.float64], size: tuple[int, int]
) -> Mask:
    """Return where, in the target's window, real pixels of the source's face arrive."""
    height, width = source.shape[:2]
    return cv2.warpAffine(
        _ellipse(face.points, (width, height)), transform, size, flags=cv2.INTER_NEAREST, borderValue=0
    ).astype(np.uint8)


def _window(place: yunet.Landmarks, target: Pixels) -> tuple[int, int, int, int]:
    centre, across, down, _ = _axes(place.points)
    reach = max(across, down) * (1 + _MARGIN)
    height, width = target.shape[:2]
    return (
        max(0, int(centre[0] - reach)),
        max(0, int(centre[1] - reach)),
        min(width, int(centre[0] + reach) + 1),
        min(height, int(centre[1] + reach) + 1),
    )


def _warp(source: Pixels, transform: npt.NDArray[np.float64], size: tuple[int, int]) -> Pixels:
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if scale < 0.5:
        # Shrinking by sampling alone would leave grain: average first.
        factor = scale * 1.5
        small = cv2.resize(source, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)
        ratio = np.array([source.shape[1] / small.shape[1], source.shape[0] / small.shape[0]])
        transform = transform.copy()
        transform[:, 0] *= ratio[0]
        transform[:, 1] *= ratio[1]
        source = small
    flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(source, transform, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101).astype(np.uint8)


def _match_colours(warped: Pixels, local: Pixels, mask: Mask) -> Pixels:
    """Return `warped` with the mean and spread of the target's face in L*a*b*, so that blending need not bend far."""
    inside = mask > 0
    lab = cv2.cvtColor(warped, cv2.COLOR_BGR2LAB).astype(np.float32)
    wanted = cv2.cvtColor(local, cv2.COLOR_BGR2LAB).astype(np.float32)
    for channel in range(3):
        have, want = lab[:, :, channel], wanted[:, :, channel]
        spread = float(np.clip(want[inside].std() / max(float(have[inside].std()), 1.0), 0.7, 1.25))
        lab[:, :, channel] = (have - have[inside].mean()) * spread + want[inside].mean()
    return cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2BGR).astype(np.uint8)
