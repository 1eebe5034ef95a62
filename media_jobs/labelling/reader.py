"""Read every label in a file, wherever its writer put it; these are claims: nothing here proves who wrote them."""

from pathlib import Path
from typing import Any

from media_jobs.labelling import aigc, containers, provider_code
from media_jobs.labelling.containers import Container, Medium
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Claim, Found
from media_jobs.labelling.metadata import carrier, loose

ELSEWHERE, AFTER_END = "elsewhere", "after_end"
_MOST_SEARCHED = 2 * 1024 * 1024 * 1024  # bytes of a file that are searched without regard to structure
_MOST_LABELS = 32
# What commonly stands behind a picture's end: (first bytes, offset, name).
_APPENDED = (
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"\x89PNG", 0, "PNG"),
    (b"PK\3\4", 0, "ZIP"),
    (b"%PDF-", 0, "PDF"),
    (b"RIFF", 0, "RIFF"),
    (b"ftyp", 4, "MP4"),
    (b"<", 0, "XML or HTML"),
)


def read_file(path: str | Path, *, name: str = "") -> dict[str, Any]:
    """Every AIGC label, the IPTC source type and the presence of C2PA in one file.

    Besides the container's own places, the bytes are searched where structure does not lead: behind the container's
    end, in a damaged file, and in a file where no place holds a label.

    Args:
        path: any file containers.recognise knows, or an unsupported one that holds something like a label.
        name: the name it came with, for plain texts.

    Returns:
        format, medium ("" for an unsupported one), place (the lawful one); labels: list of {location, form, text,
        well_formed, wrapped, values (7 keys), keys, notes, producer, propagator}; more_labels (number of those left
        out); digital_source_types; c2pa: {present, checked: False}; damaged: a MediaError code or ""; trailing:
        {bytes, kind} behind the container's end; properties: names of other metadata.
        `producer` and `propagator` are parsed provider codes, or None where the value is a name.

    Raises:
        MediaError: media.empty, media.unreadable, media.not_recognised, media.unsupported_format.
    """
    file = Path(path)
    if not file.is_file():  # a pipe or device would keep us waiting
        raise media_error("media.unreadable")
    try:
        container = containers.recognise(file, name=name, reading=True)
        found = carrier(container).read(file)
    except MediaError as error:
        if error.code != "media.unsupported_format":
            raise
        found = Found([Claim(ELSEWHERE, text, "loose") for text in _search(file, 0)], damaged=error.code)
        if not found.claims:
            raise
        return {"format": "", "medium": "", "place": "", **_told(file, found, found.claims)}
    return {
        "format": container.name,
        "medium": str(container.medium),
        "place": container.place,
        **_told(file, found, found.claims + _beside(file, container, found)),
    }


def _told(file: Path, found: Found, claims: list[Claim]) -> dict[str, Any]:
    return {
        "labels": [described(claim) for claim in claims[:_MOST_LABELS]],
        "more_labels": max(0, len(claims) - _MOST_LABELS),
        "digital_source_types": found.source_types,
        "c2pa": {"present": found.c2pa, "checked": False},
        "damaged": found.damaged,
        "trailing": _trailing(file, found.end),
        "properties": found.properties,
    }


def labels_in(path: Path, container: Container) -> list[dict[str, Any]]:
    """The labels alone, of a file whose container is known."""
    found = carrier(container).read(path)
    return [described(claim) for claim in found.claims + _beside(path, container, found)]


def _beside(path: Path, container: Container, found: Found) -> list[Claim]:
    """Labels where the container's structure does not lead.

    In an intact text file words are content: a document may well quote a label.
    """
    if 0 <= found.end < path.stat().st_size:
        after = [Claim(AFTER_END, text, "loose") for text in _search(path, found.end)]
        if after or found.claims:
            return after
    if (found.claims or container.medium == Medium.TEXT) and not found.damaged:
        return []
    known = {_values(claim.text) for claim in found.claims}
    return [Claim(ELSEWHERE, text, "loose") for text in _search(path, 0) if _values(text) not in known]


def _search(path: Path, start: int) -> list[str]:
    return [text for _, text in loose.in_file(path, start, most_bytes=_MOST_SEARCHED)]


def _values(text: str) -> tuple[str, ...]:
    """What a label says, to tell the same label found twice from a second one."""
    try:
        return tuple(aigc.read(text).label.values().values())
    except MediaError:
        return (text,)


def _trailing(path: Path, end: int) -> dict[str, Any]:
    """What follows the container's end: padding with zeros counts as nothing."""
    size = path.stat().st_size
    if not 0 <= end < size:
        return {"bytes": 0, "kind": ""}
    with path.open("rb") as file:
        file.seek(end)
        head = file.read(4096)
    if not head.strip(b"\0\r\n "):
        return {"bytes": 0, "kind": ""}
    kind = next((shown for magic, at, shown in _APPENDED if head[at : at + len(magic)] == magic), "unknown")
    return {"bytes": size - end, "kind": kind}


def described(claim: Claim) -> dict[str, Any]:
    """One label with its values, its departures from Annex E and its provider codes explained."""
    base = {"location": claim.place, "form": claim.form, "text": claim.text[:2000]}
    try:
        reading = aigc.read(claim.text)
    except MediaError:
        return {
            **base,
            "well_formed": False,
            "wrapped": False,
            "values": {},
            "keys": [],
            "notes": ["not_json"],
            "producer": None,
            "propagator": None,
        }
    values = reading.label.values()
    return {
        **base,
        "well_formed": not reading.notes,
        "wrapped": reading.wrapped,
        "values": values,
        "keys": list(reading.keys),
        "notes": list(reading.notes),
        "producer": provider_code.describe(values["ContentProducer"]),
        "propagator": provider_code.describe(values["ContentPropagator"]),
    }
