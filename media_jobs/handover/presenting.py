"""A hand-over in words and as JSON."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from compliance.rules.errors import gettext_noop
from media_jobs.handover.models import Handover, Result
from media_jobs.isolation.errors import fill
from media_jobs.labelling.errors import TEXTS

# What stands next to the content (Labelling Measures Art. 6 (1) to (3)): the law's word in Chinese, always.
SENTENCES = {
    Result.VERIFIED: "该内容属于人工智能生成合成内容",
    Result.DECLARED: "该内容可能为人工智能生成合成内容",
    Result.SUSPECTED: "该内容疑似人工智能生成合成内容",
}
MEANINGS = {
    Result.VERIFIED: gettext_noop("The file's own label says that it is synthetic."),
    Result.DECLARED: gettext_noop("You declared it, or the file's label says that it may be synthetic."),
    Result.SUSPECTED: gettext_noop("Nobody declared it, but there are traces of generation."),
    Result.NONE: gettext_noop("No label, no declaration, no trace: nothing is to be written or shown."),
    Result.HELD: gettext_noop("The labels in the file cannot be settled to one, so it is held."),
}
CLAUSES = {
    Result.VERIFIED: gettext_noop("Labelling Measures Art. 6 (1)"),
    Result.DECLARED: gettext_noop("Labelling Measures Art. 6 (2)"),
    Result.SUSPECTED: gettext_noop("Labelling Measures Art. 6 (3)"),
    Result.NONE: gettext_noop("Labelling Measures Art. 6 (4)"),
    Result.HELD: gettext_noop("Labelling Measures Art. 10"),
}
TONES = {
    Result.VERIFIED: "ok",
    Result.DECLARED: "neutral",
    Result.SUSPECTED: "wait",
    Result.NONE: "neutral",
    Result.HELD: "stop",
}
TITLES = {
    Result.VERIFIED: gettext_noop("Verified by its label"),
    Result.DECLARED: gettext_noop("Declared"),
    Result.SUSPECTED: gettext_noop("Suspected"),
    Result.NONE: gettext_noop("Nothing to write"),
    Result.HELD: gettext_noop("Held"),
}
REPAIRS = {
    "merged": gettext_noop("Several labels that agree were merged into one (GB 45438-2025 6.1 c)."),
    "place": gettext_noop("The label was moved to the place that the standard names."),
    "values": gettext_noop("Missing keys or numbers in the label were repaired; its producer's values are untouched."),
}


def limit_mb() -> int:
    """Return the largest file that is taken in, in MB."""
    return int(settings.UPLOAD_MAX_BYTES) // (1024 * 1024)


def reason(handover: Handover) -> dict[str, str]:
    """Return why the file is held and the way out, in the language in use; {} where it is not."""
    if handover.reason_code not in TEXTS:
        return {}
    message, way_out = TEXTS[handover.reason_code]
    return {
        "code": handover.reason_code,
        "message": fill(gettext(message), handover.reason_params),
        "way_out": gettext(way_out),
    }


def page(handover: Handover) -> dict[str, Any]:
    """Return what the page of one hand-over shows."""
    result = Result(handover.result)
    return {
        "handover": handover,
        "tone": TONES[result],
        "title": gettext(TITLES[result]),
        "sentence": SENTENCES.get(result, ""),
        "meaning": gettext(MEANINGS[result]),
        "clause": gettext(CLAUSES[result]),
        "reason": reason(handover),
        "repairs": [gettext(REPAIRS[code]) for code in handover.repaired if code in REPAIRS],
        "labels": [list(values.items()) for values in handover.before],
        "written": list(handover.after.items()),
    }


def as_json(handover: Handover) -> dict[str, Any]:
    """Return one hand-over for programs."""
    result = Result(handover.result)
    return {
        "id": str(handover.pk),
        "created_at": handover.created_at.isoformat(),
        "name": handover.name,
        "source_sha256": handover.source_sha256,
        "declared": handover.declared,
        "traces": handover.traces,
        "decision": handover.result,
        "sentence": SENTENCES.get(result, ""),
        "clause": CLAUSES[result],
        "held": reason(handover) or None,
        "before": handover.before,
        "after": handover.after or None,
        "repaired": handover.repaired,
        "c2pa": handover.c2pa,
        "propagate_id": handover.propagate_id,
        "file": (
            {
                "sha256": handover.sha256,
                "size": handover.size,
                "mime": handover.mime,
                "sidecar": bool(handover.sidecar),
                "expires_at": handover.expires_at.isoformat(),
            }
            if handover.path
            else None
        ),
    }
