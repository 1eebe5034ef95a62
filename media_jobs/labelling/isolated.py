"""The room's functions for `isolation.runner.run_isolated`: dict in, dict out, paths absolute."""

from media_jobs.labelling import probe as probe_module
from media_jobs.labelling import readback as readback_module
from media_jobs.labelling import reader, writer
from media_jobs.labelling.aigc import AigcLabel

Payload = dict[str, object]


def probe(payload: Payload) -> Payload:
    """{path, name?, max_pixels?, max_side?, max_bytes?} -> probe.probe."""
    limits = {key: int(str(payload[key])) for key in ("max_pixels", "max_side", "max_bytes") if key in payload}
    return probe_module.probe(str(payload["path"]), name=str(payload.get("name", "")), **limits)


def label(payload: Payload) -> Payload:
    """{source, target, label: {seven keys}, digital_source_type, text?} -> writer.label_file's report."""
    text = payload.get("text")
    return writer.label_file(
        str(payload["source"]),
        str(payload["target"]),
        label=_label(payload["label"]),
        digital_source_type=str(payload["digital_source_type"]),
        text=None if text is None else str(text),
    )


def read(payload: Payload) -> Payload:
    """{path} -> reader.read_file."""
    return reader.read_file(str(payload["path"]))


def readback(payload: Payload) -> Payload:
    """{path, expected: {seven keys}, report, original} -> readback.check_file."""
    report = payload["report"]
    return readback_module.check_file(
        str(payload["path"]),
        expected=_label(payload["expected"]),
        report=report if isinstance(report, dict) else {},
        original=str(payload["original"]),
    )


def _label(values: object) -> AigcLabel:
    return AigcLabel.from_values(values if isinstance(values, dict) else {})
