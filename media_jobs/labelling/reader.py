"""Read every label in a file, wherever its writer put it; these are claims: nothing here proves who wrote them."""

from pathlib import Path
from typing import Any

from media_jobs.labelling import aigc, containers, provider_code
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim
from media_jobs.labelling.metadata import carrier


def read_file(path: str | Path, *, name: str = "") -> dict[str, Any]:
    """Every AIGC label, the IPTC source type and the presence of C2PA in one file.

    Args:
        path: any file containers.recognise knows.
        name: the name it came with, for plain texts.

    Returns:
        format, medium; labels: list of {location, form, text, well_formed, wrapped, values (7 keys), notes, producer,
        propagator}; digital_source_types: list; c2pa: {present, checked: False}; damaged: a MediaError code or "".
        `producer` and `propagator` are parsed provider codes, or None where the value is a name.

    Raises:
        MediaError: media.empty, media.unreadable, media.not_recognised, media.unsupported_format.
    """
    file = Path(path)
    container = containers.recognise(file, name=name, reading=True)
    found = carrier(container).read(file)
    return {
        "format": container.name,
        "medium": str(container.medium),
        "labels": [described(claim) for claim in found.claims],
        "digital_source_types": found.source_types,
        "c2pa": {"present": found.c2pa, "checked": False},
        "damaged": found.damaged,
    }


def labels_in(path: Path, container: Container) -> list[dict[str, Any]]:
    """The labels alone, of a file whose container is known."""
    return [described(claim) for claim in carrier(container).read(path).claims]


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
        "notes": list(reading.notes),
        "producer": provider_code.describe(values["ContentProducer"]),
        "propagator": provider_code.describe(values["ContentPropagator"]),
    }
