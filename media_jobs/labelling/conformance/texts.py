"""The sentences and clauses of what a file alone can be found wanting in; readback's catalogue grows by them."""

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS

_E = "GB 45438-2025 Annex E "
_CODE = "TC260-PG-20252A"

TEXTS |= {
    "label.missing": gettext_noop("The file carries no AIGC label"),
    "label.several": gettext_noop("The file carries %(found)s AIGC labels; exactly one is allowed"),
    "label.place": gettext_noop("The label stands in %(found)s; its place is %(expected)s"),
    "label.form": gettext_noop("The label is written in an unusual form: %(form)s"),
    "label.wrapped": gettext_noop('The label is wrapped in {"AIGC": …}; this place holds the inner object'),
    "label.not_json": gettext_noop("The label is not a JSON object with the standard's keys"),
    "label.key_missing": gettext_noop("The label lacks the key %(key)s"),
    "label.key_case": gettext_noop("The label spells the key %(key)s with other capitals"),
    "label.key_unknown": gettext_noop("The label has a key that the standard does not know: %(key)s"),
    "label.key_duplicate": gettext_noop("The label has the key %(key)s more than once"),
    "label.key_order": gettext_noop("The label's keys stand in another order than in the standard"),
    "label.not_a_string": gettext_noop("%(key)s is not a JSON string"),
    "label.bad_label": gettext_noop("Label must be 1, 2 or 3"),
    "label.empty": gettext_noop("%(key)s is empty"),
    "label.propagator_empty": gettext_noop(
        "The propagator is empty; on first writing it equals the producer, though some vendors leave it out"
    ),
    "label.propagator_half": gettext_noop("Of propagator and its number, one is empty"),
    "label.characters": gettext_noop("%(key)s holds characters outside the allowed ones"),
    "label.name_not_code": gettext_noop("%(key)s is a name, not a provider code; only a code can be checked"),
    "label.code_form": gettext_noop("%(key)s looks like a provider code but has not its form"),
    "label.code_check_digit": gettext_noop("%(key)s has a wrong check digit"),
    "label.code_extension": gettext_noop("The service extension of %(key)s begins with neither 1 nor 2"),
    "label.code_individual": gettext_noop("%(key)s publishes a person's ID-card number"),
    "label.code_service": gettext_noop("%(key)s names a propagation service as the producer"),
    "label.code_development": gettext_noop("%(key)s is a development code that belongs to nobody"),
    "label.first_write": gettext_noop(
        "The propagator is the producer, but the two content numbers differ; on first writing they are equal"
    ),
    "label.long_id": gettext_noop("%(key)s is longer than 64 characters; some readers will cut it"),
    "source_type.missing": gettext_noop("There is no IPTC digital source type beside the label"),
    "source_type.not_an_address": gettext_noop("The IPTC digital source type is not a full address: %(value)s"),
    "source_type.several": gettext_noop("There are several IPTC digital source types that differ"),
    "source_type.disagrees": gettext_noop("The IPTC digital source type %(value)s contradicts the AIGC label"),
    "file.damaged": gettext_noop("The file is damaged, so labels may have been missed"),
    "file.unsupported": gettext_noop("This kind of file has no lawful place for a label"),
    "file.trailing": gettext_noop("%(bytes)s bytes stand behind the file's end (%(kind)s); they were searched too"),
    "explicit.unreadable": gettext_noop("The content cannot be decoded, so its explicit label cannot be looked for"),
    "explicit.not_found": gettext_noop(
        "No explicit label was found by our own search, which knows the usual words in our typeface; --ocr reads "
        "foreign ones"
    ),
    "explicit.not_read": gettext_noop("No explicit label was found, neither by our own search nor by reading"),
    "explicit.no_ocr": gettext_noop("Reading foreign labels needs the ocr extra: pip install hallmark[ocr]"),
    "explicit.elements": gettext_noop("The words %(text)s lack one of the two elements: AI, and generation"),
    "explicit.too_small": gettext_noop("The label's ink is %(found)s pixels high; %(required)s are required"),
    "explicit.contrast": gettext_noop("The label's contrast is %(found)s to 1; legible is 4.5 to 1"),
    "explicit.illegible": gettext_noop("The picture is so small that its label may be hard to read"),
    "explicit.not_at_edge": gettext_noop("The label is not at an edge or corner"),
    "explicit.not_in_start_view": gettext_noop("The label is not in the panorama's start view"),
    "explicit.not_on_all_frames": gettext_noop("The label is missing on these frames: %(frames)s"),
    "explicit.not_in_first_frame": gettext_noop("The video's first frame carries no label"),
    "explicit.too_short": gettext_noop("The label stays for %(found)s seconds; at least %(required)s are required"),
    "explicit.no_rhythm": gettext_noop(
        "Neither the rhythm short-long-short-short nor our own spoken label was heard; other voices are not recognised"
    ),
    "explicit.no_line": gettext_noop("Neither the first nor the last line of the text is a label"),
    "explicit.not_examined": gettext_noop(
        "Explicit labels in this kind of file cannot be examined without its original"
    ),
    "c2pa.invalid": gettext_noop("The C2PA manifest does not hold for this file (%(state)s)"),
    "signature.broken": gettext_noop("The label's signature does not fit its label or content"),
}
CLAUSES |= {
    "label.missing": "GB 45438-2025 6.1; Labelling Measures Art. 5",
    "label.several": "GB 45438-2025 6.1 c)",
    "label.place": _E + "a); TC260-PG-20257A to -202510A",
    "label.form": "TC260-PG-20257A to -202510A",
    "label.wrapped": "TC260-PG-20257A to -202510A",
    "label.not_json": _E + "b)",
    **dict.fromkeys(
        ("label.key_missing", "label.key_case", "label.key_unknown", "label.key_duplicate", "label.key_order"),
        _E + "b)",
    ),
    "label.not_a_string": _E + "c) to i)",
    "label.bad_label": _E + "c)",
    "label.empty": _E + "d), e)",
    "label.propagator_empty": _E + "g), h), note 1",
    "label.propagator_half": _E + "g), h)",
    "label.characters": _E + "j)",
    **dict.fromkeys(
        (
            "label.name_not_code",
            "label.code_form",
            "label.code_check_digit",
            "label.code_extension",
            "label.code_individual",
            "label.code_service",
            "label.code_development",
        ),
        _CODE,
    ),
    "label.first_write": _E + "note 1",
    "source_type.missing": "IPTC Photo Metadata, Digital Source Type",
    "source_type.not_an_address": "IPTC Photo Metadata, Digital Source Type",
    "source_type.several": "IPTC Photo Metadata, Digital Source Type",
    "source_type.disagrees": "GB 45438-2025 6.1; IPTC Photo Metadata, Digital Source Type",
    **dict.fromkeys(
        (
            "explicit.not_found",
            "explicit.not_read",
            "explicit.elements",
            "explicit.too_small",
            "explicit.contrast",
            "explicit.illegible",
            "explicit.not_at_edge",
            "explicit.not_on_all_frames",
        ),
        "GB 45438-2025 5.2",
    ),
    "explicit.not_in_start_view": "GB 45438-2025 5.5",
    "explicit.not_in_first_frame": "GB 45438-2025 5.4; Labelling Measures Art. 4",
    "explicit.too_short": "GB 45438-2025 5.4 f)",
    "explicit.no_rhythm": "GB 45438-2025 5.3",
    "explicit.no_line": "GB 45438-2025 5.1",
    "c2pa.invalid": "C2PA 2.2",
    "signature.broken": "TC260-PG-202511A",
}
