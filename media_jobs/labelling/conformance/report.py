"""The conformance report of a file without its original: the metadata label and the explicit one."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.limits import MIB, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import reading
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.readback.findings import Findings

_ROOM = "media_jobs.labelling"
_MODULES = {
    "image": f"{_ROOM}.conformance.pictures",
    "video": f"{_ROOM}.conformance.video",
    "audio": f"{_ROOM}.conformance.audio",
    "text": f"{_ROOM}.conformance.text",
}
_LIMITS = Limits(memory_bytes=6 * 1024 * MIB, cpu_seconds=120, wall_seconds=90.0, file_bytes=0)


@dataclass(frozen=True)
class Report:
    """What `check_file` found.

    Attributes:
        answer: of reading.read.
        findings: the answer's and those about the explicit label, as readback.check_file gives them.
        measured: {labels, location, values, source_types, explicit: what the medium's module measured}.
        explicit: "found", "not_found", "waived", "not_examined".
    """

    answer: reading.Answer
    findings: list[dict[str, object]]
    measured: dict[str, Any]
    explicit: str

    @property
    def conformant(self) -> bool:
        """Both labels are there and break no rule."""
        return self.answer.present and not any(row["severity"] == "error" for row in self.findings)

    def as_json(self) -> dict[str, Any]:
        """JSON-able: readback.check_file's three keys, and the answers of reading."""
        return {
            **self.answer.as_json(),
            "conformant": self.conformant,
            "explicit": self.explicit,
            "findings": self.findings,
            "measured": self.measured,
        }


def check_file(
    path: str | Path, *, name: str = "", keys: str = "", read_foreign: bool = False, waived: bool = False
) -> Report:
    """Check a file by itself.

    Args:
        path, name, keys: see reading.read.
        read_foreign: read words in any typeface too (the `ocr` extra).
        waived: the explicit label was left out on a recorded request (Labelling Measures Art. 9).

    Raises:
        PortableError: see reading.read.
    """
    answer = reading.read(path, name=name, keys=keys)
    rows, explicit = list(answer.findings), "waived"
    seen: dict[str, Any] = {}
    if not waived:
        explicit, added, seen = explicit_label(Path(path).resolve(), name, answer, read_foreign=read_foreign)
        rows += added
    labels = answer.labels
    measured = {
        "labels": len(labels) + answer.more_labels,
        "location": labels[0]["location"] if labels else "",
        "values": labels[0]["values"] if labels else {},
        "source_types": answer.source_types,
        "explicit": seen,
    }
    return Report(answer, rows, measured, explicit)


def explicit_label(
    path: Path, name: str, answer: reading.Answer, *, read_foreign: bool
) -> tuple[str, list[dict[str, object]], dict[str, Any]]:
    """The explicit label of a file that was read: its state (see Report), findings, and what was measured.

    Args:
        path: absolute.
    """
    payload = {
        "path": str(path),
        "name": name,
        "format": answer.format,
        "medium": answer.medium,
        "properties": answer.properties,
        "read_foreign": read_foreign,
    }
    findings = Findings()
    kind = CONTAINERS.get(answer.format)
    if answer.medium not in _MODULES or (kind is not None and not kind.visible):
        findings.add("explicit.not_examined")
        return "not_examined", findings.rows, {}
    try:
        told: Any = run_isolated(f"{_ROOM}.isolated:examine", payload, limits=_LIMITS)
    except PortableError:
        findings.add("explicit.unreadable")
        return "not_examined", findings.rows, {}
    codes = {row["code"] for row in told["findings"]}
    missing = {"explicit.not_found", "explicit.not_read", "explicit.no_rhythm", "explicit.no_line", "explicit.elements"}
    state = (
        "not_found"
        if codes & missing
        else "not_examined"
        if codes & {"explicit.unreadable", "explicit.no_ocr"}
        else "found"
    )
    return state, told["findings"], told["measured"]


def examine(path: Path, *, container: str, medium: str, properties: list[str], read_foreign: bool) -> dict[str, Any]:
    """Child side: what the medium's module finds.

    Returns:
        findings, measured.
    """
    findings, measured = Findings(), dict[str, Any]()
    import_module(_MODULES[medium]).examine(
        path,
        container=container,
        found={"properties": properties},
        read_foreign=read_foreign,
        findings=findings,
        measured=measured,
    )
    return {"findings": findings.rows, "measured": measured}
