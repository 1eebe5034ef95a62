"""Look at an untrusted picture once, completely."""

from pathlib import Path

from media_jobs.labelling.containers import Container
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.pictures import decode


def probe(path: Path, *, container: Container, limits: ProbeLimits) -> dict[str, object]:
    """See Labeller.probe.

    Returns:
        width, height (stored), seen_width, seen_height (upright), mode, bits, channels, frames (1), orientation,
        has_alpha, has_icc, camera (bool: EXIF of a camera), duration (0.0), has_sound (False).

    Raises:
        MediaError: see decode.decode.
    """
    decoded = decode.decode(path.read_bytes(), container.name, max_pixels=limits.max_pixels, max_side=limits.max_side)
    image, header = decoded.image, decoded.header
    turned = decoded.orientation >= 5
    return {
        "width": header.width,
        "height": header.height,
        "seen_width": header.height if turned else header.width,
        "seen_height": header.width if turned else header.height,
        "mode": image.mode,
        "bits": header.bits,
        "channels": header.channels,
        "frames": 1,
        "orientation": decoded.orientation,
        "has_alpha": image.has_transparency_data,
        "has_icc": bool(image.info.get("icc_profile")),
        "camera": decoded.exif is not None and Exif(decoded.exif).from_camera,
        "duration": 0.0,
        "has_sound": False,
    }
