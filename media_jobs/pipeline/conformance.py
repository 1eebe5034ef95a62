"""The conformance report of a released file, for people: what was measured, what is asked, by which clause.

The evidence itself is `Release.report`, as the writer and the read-back left it; this only puts it into words and keeps
every number that it has no words for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from media_jobs.jobs.models import Release
from media_jobs.labelling.aigc import KEYS

Text = str | Promise
_E = "GB 45438-2025 Annex E"


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report.

    Args:
        key: stable name in the evidence.
        title: what was measured, "" where the house has no words for the key.
        value: what was found.
        asked: what is required, "" where nothing is.
        clause: by which rule, "".
    """

    key: str
    title: Text
    value: str
    asked: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the read-back remarked; an error never comes with a release."""

    code: str
    text: str
    severity: str
    clause: str


def _number(value: Any, digits: int = 2) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _share(measured: Mapping[str, Any], label: Mapping[str, Any]) -> str:
    """The height of the capitals as a share of the shortest side, in percent."""
    height = measured.get("ink_height")
    side = label.get("shortest_side") or min(label.get("width") or 0, label.get("height") or 0)
    return f"{100 * height / side:.1f} % ({height} px)" if isinstance(height, int | float) and side else ""


def _place(_measured: Mapping[str, Any], label: Mapping[str, Any]) -> str:
    """How near the label's box comes to an edge, in percent of the picture's side."""
    box, width, height = label.get("box"), label.get("width"), label.get("height")
    if label.get("orientation", 1) in {5, 6, 7, 8}:
        width, height = height, width
    if not (isinstance(box, list) and len(box) == 4 and width and height):
        return ""
    near = min(box[0] / width, (width - box[2]) / width, box[1] / height, (height - box[3]) / height)
    return f"{100 * max(near, 0.0):.1f} %"


# What is derived from several numbers: key, title, how, what is asked, clause.
_DERIVED: tuple[tuple[str, Text, Callable[[Mapping[str, Any], Mapping[str, Any]], str], str, str], ...] = (
    ("height_share", _("Height of the capitals / shortest side"), _share, "≥ 5 %", "GB 45438-2025 5.2, 5.4, 5.5"),
    ("edge_distance", _("Distance of the label from the nearest edge"), _place, "≤ 10 %", "GB 45438-2025 5.2, 5.4"),
)
# What stands in the evidence as one value: key -> title, what is asked, clause. A part of a value, such as
# "label_before.tones", is looked up by its own name.
_VALUES: dict[str, tuple[Text, Text, str]] = {
    "contrast": (_("Contrast of the words, to 1"), "≥ 4.5", "GB 45438-2025 5.2 (WCAG 2.2)"),
    "likeness": (_("Likeness of the label to what was to be written or said"), "", "GB 45438-2025 5.2, 5.3"),
    "ocr": (_("The words as read by OCR"), "", "GB 45438-2025 5"),
    "ocr_found": (_("Both elements of the label read by OCR"), _("yes"), "GB 45438-2025 5"),
    "first": (_("First line"), "", "GB 45438-2025 5.1"),
    "last": (_("Last line"), "", "GB 45438-2025 5.1"),
    "height": (_("Height of the words, points"), "", "GB 45438-2025 5.1"),
    "required": (_("Height of the words that is asked, points"), "", "GB 45438-2025 5.1"),
    "first_frame": (_("On screen from the first frame"), _("yes"), "GB 45438-2025 5.4"),
    "seconds_on_screen": (_("Seconds on screen"), "≥ 2, ≥ 5 %", "GB 45438-2025 5.4"),
    "required_seconds": (_("Seconds on screen that are asked"), "", "GB 45438-2025 5.4"),
    "frames_looked_at": (_("Frames looked at closely"), "", ""),
    "tones": (_("Tones, seconds from and to"), _("short-long-short-short"), "GB 45438-2025 5.3"),
    "characters_per_minute": (_("Speech rate, characters a minute"), "120-160", "GB 45438-2025 5.3"),
    "start": (_("The label begins, seconds"), "", "GB 45438-2025 5.3"),
    "speech_seconds": (_("The label lasts, seconds"), "", "GB 45438-2025 5.3"),
    "label_lufs": (_("Loudness of the label, LUFS"), "", "GB 45438-2025 5.3"),
    "peak_dbfs": (_("Peak of the label, dBFS"), "", ""),
    "programme_lufs": (_("Loudness of the content, LUFS"), "", ""),
    "audio_identical": (_("Sound packets untouched"), "", ""),
    "identical": (_("Content untouched, sample by sample"), "", ""),
    "picture_identical": (_("Picture packets untouched"), "", ""),
    "labels": (_("AIGC labels in the file"), "1", "GB 45438-2025 6.1 c)"),
    "location": (_("Place of the AIGC label"), "", f"{_E} a)"),
    "mean_outside": (_("Mean change outside the label, levels of 255"), "≤ 6", ""),
    "strong_outside": (_("Share of visibly changed pixels outside the label"), "≤ 0.01", ""),
    "changed_inside": (_("Share of changed pixels inside the label"), "≥ 0.3", ""),
    "frames": (_("Frames in the file"), "", ""),
    "frames_checked": (_("Frames compared with the original"), "", ""),
    "duration": (_("Length of the content, seconds"), "", ""),
    "tracks": (_("Other tracks"), "", ""),
    "largest_shift": (_("Largest shift of a frame in time, seconds"), "", ""),
    "psnr_outside": (_("Likeness outside the label, PSNR in dB"), "", ""),
    "worst_block": (_("Largest change of a block outside the label, levels of 255"), "", ""),
    "sample_rate": (_("Sampling rate, Hz"), "", ""),
    "channels": (_("Channels"), "", ""),
    "samples": (_("Samples"), "", ""),
    "original_samples": (_("Samples in the original"), "", ""),
    "correlation": (_("Correlation with the original, 0 to 1"), "", ""),
    "level_change": (_("Change of level, dB"), "", ""),
}
_SIDES: dict[str, Text] = {
    "label_before": _("Before the content"),
    "label_after": _("After the content"),
}
# Said in the derived lines, or by the page itself.
_PASSED_OVER = {"sha256", "values", "source_types", "ink_height", "required_height", "edge_distance"}


def measured_of(release: Release) -> list[Measured]:
    """Return the lines of a release's report, the explicit label first."""
    label: Mapping[str, Any] = release.report.get("label", {})
    measured: Mapping[str, Any] = release.report.get("readback", {}).get("measured", {})
    rows = [
        Measured(key, title, found, asked, clause)
        for key, title, how, asked, clause in _DERIVED
        if (found := how(measured, label))
    ]
    flat = {key: value for key, value in measured.items() if key not in _PASSED_OVER}
    for key in _order(flat):
        if isinstance(flat[key], dict):
            rows += [_line(f"{key}.{part}", value) for part, value in flat[key].items()]
        else:
            rows.append(_line(key, flat[key]))
    values = measured.get("values")
    if isinstance(values, dict):
        clause = _E.replace("Annex", translate("Annex"))
        rows += [Measured(key, key, str(values[key]), "", clause) for key in KEYS if key in values]
    return rows + [
        Measured("source_type", "IPTC DigitalSourceType", str(uri)) for uri in measured.get("source_types", ())
    ]


def _order(measured: Mapping[str, Any]) -> list[str]:
    """The keys the house has words for first, in its own order."""
    known = [key for key in (*_SIDES, *_VALUES) if key in measured]
    return known + [key for key in measured if key not in known]


def _line(key: str, value: Any) -> Measured:
    whole, _dot, part = key.partition(".")
    title, asked, clause = _VALUES.get(part or whole, ("", "", ""))
    clause = clause.replace("Annex", translate("Annex"))
    if part and title and whole in _SIDES:
        title = format_lazy("{}: {}", _SIDES[whole], title)
    return Measured(key, title, _plainly(value), str(asked), clause)


def findings_of(release: Release) -> list[Finding]:
    """Return what the read-back remarked, in the language in use."""
    found = release.report.get("readback", {}).get("findings", ())
    return [
        Finding(
            code=str(row["code"]),
            text=translate(row["message"]) % row["params"] if row.get("params") else translate(row["message"]),
            severity=str(row["severity"]),
            clause=str(row.get("clause", "")),
        )
        for row in found
    ]


def context(release: Release) -> dict[str, Any]:
    """Return the context of jobs/_report.html."""
    return {"measured": measured_of(release), "findings": findings_of(release), "report_of": release}


def as_json(release: Release) -> dict[str, Any]:
    """Return the evidence as it is kept, with what it is about and every line in words."""
    return {
        "produce_id": release.work.produce_id,
        "sha256": release.sha256,
        "size": release.size,
        "medium": release.medium,
        "mime": release.mime,
        "released_at": release.released_at,
        "explicit_label": release.label_text,
        "unlabelled_request": release.unlabelled_request or None,
        "conformant": bool(release.report.get("readback", {}).get("conformant", False)),
        "lines": [
            {
                "key": row.key,
                "title": str(row.title),
                "value": row.value,
                "asked": row.asked,
                "clause": row.clause,
            }
            for row in measured_of(release)
        ],
        "evidence": _told(release.report),
    }


def _told(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence without what only we keep.

    The salt: with it a guess at whose consent stands behind a work could be checked against the file's manifest. And
    where our files lie.
    """
    told = dict(kept)
    if isinstance(written := kept.get("label"), dict):
        told["label"] = dict(written)
        if isinstance(manifest := written.get("c2pa"), dict):
            told["label"]["c2pa"] = {key: value for key, value in manifest.items() if key != "consent_salt"}
        if isinstance(beside := written.get("sidecars"), list):
            told["label"]["sidecars"] = [{key: value for key, value in row.items() if key != "path"} for row in beside]
    return told


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, list):
        return ", ".join(_plainly(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plainly(one)}" for key, one in value.items())
    return _number(value, 4)
