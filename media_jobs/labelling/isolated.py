"""The room's functions for `isolation.runner.run_isolated`: dict in, dict out, paths absolute."""

from pathlib import Path
from typing import Any

from media_jobs.isolation import progress
from media_jobs.labelling import probe as probe_module
from media_jobs.labelling import readback as readback_module
from media_jobs.labelling import reader, writer
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.wish import Wish

Payload = dict[str, Any]


def probe(payload: Payload) -> Payload:
    """{path, name?, max_bytes?, limits?: {max_pixels, ...}} -> probe.probe."""
    return probe_module.probe(
        str(payload["path"]),
        name=str(payload.get("name", "")),
        max_bytes=int(payload.get("max_bytes", probe_module.MAX_BYTES)),
        limits=ProbeLimits(**payload.get("limits", {})),
    )


def draw(payload: Payload) -> Payload:
    """{source, target, producer, wish, name?} -> writer.draw_file's report; reports progress in seconds of media."""
    return writer.draw_file(
        Path(payload["source"]),
        Path(payload["target"]),
        producer=str(payload["producer"]),
        wish=Wish.from_json(payload["wish"], progress.report),
        name=str(payload.get("name", "")),
    )


def mark(payload: Payload) -> Payload:
    """{source, target, label: {seven keys}, digital_source_type, name?} -> writer.mark_file's report."""
    return writer.mark_file(
        Path(payload["source"]),
        Path(payload["target"]),
        label=AigcLabel.from_values(payload["label"]),
        digital_source_type=str(payload["digital_source_type"]),
        name=str(payload.get("name", "")),
    )


def read(payload: Payload) -> Payload:
    """{path, name?} -> reader.read_file."""
    return reader.read_file(str(payload["path"]), name=str(payload.get("name", "")))


def readback(payload: Payload) -> Payload:
    """{path, expected: {seven keys}, report, original} -> readback.check_file."""
    return readback_module.check_file(
        str(payload["path"]),
        expected=AigcLabel.from_values(payload["expected"]),
        report=dict(payload["report"]),
        original=str(payload["original"]),
    )
