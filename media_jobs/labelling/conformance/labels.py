"""The metadata label against the rules: each broken one by its code and clause (GB 45438-2025 6.1, Annex E)."""

import re
from typing import Any

from media_jobs.labelling import aigc, digital_source, provider_code
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.readback.findings import Findings

# Annex B of the image guide stores the wrapped object in these; everywhere else the inner object stands.
_WRAPPED_PLACES = ("exif.user_comment", "png.text.AIGC")
_SYNTHETIC = {
    digital_source.TRAINED_ALGORITHMIC_MEDIA,
    digital_source.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
    digital_source.ALGORITHMICALLY_ENHANCED,
    digital_source.COMPOSITE_SYNTHETIC,
    digital_source.ALGORITHMIC_MEDIA,
}
_NATURAL = ("digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "humanEdits",
            "digitalCreation", "minorHumanEdits", "digitalArt", "compositeCapture")  # fmt: skip
_LOOKS_LIKE_CODE = re.compile(r"00[0-9][0-9][0-9A-Za-z]{18,28}")
_CODE_FAULTS = {
    "provider.bad_form": "label.code_form",
    "provider.bad_check_digit": "label.code_check_digit",
    "provider.bad_extension": "label.code_extension",
}
_LONG = 64
SAYS = {"1": "is", "2": "may_be", "3": "suspected"}


def check(found: dict[str, Any], findings: Findings) -> None:
    """Add what breaks a rule.

    Args:
        found: reader.read_file's answer.
        findings: grows; "error" is not conformant, "warning" is unwise or undecided by the standard.
    """
    if found["damaged"] == "media.unsupported_format":
        findings.add("file.unsupported")
    elif found["damaged"]:
        findings.add("file.damaged")
    if found["trailing"]["bytes"]:
        findings.add("file.trailing", severity="warning", **found["trailing"])
    labels = found["labels"]
    if not labels:
        findings.add("label.missing")
        return
    if len(labels) > 1:
        findings.add("label.several", found=len(labels) + found["more_labels"])
    elif labels[0]["location"] != found["place"]:
        findings.add("label.place", found=labels[0]["location"], expected=found["place"])
    for label in labels:
        _check_object(label, findings)
    _check_source_types(found["digital_source_types"], [label["values"].get("Label", "") for label in labels], findings)


def _check_object(label: dict[str, Any], findings: Findings) -> None:
    if label["form"] not in {"", "loose"}:
        findings.add("label.form", severity="warning", form=label["form"])
    if not label["values"]:
        findings.add("label.not_json")
        return
    if label["wrapped"] and not label["location"].startswith(_WRAPPED_PLACES):
        findings.add("label.wrapped", severity="warning")
    faulty = _check_keys(label, findings)
    values = label["values"]
    if values["Label"] not in SAYS and "Label" not in faulty:
        findings.add("label.bad_label")
    for key in ("ContentProducer", "ProduceID"):
        if not values[key] and key not in faulty:
            findings.add("label.empty", key=key)
    _check_propagator(values, faulty, findings)
    for note in label["notes"]:
        key, _, what = note.partition(":")
        if what == "bad_value" and key != "Label" and values[key]:
            findings.add("label.characters", key=key)
    for key in ("ContentProducer", "ContentPropagator"):
        if key == "ContentProducer" or values[key] != values["ContentProducer"]:
            _check_code(key, values[key], findings)
    for key in ("ProduceID", "PropagateID"):
        if len(values[key]) > _LONG:
            findings.add("label.long_id", severity="warning", key=key)


def _check_keys(label: dict[str, Any], findings: Findings) -> set[str]:
    """The keys that are missing, for which nothing more needs to be said."""
    codes = {
        "missing": "label.key_missing",
        "wrong_case": "label.key_case",
        "unknown": "label.key_unknown",
        "duplicate": "label.key_duplicate",
        "not_a_string": "label.not_a_string",
    }
    missing = set()
    for note in label["notes"]:
        key, _, what = note.rpartition(":")
        if what in codes:
            findings.add(codes[what], key=key)
        if what == "missing":
            missing.add(key)
    known = [key for key in label["keys"] if key in aigc.FIELDS]
    if known != sorted(known, key=aigc.KEYS.index):
        findings.add("label.key_order", severity="warning")
    return missing


def _check_propagator(values: dict[str, str], faulty: set[str], findings: Findings) -> None:
    propagator, number = values["ContentPropagator"], values["PropagateID"]
    if faulty & {"ContentPropagator", "PropagateID"}:
        return
    if not propagator and not number:
        findings.add("label.propagator_empty", severity="warning")
    elif not propagator or not number:
        findings.add("label.propagator_half")
    elif propagator == values["ContentProducer"] and number != values["ProduceID"]:
        findings.add("label.first_write", severity="warning")


def _check_code(key: str, value: str, findings: Findings) -> None:
    if not value:
        return
    if not _LOOKS_LIKE_CODE.fullmatch(value):
        findings.add("label.name_not_code", severity="warning", key=key)
        return
    try:
        parsed = provider_code.parse(value, allow_individual=True)
    except MediaError as error:
        findings.add(_CODE_FAULTS[error.code], key=key)
        return
    if parsed.is_individual:
        findings.add("label.code_individual", severity="warning", key=key)
    if key == "ContentProducer" and parsed.service == "propagation":
        findings.add("label.code_service", severity="warning", key=key)
    if value == provider_code.DEVELOPMENT_CODE:
        findings.add("label.code_development", severity="warning", key=key)


def _check_source_types(types: list[str], says: list[str], findings: Findings) -> None:
    """IPTC beside AIGC: one full address that says the same of the origin."""
    if not types:
        findings.add("source_type.missing", severity="warning")
        return
    if len(set(types)) > 1:
        findings.add("source_type.several", severity="warning")
    for value in dict.fromkeys(types):
        name = value.rpartition("/")[2]
        if value == name or not value.startswith("http"):
            findings.add("source_type.not_an_address", severity="warning", value=value[:100])
        if "1" in says and value not in _SYNTHETIC and name in _NATURAL:
            findings.add("source_type.disagrees", value=name)
