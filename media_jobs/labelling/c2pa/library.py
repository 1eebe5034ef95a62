"""The C2PA library with our settings: nothing is fetched, no thumbnail is made, trust is what the caller says."""

from functools import cache
from importlib import import_module
from typing import Any

# Formats in which a manifest stands inside the file; ours by name, the library's by media type. OOXML packages would
# take one too, but an undeclared part in them is what Word calls damaged: they get a sidecar like all the others.
EMBEDDED = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "pdf": "application/pdf",
}


@cache
def sdk() -> Any:
    """The c2pa module. Its 23 MB of native code are loaded when they are first needed, not at every start."""
    return import_module("c2pa")


def context(anchors: str = "") -> Any:
    """A context for one builder or reader.

    Args:
        anchors: PEM of the roots to believe, for claim signers and time-stamping services alike.
    """
    settings: dict[str, Any] = {
        "version": 1,
        "verify": {
            "verify_after_sign": False,  # sign_file reads back itself, and says what was wrong
            "verify_trust": True,
            "remote_manifest_fetch": False,  # a file must not make us call somebody (regulation brief, check 70)
            "ocsp_fetch": False,
        },
        "builder": {"thumbnail": {"enabled": False}},  # an unlabelled copy of the work inside the work
    }
    if anchors:
        settings["trust"] = {"trust_anchors": anchors}
    return sdk().Context.from_dict(settings)
