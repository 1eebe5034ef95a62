"""Metadata of each container: where AIGC labels and IPTC source types stand, read and written without decoding."""

from importlib import import_module
from typing import cast

from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Carrier

_MODULES = {
    **dict.fromkeys(("jpeg", "png", "webp"), "stills"),
    **dict.fromkeys(("mp4", "mov", "m4a"), "bmff"),
    **dict.fromkeys(("heic", "avif"), "heif"),
    **dict.fromkeys(("mkv", "webm"), "matroska"),
    "flv": "flv",
    "avi": "avi",
    "gif": "gif",
    "tiff": "tiff",
}


def carrier(container: Container) -> Carrier:
    """What reads and writes this container's metadata: the entry of `CARRIERS` in its module.

    Raises:
        MediaError: media.unsupported_format.
    """
    if container.name not in _MODULES:
        raise media_error("media.unsupported_format", format=container.shown)
    module = import_module(f"{__name__}.{_MODULES[container.name]}")
    return cast("Carrier", module.CARRIERS[container.name])
