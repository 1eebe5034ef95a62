"""What a released picture still says of itself: its XMP packet and EXIF block without what may not be released."""

from typing import Any

from media_jobs.labelling.metadata import jpeg, png, webp, xmp


def packet(data: bytes, container: str, info: dict[Any, Any], notes: list[str]) -> bytes | None:
    """The source's own XMP packet as xmp.cleaned leaves it; None when there is none, or none that can be read.

    Args:
        data: the file.
        container: a still picture's.
        info: the decoder's, where it reads the container's metadata itself (AVIF, HEIC).
        notes: what had to go.
    """
    packets: list[bytes] = []
    if container in {"jpeg", "png", "webp"}:
        packets = {"jpeg": jpeg, "png": png, "webp": webp}[container].xmp(data)
    elif isinstance(info.get("xmp"), bytes) and info["xmp"]:
        packets = [bytes(info["xmp"])]
    if container == "jpeg" and packets:
        extended = len(jpeg.extended_xmp(data))
        if extended:
            notes.append("extended_xmp_dropped")
        packets = packets[: len(packets) - extended]
    return released(packets[0], notes) if packets else None


def released(found: bytes, notes: list[str]) -> bytes | None:
    """One packet as xmp.cleaned leaves it; noted when it is no XML."""
    if xmp.parsed(found) is None:
        notes.append("unreadable_xmp_replaced")
        return None
    return xmp.cleaned(found)
