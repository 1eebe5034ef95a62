"""Look at an untrusted picture once, completely: every frame and page is decoded."""

import io
from pathlib import Path

from PIL import Image

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.metadata.tiff import Tiff
from media_jobs.labelling.pictures import decode, headers, pages, turning


def probe(path: Path, *, container: Container, limits: ProbeLimits) -> dict[str, object]:
    """See Labeller.probe.

    Returns:
        width, height (stored), seen_width, seen_height (upright), mode, bits, channels, frames, pages, orientation,
        has_alpha, has_icc, camera (bool: EXIF of a camera), duration (seconds of an animation, else 0.0),
        has_sound (False).

    Raises:
        MediaError: see decode.decode; media.animated (more frames or pages than limits.max_frames).
    """
    data = path.read_bytes()
    header = headers.header_of(data, container.name)
    if max(header.frames, header.pages) > limits.max_frames:
        raise media_error("media.animated")
    headers.check_size(header, max_pixels=limits.max_pixels, max_side=limits.max_side)
    if container.name == "tiff":
        return _tiff(data, header)
    decoded = decode.decode(data, container.name, max_pixels=limits.max_pixels, max_side=limits.max_side)
    seen = turning.seen_size((header.width, header.height), decoded.orientation)
    return {
        "width": header.width,
        "height": header.height,
        "seen_width": seen[0],
        "seen_height": seen[1],
        "mode": decoded.mode,
        "bits": header.bits,
        "channels": header.channels,
        "frames": header.frames,
        "pages": 1,
        "orientation": decoded.orientation,
        "has_alpha": decoded.has_alpha,
        "has_icc": bool(decoded.info.get("icc_profile")),
        "camera": decoded.exif is not None and Exif(decoded.exif).from_camera,
        "duration": _whole(data, container.name) if header.animated else 0.0,
        "has_sound": False,
    }


def _tiff(data: bytes, header: headers.Header) -> dict[str, object]:
    view = Tiff(data)
    headers.check_faithful(header, "tiff")
    modes, orientations, alpha = [], [], False
    for pixels, orientation in pages.frames(data):
        modes.append(pages.mode_of(pixels))
        orientations.append(orientation)
        alpha = alpha or (pixels.has_transparency_data if isinstance(pixels, Image.Image) else pixels.shape[2] == 4)
    seen = turning.seen_size((header.width, header.height), orientations[0])
    return {
        "width": header.width,
        "height": header.height,
        "seen_width": seen[0],
        "seen_height": seen[1],
        "mode": modes[0],
        "bits": header.bits,
        "channels": header.channels,
        "frames": 1,
        "pages": header.pages,
        "orientation": orientations[0],
        "has_alpha": alpha,
        "has_icc": 34675 in view.pages[0].fields,
        "camera": Exif(data).from_camera,
        "duration": 0.0,
        "has_sound": False,
    }


def _whole(data: bytes, container: str) -> float:
    """Decode every frame; the seconds they last."""
    total = 0.0
    with decode.named(), Image.open(io.BytesIO(data), formats=[container.upper()]) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            total += float(image.info.get("duration") or 0) / 1000
    return round(total, 3)
