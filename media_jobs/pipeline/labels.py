"""The pipeline's side of labelling: which label a work gets, written and read back in child processes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from compliance.rules.art23 import Art23
from compliance.rules.labels import label_text
from media_jobs.engines.registry import Engine
from media_jobs.isolation.budget import Extent, limits_for
from media_jobs.isolation.limits import Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.containers import Medium
from media_jobs.labelling.wish import Sound, Theme, Where, Wish
from media_jobs.pipeline import errors, signatures
from media_jobs.pipeline.keys import provider_code

__all__ = [
    "Work",
    "draw",
    "drawn_text",
    "has_camera",
    "label_for",
    "provider_code",
    "read_back",
    "text_for",
    "wish_for",
    "write",
]

_ISOLATED = "media_jobs.labelling.isolated"
# An equirectangular picture is twice as wide as high; one more pixel may come from rounding.
_PANORAMA_TOLERANCE = 0.01

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be labelled.

    Args:
        medium: of the file.
        width, height: as displayed, 0 without a picture.
        seconds: length of a recording.
        size: bytes.
        art23_class: the declared class of Provisions Art. 23.
        faces: boxes (left, top, right, bottom), pixels as displayed, that the label should not cover.
        explicit: False only under an approved request (Labelling Measures Art. 9).
    """

    medium: str
    width: int
    height: int
    seconds: float
    size: int
    art23_class: str = ""
    faces: tuple[tuple[int, int, int, int], ...] = ()
    explicit: bool = True

    @property
    def limits(self) -> Limits:
        """Return what a child may use for it."""
        return limits_for(Extent(self.seconds, self.width * self.height, self.size))

    @property
    def panorama(self) -> bool:
        """Return whether it is a scene seen from all sides: declared as one, and twice as wide as high (5.5)."""
        return (
            self.art23_class == Art23.SCENE
            and self.height > 0
            and abs(self.width / self.height - 2.0) <= _PANORAMA_TOLERANCE
        )


def label_for(produce_id: str) -> AigcLabel:
    """Return the implicit label of a work: on first writing the propagator is the producer (Annex E, note 1)."""
    return AigcLabel.first(producer=provider_code(), produce_id=produce_id)


def text_for(engine: Engine | None) -> str:
    """Return the explicit label's words: generated as a whole, or synthesised from real material."""
    return label_text(edits_real_media=engine is not None and engine.edits_real_media)


def wish_for(engine: Engine | None, work: Work) -> Wish:
    """Return how the explicit label shall be: the provider's policy from the settings, never the user's choice."""
    return Wish(
        text=text_for(engine),
        theme=Theme(settings.LABEL_THEME),
        modified=engine is not None and engine.edits_real_media,
        explicit=work.explicit,
        panorama=work.panorama,
        sound=Sound(settings.LABEL_AUDIO_FORM),
        where=Where(settings.LABEL_AUDIO_WHERE),
        language=settings.LABEL_AUDIO_LANGUAGE,
        sound_in_video=settings.LABEL_VIDEO_SOUND,
        faces=work.faces if work.medium == Medium.IMAGE else None,
    )


def write(
    source: Path,
    target: Path,
    *,
    produce_id: str,
    engine: Engine,
    work: Work,
    receipts: list[bytes] | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Write both labels into `target`, signed, with a C2PA manifest as the last step, and return the report.

    Args:
        work: what the file holds, and whether its explicit label may be left out.
        receipts: what the depicted people's consents commit to, one each.
        on_progress: called with seconds of media.

    Returns:
        the reports of all steps; label: the seven values as written.

    Raises:
        MediaError: the file cannot carry them, or cannot be signed.
        IsolationError: the child died or ran out of its limits.
    """
    drawn = target.with_name(f"drawn{target.suffix}")
    # under its final name already: a sidecar that the marking leaves beside it is named after it
    marked = target.parent / "marked" / target.name
    marked.parent.mkdir()
    report = draw(source, drawn, engine=engine, work=work, on_progress=on_progress)
    label = signatures.signed(label_for(produce_id), report)
    report |= run_isolated(
        f"{_ISOLATED}:mark",
        {
            "source": str(drawn),
            "target": str(marked),
            "label": label.values(),
            "digital_source_type": engine.digital_source_type,
            "name": target.name,
        },
        limits=work.limits,
    )
    drawn.unlink(missing_ok=True)
    made = signatures.with_manifest(
        marked, target, label=label, engine=engine, report=report, receipts=receipts or [], limits=work.limits
    )
    for beside in marked.parent.iterdir():
        if beside != marked:
            beside.replace(target.parent / beside.name)
    return {**report, **made, "label": label.values()}


def draw(
    source: Path, target: Path, *, engine: Engine | None, work: Work, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Write the explicit label alone: the first half of `write`, and what an officer is shown.

    Raises:
        MediaError, IsolationError: as `write`.
    """
    return run_isolated(
        f"{_ISOLATED}:draw",
        {
            "source": str(source),
            "target": str(target),
            "producer": provider_code(),
            "wish": wish_for(engine, work).as_json(),
            "name": target.name,
        },
        limits=work.limits,
        on_progress=on_progress,
    )


def read_back(
    file: Path,
    *,
    original: Path,
    produce_id: str,
    report: dict[str, Any],
    engine: Engine,
    work: Work,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Read the labels back by the independent path, check the signatures, and return the findings.

    Raises:
        DomainError: pipeline.readback_mismatch - the report is not conformant or not about a file labelled as this one
            had to be, a signature does not hold, or the label is not this work's (law 4: fail closed).
        MediaError: the labelled file cannot be read.
        IsolationError: the child died or ran out of its limits.
    """
    label = AigcLabel.from_values(report["label"])
    findings = run_isolated(
        f"{_ISOLATED}:readback",
        {
            "path": str(file),
            "expected": label.values(),
            "report": report,
            "original": str(original),
        },
        limits=work.limits,
        on_progress=on_progress,
    )
    ours = replace(label, reserved_code1="", reserved_code2="") == label_for(produce_id)
    if findings.get("conformant") is not True or report.get("explicit") is not work.explicit or not ours:
        raise errors.readback_mismatch()
    found = signatures.proofs(
        file,
        label=label.values(),
        name=str(report.get("name", "")),
        sidecar=str(report["c2pa"]["sidecar"]),
        limits=work.limits,
    )
    if not signatures.hold(found, engine=engine, label=label.values()):
        raise errors.readback_mismatch()
    return {**_with_words(findings, file, produce_id, report, work), **found}


def _with_words(
    findings: dict[str, Any], file: Path, produce_id: str, report: dict[str, Any], work: Work
) -> dict[str, Any]:
    """Return the findings with the words that OCR read in a sampled picture: evidence, which stops no release.

    The number decides who is sampled: a retry looks at the same pictures, and nobody can choose.
    """
    share = int.from_bytes(sha256(produce_id.encode()).digest()[:4], "big") % 100
    if work.medium != Medium.IMAGE or not work.explicit or share >= settings.LABEL_OCR_PERCENT:
        return findings
    payload = {"path": str(file), "format": str(report["container"])}
    told: Any = run_isolated(f"{_ISOLATED}:words", payload, limits=work.limits)
    return {
        **findings,
        "measured": findings["measured"] | {"ocr": " / ".join(told["read"]), "ocr_found": told["found"]},
    }


def drawn_text(report: dict[str, Any]) -> str:
    """Return the explicit label's words as the writer reports them; "" where it was left out on request."""
    return str(report.get("text", ""))[:200] if report.get("explicit", True) else ""


def has_camera(probe: dict[str, Any]) -> bool:
    """Return whether the file says that a camera or recorder made it."""
    return bool(probe.get("camera"))
