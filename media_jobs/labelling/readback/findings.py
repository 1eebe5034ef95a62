"""What a reading back found wrong; one catalogue of sentences, a module per medium adds its own."""

from dataclasses import dataclass, field

from media_jobs.isolation.errors import gettext_noop

TEXTS: dict[str, str] = {
    "readback.unreadable": gettext_noop("The labelled file cannot be read back"),
    "readback.container": gettext_noop("The file structure is faulty"),
    "readback.container_changed": gettext_noop("The file type is %(found)s instead of %(expected)s"),
    "readback.file_changed": gettext_noop("The file is not the one that was written"),
    "readback.label_count": gettext_noop("The file carries %(found)s AIGC labels instead of one"),
    "readback.label_place": gettext_noop("The AIGC label stands in %(found)s instead of %(expected)s"),
    "readback.label_value": gettext_noop("%(key)s of the AIGC label does not read as it was written"),
    "readback.label_keys": gettext_noop("The AIGC label does not consist of the seven keys of the standard"),
    "readback.source_type": gettext_noop("The IPTC digital source type is missing or doubled"),
    "readback.elements": gettext_noop("The label text lacks one of its two elements"),
}
# The clause that each finding offends, for the conformance report.
CLAUSES: dict[str, str] = {
    "readback.label_count": "GB 45438-2025 6.1 c)",
    "readback.label_place": "GB 45438-2025 Annex E a)",
    "readback.label_value": "GB 45438-2025 Annex E",
    "readback.label_keys": "GB 45438-2025 Annex E b)",
    "readback.elements": "GB 45438-2025 5",
}


@dataclass
class Findings:
    """Findings as they are collected: {code, message, params, severity, clause}; an "error" is not conformant."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, code: str, *, severity: str = "error", **params: object) -> None:
        """Append one finding of a code that stands in TEXTS."""
        self.rows.append(
            {
                "code": code,
                "message": TEXTS[code],
                "params": params,
                "severity": severity,
                "clause": CLAUSES.get(code, ""),
            }
        )

    @property
    def conformant(self) -> bool:
        """No error among them."""
        return not any(row["severity"] == "error" for row in self.rows)


@dataclass
class Walked:
    """What an independent walk over a file's structure found.

    Attributes:
        container: the name this walk gives it, as containers.Container.name, or "".
        labels: (place, JSON text) of every AIGC label in a lawful place, places named as containers.Container.place.
        source_types: every IPTC digital source type.
        mentions: how often "ContentProducer" stands anywhere outside the media (one label: exactly one).
        faults: codes of what is wrong with the structure: "checksum", "length", "order", "flag", "xml".
        lossless: the media are stored without loss.
    """

    container: str = ""
    labels: list[tuple[str, str]] = field(default_factory=list)
    source_types: list[str] = field(default_factory=list)
    mentions: int = 0
    faults: list[str] = field(default_factory=list)
    lossless: bool = False
