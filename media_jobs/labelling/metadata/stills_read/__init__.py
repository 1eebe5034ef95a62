"""Read JPEG, PNG and WebP as strangers write them: every place a label could be, in bounded memory."""

from itertools import islice
from pathlib import Path

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim, Found
from media_jobs.labelling.metadata import loose, xmp_scan
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.metadata.stills_read import exif_texts, jpeg, png, webp
from media_jobs.labelling.metadata.stills_read.gathered import MAX_PACKETS, Gathered
from media_jobs.labelling.metadata.stills_read.window import Window

_WALKERS = {"jpeg": jpeg.gather, "png": png.gather, "webp": webp.gather}
_MOST_PROPERTIES = 1000


def read(path: Path, name: str) -> Found:
    """See Carrier.read.

    Args:
        path: the file.
        name: "jpeg", "png" or "webp".
    """
    gathered, found = Gathered(), Found()
    try:
        with Window(path) as window:
            _WALKERS[name](window, gathered)
    except MediaError as error:
        found.damaged = error.code
    for place, packet, form in gathered.packets:
        _add_packet(found, place, packet, form)
    for place, block in gathered.exif:
        _add_exif(found, place, block)
    found.claims += [_as_claim(place, body.decode("utf-8", "replace")) for place, body in gathered.texts]
    found.c2pa, found.end = gathered.c2pa, gathered.end
    found.properties = sorted(set(found.properties))[:_MOST_PROPERTIES]
    return found


def _add_packet(found: Found, place: str, packet: bytes, stored: str) -> None:
    """A packet that is no XML is searched for anything that looks like a label."""
    try:
        scanned = xmp_scan.scan(packet)
    except xmp_scan.NotXmpError:
        found.claims += [Claim(place, text, "broken xml") for text in loose.in_bytes(packet)]
        return
    found.claims += [Claim(place, text, form or stored) for text, form in scanned.labels]
    found.source_types += scanned.source_types
    found.properties += [f"xmp {name}" for name in scanned.properties]


def _add_exif(found: Found, place: str, block: bytes) -> None:
    found.claims += [
        _as_claim(f"{place}.{field}", text, "" if code in {"", "ascii"} else code)
        for field, text, code in islice(exif_texts.texts(block), MAX_PACKETS)
    ]
    found.properties += [f"exif 0x{entry.tag:04x}" for entry in Exif(block).entries if entry.ifd != 1]


def _as_claim(place: str, text: str, form: str = "") -> Claim:
    """A text as a claim: the JSON object alone where words stand around it."""
    stripped = text.strip("\0\ufeff \t\r\n")
    if not stripped.startswith("{") and (inside := loose.in_text(stripped)):
        return Claim(place, inside[0], form or "within text")
    return Claim(place, stripped, form)
