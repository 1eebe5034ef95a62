"""The pipeline's side of labelling: which label a work gets, written and read back in child processes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from compliance.rules.labels import label_text
from media_jobs.engines.registry import Engine
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.wish import Wish
from media_jobs.pipeline import errors, signatures
from media_jobs.pipeline.keys import provider_code

__all__ = ["drawn_text", "has_camera", "label_for", "provider_code", "read_back", "text_for", "write"]

_ISOLATED = "media_jobs.labelling.isolated"


def label_for(produce_id: str) -> AigcLabel:
    """Return the implicit label of a work: on first writing the propagator is the producer (Annex E, note 1)."""
    return AigcLabel.first(producer=provider_code(), produce_id=produce_id)


def text_for(engine: Engine | None) -> str:
    """Return the explicit label's words: generated as a whole, or synthesised from real material."""
    return label_text(edits_real_media=engine is not None and engine.edits_real_media)


def write(
    source: Path, target: Path, *, produce_id: str, engine: Engine, receipts: list[bytes] | None = None
) -> dict[str, Any]:
    """Write both labels into `target`, signed, with a C2PA manifest as the last step, and return the report.

    Args:
        receipts: what the depicted people's consents commit to, one each.

    Returns:
        the reports of all steps; label: the seven values as written.

    Raises:
        MediaError: the picture cannot carry them, or cannot be signed.
        IsolationError: the child died or ran out of its limits.
    """
    drawn = target.with_name(f"drawn{target.suffix}")
    # under its final name already: a sidecar that the marking leaves beside it is named after it
    marked = target.parent / "marked" / target.name
    marked.parent.mkdir()
    report = run_isolated(
        f"{_ISOLATED}:draw",
        {
            "source": str(source),
            "target": str(drawn),
            "producer": provider_code(),
            "wish": Wish(text=text_for(engine), modified=engine.edits_real_media).as_json(),
        },
    )
    label = signatures.signed(label_for(produce_id), report)
    report |= run_isolated(
        f"{_ISOLATED}:mark",
        {
            "source": str(drawn),
            "target": str(marked),
            "label": label.values(),
            "digital_source_type": engine.digital_source_type,
        },
    )
    made = signatures.with_manifest(marked, target, label=label, engine=engine, report=report, receipts=receipts or [])
    for beside in marked.parent.iterdir():
        if beside != marked:
            beside.replace(target.parent / beside.name)
    return {**report, **made, "label": label.values()}


def read_back(file: Path, *, original: Path, produce_id: str, report: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """Read the labels back by the independent path, check the signatures, and return the findings.

    Raises:
        DomainError: pipeline.label_not_found_again - not every finding is conformant, a signature does not hold, or
            the label is not this work's (law 4: fail closed).
        MediaError: the labelled file cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    label = AigcLabel.from_values(report["label"])
    findings = run_isolated(
        f"{_ISOLATED}:readback",
        {"path": str(file), "expected": label.values(), "report": report, "original": str(original)},
    )
    ours = replace(label, reserved_code1="", reserved_code2="") == label_for(produce_id)
    if findings.get("conformant") is not True or not ours:
        raise errors.readback_mismatch()
    found = signatures.proofs(
        file, label=label.values(), name=str(report.get("name", "")), sidecar=str(report["c2pa"]["sidecar"])
    )
    if not signatures.hold(found, engine=engine, label=label.values()):
        raise errors.readback_mismatch()
    return {**findings, **found}


def drawn_text(report: dict[str, Any]) -> str:
    """Return the explicit label's words as the writer reports them."""
    return str(report.get("text", ""))


def has_camera(probe: dict[str, Any]) -> bool:
    """Return whether a camera's make or model stands in the file."""
    return bool(probe.get("camera"))
