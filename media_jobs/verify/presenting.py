"""From answers to what a page shows and what the API says."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from compliance.rules.art23 import CLASSES, Art23
from media_jobs.engines import registry
from media_jobs.labelling.accepted import accepted
from media_jobs.verify import wording
from media_jobs.verify.answers import Answers, Label, ReleaseFacts


def page(answers: Answers) -> dict[str, Any]:
    """Return the context of the result and number pages."""
    release = answers.released.release
    heading, lead = _headline(answers)
    return {
        "answers": answers,
        "heading": heading,
        "lead": lead,
        "stamp": wording.STAMPS.get(answers.said.code, "") if answers.said else wording.STAMPS["is"],
        "confirmed": answers.released.code in {"released", "withdrawn", "same_content"},
        "traces": [
            (name, wording.SOURCE_TYPES.get(name, ""))
            for name in (uri.rpartition("/")[2] for uri in (answers.said.traces if answers.said else ()))
        ],
        "said": wording.SAID[answers.said.code] if answers.said else None,
        "labels": [_label(label) for label in answers.said.labels] if answers.said else [],
        "c2pa": wording.C2PA.get(answers.said.c2pa, "") if answers.said else "",
        "released": wording.RELEASED[answers.released.code],
        "release": _release(release) if release else None,
        "log": wording.LOG[answers.log.code],
        "consent": wording.CONSENT.get(answers.consent, ""),
        "limits": [wording.LIMITS[code] for code in answers.limits],
        "verifier_url": verifier_url(),
        "limit_mb": limit_mb(),
        "kinds": kinds(),
    }


def as_json(answers: Answers) -> dict[str, Any]:
    """Return the answers for the API: stable codes, facts, and the sentences in the request's language."""
    release = answers.released.release
    body: dict[str, Any] = {
        "released": {
            "code": answers.released.code,
            "sentence": str(_sentence(answers)),
            "release": _release_json(release) if release else None,
        },
        "log": {
            **asdict(answers.log),
            "sentence": str(wording.LOG[answers.log.code].reply),
            "proof": (
                reverse("verify_proof", args=[release.produce_id])
                if release and answers.log.index is not None
                else None
            ),
            "verifier": verifier_url() or None,
        },
        "consent": {"code": answers.consent, "sentence": str(wording.CONSENT.get(answers.consent, ""))},
        "not_told": [{"code": code, "sentence": str(wording.LIMITS[code])} for code in answers.limits],
    }
    if answers.said:
        body["file"] = {"sha256": answers.sha256, "size": answers.size, "inside_zip": answers.inside or None}
        body["says"] = {
            "code": answers.said.code,
            "sentence": str(wording.SAID[answers.said.code].reply),
            "format": answers.said.kind,
            "labels": [_label_json(label) for label in answers.said.labels],
            "digital_source_types": list(answers.said.traces),
            "c2pa": {
                "present": bool(answers.said.c2pa),
                "checked": answers.said.c2pa not in {"", "not_checked"},
                "state": answers.said.c2pa,
                "signer": answers.said.c2pa_signer,
                "sentence": str(wording.C2PA.get(answers.said.c2pa, "")),
            },
            "problem": answers.said.problem,
        }
    return body


def _sentence(answers: Answers) -> wording.Text:
    """Return answer 2 in a sentence; about a number nothing is said of any file."""
    code = answers.released.code
    return wording.RELEASED[code].reply if answers.said else wording.NUMBERS[code]


def limit_mb() -> int:
    """Return the largest file that is taken, in whole megabytes."""
    return int(settings.UPLOAD_MAX_BYTES) // (1024 * 1024)


def kinds() -> str:
    """Return the kinds of files whose labels are read here, as people write them."""
    return ", ".join(one.shown for one in accepted())


def verifier_url() -> str:
    """Return where the offline verifier can be downloaded, "" while no room offers it."""
    try:
        return reverse("audit_verifier")
    except NoReverseMatch:
        return ""


def _headline(answers: Answers) -> tuple[wording.Text, wording.Text]:
    code = answers.released.code
    if code in {"foreign", "unknown"} and answers.said:
        code = answers.said.code
    return wording.HEADLINES[code]


def _label(label: Label) -> dict[str, Any]:
    return {
        "label": label,
        "place": wording.place(label.location),
        "signature": wording.SIGNATURES[label.signature],
        "values": [(value, wording.MEANINGS[value.meaning]) for value in label.values],
    }


def _label_json(label: Label) -> dict[str, Any]:
    return {
        "location": label.location,
        "values": {value.key: value.value for value in label.values},
        "claims_producer": label.producer,
        "claims_to_be_ours": label.ours,
        "signature": label.signature,
        "departures": list(label.notes),
    }


def _release(release: ReleaseFacts) -> dict[str, Any]:
    engine = registry.describe(release.engine)
    return {
        "facts": release,
        "operation": engine.title if engine else release.engine,
        "technology": next((CLASSES[item].title for item in Art23 if item.value == release.art23_class), ""),
        "reason": wording.reason(release.withdraw_reason),
    }


def _release_json(release: ReleaseFacts) -> dict[str, Any]:
    return {
        "produce_id": release.produce_id,
        "sha256": release.sha256,
        "size": release.size,
        "medium": release.medium,
        "mime": release.mime,
        "width": release.width,
        "height": release.height,
        "duration": release.duration,
        "operation": release.engine,
        "art23_class": release.art23_class,
        "visible_label": release.label_text,
        "unlabelled_request": release.unlabelled_request or None,
        "released_at": release.released_at.isoformat(),
        "withdrawn_at": release.withdrawn_at.isoformat() if release.withdrawn_at else None,
        "withdraw_reason": str(wording.reason(release.withdraw_reason)) if release.withdrawn_at else "",
    }
