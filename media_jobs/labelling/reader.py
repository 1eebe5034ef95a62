"""Read every label in a file, wherever its writer put it; these are claims: nothing here proves who wrote them."""

import re
from pathlib import Path

from media_jobs.labelling import aigc, containers, provider_code
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.metadata import jpeg, png, webp, xmp
from media_jobs.labelling.metadata.exif import Exif

MAX_BYTES = 256 * 1024 * 1024
_LOOSE = re.compile(rb'\{[^{}]{0,4000}"ContentProducer"[^{}]{0,4000}\}')
_PLACES = {"jpeg": "jpeg.app1.xmp", "png": "png.itxt.xmp", "webp": "webp.xmp"}


def load(path: str | Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The file's bytes.

    Raises:
        MediaError: media.unreadable, media.empty, media.too_many_bytes.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        if not file.is_file():
            raise media_error("media.unreadable")
        if size > max_bytes:
            raise media_error("media.too_many_bytes", bytes=size, max_bytes=max_bytes)
        data = file.read_bytes()
    except OSError:
        raise media_error("media.unreadable") from None
    if not data:
        raise media_error("media.empty")
    return data


def read_file(path: str | Path) -> dict[str, object]:
    """Every AIGC label, the IPTC source type and the presence of C2PA in one JPEG, PNG or WebP file.

    Returns:
        format; labels: list of {location, text, well_formed, wrapped, values (7 keys), notes, producer, propagator};
        digital_source_types: list; c2pa: {present, checked: False}; damaged: a MediaError code or "".
        `producer` and `propagator` are parsed provider codes, or None where the value is a name.

    Raises:
        MediaError: media.empty, media.unreadable, media.not_an_image, media.unsupported_format, media.too_many_bytes.
    """
    return read_bytes(load(path))


def read_bytes(data: bytes) -> dict[str, object]:
    """As read_file, for bytes at hand."""
    container = containers.kind(data)
    damaged = ""
    found: list[tuple[str, str]] = []
    source_types: list[str] = []
    c2pa = False
    try:
        module = {"jpeg": jpeg, "png": png, "webp": webp}[container]
        for number, packet in enumerate(module.xmp(data)):
            place = _PLACES[container] if number == 0 else f"{_PLACES[container]}.{number + 1}"
            found += [(place, text) for text in _in_packet(packet)]
            source_types += xmp.source_types(packet)
        found += _in_exif(module.exif(data))
        found += _in_texts(data, container)
        c2pa = bool(module.has_c2pa(data))
    except MediaError as error:
        damaged = error.code
    return {
        "format": container,
        "labels": [_described(place, text) for place, text in found],
        "digital_source_types": source_types,
        "c2pa": {"present": c2pa, "checked": False},
        "damaged": damaged,
    }


def _in_packet(packet: bytes) -> list[str]:
    """Labels of an XMP packet; a packet that is no XML is searched for anything that looks like one."""
    if xmp.parsed(packet) is not None:
        return xmp.labels(packet)
    return [match.decode("utf-8", "replace") for match in _LOOSE.findall(packet.replace(b"&quot;", b'"'))]


def _in_exif(block: bytes | None) -> list[tuple[str, str]]:
    comment = None if block is None else Exif(block).user_comment
    if comment is None or b"ContentProducer" not in comment.replace(b"\0", b""):
        return []
    return [("exif.user_comment", comment.replace(b"\0", b"").decode("utf-8", "replace"))]


def _in_texts(data: bytes, container: str) -> list[tuple[str, str]]:
    """PNG text chunks named AIGC, JPEG comments that hold a label."""
    if container == "png":
        return [
            (f"png.{text.type.lower()}.{text.keyword.decode('latin-1')[:79]}", text.text.decode("utf-8", "replace"))
            for text in png.texts(data)
            if b"AIGC" in text.keyword.upper()
        ]
    if container == "jpeg":
        return [
            ("jpeg.comment", text.decode("utf-8", "replace"))
            for text in jpeg.comments(data)
            if b"AIGC" in text and b"ContentProducer" in text
        ]
    return []


def _described(place: str, text: str) -> dict[str, object]:
    try:
        reading = aigc.read(text)
    except MediaError:
        return {
            "location": place,
            "text": text[:2000],
            "well_formed": False,
            "wrapped": False,
            "values": {},
            "notes": ["not_json"],
            "producer": None,
            "propagator": None,
        }
    values = reading.label.values()
    return {
        "location": place,
        "text": text[:2000],
        "well_formed": not reading.notes,
        "wrapped": reading.wrapped,
        "values": values,
        "notes": list(reading.notes),
        "producer": provider_code.describe(values["ContentProducer"]),
        "propagator": provider_code.describe(values["ContentPropagator"]),
    }
