"""The room's functions for `isolation.runner.run_isolated`: dict in, dict out, paths absolute."""

import hashlib
from pathlib import Path
from typing import Any

from media_jobs.isolation import progress
from media_jobs.labelling import containers, reader, trust, writer
from media_jobs.labelling import probe as probe_module
from media_jobs.labelling import readback as readback_module
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata import carrier
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


def digest(payload: Payload) -> Payload:
    """{path, name?} -> {method, sha256} of the media, as the container's carrier digests them."""
    path = Path(payload["path"])
    content = carrier(containers.recognise(path, name=str(payload.get("name", "")))).content(path)
    return {"method": content.method, "sha256": content.sha256}


def sha256(payload: Payload) -> Payload:
    """{path} -> {sha256} of the whole file."""
    with Path(payload["path"]).open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def signatures(payload: Payload) -> Payload:
    """{path, name?, values: {seven keys}, keys: text} -> trust.signatures."""
    return trust.signatures(
        Path(payload["path"]),
        name=str(payload.get("name", "")),
        values=dict(payload["values"]),
        keys=str(payload.get("keys", "")),
    )


def tags(payload: Payload) -> Payload:
    """{path} -> {tags}: the names of a film's or sound's descriptive tags, as FFmpeg names them."""
    import av

    with av.open(str(payload["path"]), metadata_errors="replace") as opened:
        names = {f"tag {name}" for name in opened.metadata}
        names |= {f"tag {stream.type} {name}" for stream in opened.streams for name in stream.metadata}
    return {"tags": sorted(names)[:1000]}


def examine(payload: Payload) -> Payload:
    """{path, format, medium, properties, read_foreign} -> conformance.report.examine."""
    from media_jobs.labelling.conformance import report

    return report.examine(
        Path(payload["path"]),
        container=str(payload["format"]),
        medium=str(payload["medium"]),
        properties=[str(one) for one in payload["properties"]],
        read_foreign=bool(payload.get("read_foreign")),
    )


def words(payload: Payload) -> Payload:
    """{path, format} -> conformance.pictures.words."""
    from media_jobs.labelling.conformance import pictures

    return pictures.words(Path(payload["path"]), container=str(payload["format"]))


def readback(payload: Payload) -> Payload:
    """{path, expected: {seven keys}, report, original} -> readback.check_file."""
    return readback_module.check_file(
        str(payload["path"]),
        expected=AigcLabel.from_values(payload["expected"]),
        report=dict(payload["report"]),
        original=str(payload["original"]),
    )
