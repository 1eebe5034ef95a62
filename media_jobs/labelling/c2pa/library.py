"""The C2PA library with our settings: nothing is fetched, no thumbnail is made, trust is what the caller says."""

from functools import cache
from importlib import import_module
from typing import Any

from media_jobs.labelling.containers import Container

# Formats in which a manifest stands inside the file; ours by name, the library's by media type. OOXML packages would
# take one too, but an undeclared part in them is what Word calls damaged; in FLAC it stands in an ID3 tag before the
# stream, which then is no FLAC stream any more (RFC 9639 6). These get a sidecar like all the others.
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
    "m4a": "audio/mp4",
    "pdf": "application/pdf",
}

# Extended key usages of a claim signer (C2PA 2.x 14.5.1): e-mail protection, document signing, C2PA's own; and those of
# whoever time-stamps or vouches for it: time stamping, OCSP.
SIGNING_PURPOSES = ("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1")
PURPOSES = (*SIGNING_PURPOSES, "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9")
PLAIN = "application/octet-stream"  # hashed as one run of bytes: every sidecar of ours


def media_type(container: Container) -> str:
    """What the library calls a file of this container."""
    return EMBEDDED.get(container.name, container.mime)


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
        "core": {"backing_store_memory_threshold_in_mb": 16},  # then to a temporary file
        "builder": {"thumbnail": {"enabled": False}},  # an unlabelled copy of the work inside the work
    }
    settings["trust"] = {"trust_config": "\n".join(PURPOSES)}
    if anchors:
        settings["trust"]["trust_anchors"] = anchors
    return sdk().Context.from_dict(settings)
