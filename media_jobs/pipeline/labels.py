"""The pipeline's side of labelling: which label a work gets, written and read back in child processes."""

from pathlib import Path
from typing import Any

from django.conf import settings

from compliance.rules.labels import label_text
from media_jobs.engines.registry import Engine
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.wish import Wish
from media_jobs.pipeline import errors

_ISOLATED = "media_jobs.labelling.isolated"


def provider_code() -> str:
    """Return the one code this platform writes: its own (TC260-PG-20252A)."""
    return settings.PROVIDER_CODE or DEVELOPMENT_CODE


def label_for(produce_id: str) -> AigcLabel:
    """Return the implicit label of a work: on first writing the propagator is the producer (Annex E, note 1)."""
    return AigcLabel.first(producer=provider_code(), produce_id=produce_id)


def text_for(engine: Engine | None) -> str:
    """Return the explicit label's words: generated as a whole, or synthesised from real material."""
    return label_text(edits_real_media=engine is not None and engine.edits_real_media)


def write(source: Path, target: Path, *, produce_id: str, engine: Engine) -> dict[str, Any]:
    """Write both labels into `target` and return the writer's report.

    Raises:
        MediaError: the picture cannot carry them.
        IsolationError: the child died or ran out of its limits.
    """
    drawn = target.with_name(f"drawn{target.suffix}")
    report = run_isolated(
        f"{_ISOLATED}:draw",
        {
            "source": str(source),
            "target": str(drawn),
            "producer": provider_code(),
            "wish": Wish(text=text_for(engine), modified=engine.edits_real_media).as_json(),
        },
    )
    marked = run_isolated(
        f"{_ISOLATED}:mark",
        {
            "source": str(drawn),
            "target": str(target),
            "label": label_for(produce_id).values(),
            "digital_source_type": engine.digital_source_type,
        },
    )
    return {**report, **marked}


def read_back(file: Path, *, original: Path, produce_id: str, report: dict[str, Any]) -> dict[str, Any]:
    """Read the labels back by the independent path and return its findings.

    Raises:
        DomainError: pipeline.label_not_found_again - not every finding is conformant (law 4: fail closed).
        MediaError: the labelled file cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    findings = run_isolated(
        f"{_ISOLATED}:readback",
        {
            "path": str(file),
            "expected": label_for(produce_id).values(),
            "report": report,
            "original": str(original),
        },
    )
    if findings.get("conformant") is not True:
        raise errors.readback_mismatch()
    return findings


def drawn_text(report: dict[str, Any]) -> str:
    """Return the explicit label's words as the writer reports them."""
    return str(report.get("text", ""))


def has_camera(probe: dict[str, Any]) -> bool:
    """Return whether a camera's make or model stands in the file."""
    return bool(probe.get("camera"))
