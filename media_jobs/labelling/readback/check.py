"""Compare a labelled file with what it ought to carry and with what it was made from."""

import hashlib
import json
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.containers import Medium
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.readback.findings import Findings, Walked

_MODULES = {
    Medium.IMAGE: "media_jobs.labelling.readback.pictures",
    Medium.VIDEO: "media_jobs.labelling.readback.video",
    Medium.AUDIO: "media_jobs.labelling.readback.audio",
    Medium.TEXT: "media_jobs.labelling.readback.text",
}


class Measurer(Protocol):
    """One medium's independent eyes: `media_jobs.labelling.readback.<pictures|video|audio|text>`."""

    def walk(self, path: Path, *, container: str) -> Walked:
        """The structure and the labels of a file, by code that shares nothing with the carriers. Never raises."""
        ...

    def measure(
        self, path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
    ) -> None:
        """Find the explicit label in the decoded media, measure it, and compare the rest with the original.

        Where report["explicit"] is False: nothing visible or audible may have been added. Never raises.
        """
        ...


def check_file(
    path: str | Path, *, expected: AigcLabel, report: dict[str, Any], original: str | Path
) -> dict[str, Any]:
    """Read `path` back and compare: seven values, one label, its place, the media, the explicit label.

    Args:
        path: the labelled file.
        expected: the values it ought to carry.
        report: what writer.label_file reported (or draw_file's and mark_file's together).
        original: the file before labelling.

    Returns:
        conformant (bool); findings: list of {code, message (English msgid), params, severity "error" or "warning",
        clause}; measured: {labels, location, values, source_types, sha256, and what the medium measures}. A finding,
        never an exception, tells what is wrong.
    """
    findings = Findings()
    measured: dict[str, Any] = {}
    try:
        measured["sha256"] = _sha256(Path(path))
        Path(original).open("rb").close()
    except OSError:
        findings.add("readback.unreadable")
        return {"conformant": False, "findings": findings.rows, "measured": measured}
    if report.get("sha256") != measured["sha256"]:
        findings.add("readback.file_changed")
    try:
        container = containers.recognise(Path(path), name=str(report.get("name", "")))
        module = cast("Measurer", import_module(_MODULES[container.medium]))
    except (MediaError, KeyError):
        findings.add("readback.unreadable")
        return {"conformant": False, "findings": findings.rows, "measured": measured}
    _check_label(module.walk(Path(path), container=container.name), expected, report, findings, measured)
    module.measure(Path(path), Path(original), report=report, findings=findings, measured=measured)
    return {"conformant": findings.conformant, "findings": findings.rows, "measured": measured}


def _check_label(
    walked: Walked, expected: AigcLabel, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    for fault in dict.fromkeys(walked.faults):
        findings.add("readback.container", what=fault)
    if walked.container != report.get("container"):
        findings.add("readback.container_changed", found=walked.container, expected=str(report.get("container")))
    measured |= {"labels": max(len(walked.labels), walked.mentions), "source_types": walked.source_types}
    if len(walked.labels) != 1 or walked.mentions != 1:
        findings.add("readback.label_count", found=measured["labels"])
    types = walked.source_types
    if len(types) != 1 or not types[0].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/"):
        findings.add("readback.source_type")
    if not walked.labels:
        return
    place, text = walked.labels[0]
    measured["location"] = place
    if place != report.get("location"):
        findings.add("readback.label_place", found=place, expected=str(report.get("location")))
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError:
        pairs = None
    wanted = expected.values()
    if not isinstance(pairs, list) or [key for key, _ in pairs] != list(wanted):
        findings.add("readback.label_keys")
        return
    measured["values"] = dict(pairs)
    for key, value in pairs:
        if value != wanted[key]:
            findings.add("readback.label_value", key=key)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
