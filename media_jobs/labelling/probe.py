"""Look at an untrusted file once, completely, before anything else is done with it."""

import hashlib
from pathlib import Path, PurePath

from media_jobs.labelling import containers, decode, reader
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.exif import Exif

_KNOWN_ENDINGS = {ending: kind for kind, endings in containers.ENDINGS.items() for ending in endings}
_OTHER_ENDINGS = {"gif", "bmp", "tif", "tiff", "heic", "avif", "pdf", "mp4", "svg"}


def probe(
    path: str | Path,
    *,
    name: str = "",
    max_pixels: int = decode.MAX_PIXELS,
    max_side: int = decode.MAX_SIDE,
    max_bytes: int = reader.MAX_BYTES,
) -> dict[str, object]:
    """Decode the file whole and say what it is; refuse what cannot be labelled faithfully.

    Args:
        path: the file.
        name: the name its sender gave it (default: that of the path); its ending must fit the content.
        max_pixels, max_side: limits of the picture; 20,000 px wide is refused by default.
        max_bytes: limit of the file.

    Returns:
        format, mime, width, height (stored), seen_width, seen_height (upright), mode, bits, channels, frames (1),
        orientation, has_alpha, has_icc, camera (bool: EXIF of a camera), labels (as reader.read_file),
        digital_source_types, c2pa (bool), size (bytes), sha256.

    Raises:
        MediaError: see decode.decode; also media.unreadable, media.too_many_bytes, media.mismatched_type.
    """
    data = reader.load(path, max_bytes=max_bytes)
    container = containers.kind(data)
    check_name(name or PurePath(path).name, container)
    decoded = decode.decode(data, max_pixels=max_pixels, max_side=max_side)
    image, header = decoded.image, decoded.header
    found = reader.read_bytes(data)
    c2pa = found["c2pa"]
    turned = decoded.orientation >= 5
    return {
        "format": container,
        "mime": containers.MIME[container],
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
        "labels": found["labels"],
        "digital_source_types": found["digital_source_types"],
        "c2pa": isinstance(c2pa, dict) and bool(c2pa.get("present")),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def check_name(name: str, container: str) -> None:
    """Nothing when the ending of `name` fits the content, or says nothing.

    Raises:
        MediaError: media.mismatched_type.
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    claimed = _KNOWN_ENDINGS.get(ending)
    if ending in _OTHER_ENDINGS or (claimed is not None and claimed != container):
        raise media_error("media.mismatched_type", claimed=f".{ending}", actual=containers.SHOWN[container])
