"""Find out what can honestly be said about a file or a number. Reads only; nothing about the asker comes in."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.audit import selectors as audit
from compliance.consent.models import Consent, DepictedPerson
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.limits import MIB, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.isolation.showable import showable
from media_jobs.jobs import selectors as jobs
from media_jobs.jobs.models import Job, Release
from media_jobs.labelling import provider_code
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.pipeline import signatures, working
from media_jobs.verify.answers import Answers, Label, LogProof, Released, ReleaseFacts, SelfSaid, Value

# A stranger's file gets less than a job's: nobody waits longer for this page.
LIMITS = Limits(memory_bytes=2 * 1024 * MIB, cpu_seconds=20, wall_seconds=30.0)
_SAYS = {"1": "is", "2": "may_be", "3": "suspected"}
# IPTC digital source types that name a machine as the maker.
_MACHINE_MADE = ("AlgorithmicMedia", "algorithmicMedia", "SyntheticMedia", "compositeSynthetic")


def answers_for_file(
    path: Path, *, sha256: str, size: int, name: str = "", sidecar: str = "", inside: str = ""
) -> Answers:
    """Return the four answers about a file.

    Args:
        path: the file; it is read in an isolated child and not kept.
        sha256: hex digest of its bytes.
        size: in bytes.
        name: the name it came with; it tells plain texts apart.
        sidecar: base64 of the C2PA manifest that came beside it.
        inside: the file's name in the ZIP that it came in.
    """
    said = read_labels(path, name=name, sidecar=sidecar)
    released = _released(sha256, said)
    return Answers(
        sha256=sha256,
        size=size,
        said=said,
        released=released,
        log=_log(released),
        consent=_consent(released),
        limits=_limits(said, released),
        inside=inside,
    )


def inside_of(path: Path, folder: Path) -> Path | None:
    """Return the labelled file that a ZIP brings with its sidecars, unpacked into the folder; None for other files."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\3\4":
            return None
    payload = {"path": str(path), "folder": str(folder), "max_bytes": settings.UPLOAD_MAX_BYTES}
    try:
        name = run_isolated("media_jobs.labelling.parcel:unpack", payload, limits=LIMITS)["name"]
    except PortableError:
        return None
    return folder / str(name) if name else None


def answers_for_parcel(path: Path) -> Answers:
    """Return the four answers about a file that came in a ZIP; its sidecars lie beside it."""
    manifest = path.with_name(path.name + ".c2pa")
    return answers_for_file(
        path,
        sha256=working.sha256(path),
        size=path.stat().st_size,
        name=path.name,
        sidecar=base64.b64encode(manifest.read_bytes()).decode() if manifest.is_file() else "",
        inside=path.name,
    )


def answers_for_number(produce_id: str) -> Answers | None:
    """Return what can be said about a number, None when nothing was released with it."""
    release = jobs.release_by_produce_id(produce_id)
    if release is None:
        return None
    code = "released" if release.withdrawn_at is None else "withdrawn"
    released = Released(code, _facts(release))
    return Answers(
        sha256="",
        size=0,
        said=None,
        released=released,
        log=_log(released),
        consent=_consent(released),
        limits=("number_not_file", "truth", "labels_removed", "person"),
    )


def proof(produce_id: str) -> dict[str, Any] | None:
    """Return the proof bundle of a release, None when nothing was released with that number.

    Raises:
        DomainError: audit.not_sequenced, audit.not_signed (409) - the log does not cover the release yet.
    """
    release = jobs.release_by_produce_id(produce_id)
    return audit.proof_bundle(release.event_id) if release else None


def read_labels(path: Path, *, name: str = "", sidecar: str = "") -> SelfSaid:
    """Return what the file says of itself; whatever keeps it from being read is part of the answer."""
    try:
        found: Mapping[str, Any] = run_isolated(
            "media_jobs.labelling.isolated:read", {"path": str(path), "name": name}, limits=LIMITS
        )
        raw: Any = found["labels"]
    except PortableError as error:
        return SelfSaid(code="unreadable", problem=error.code)
    labels = tuple(_label(one) for one in showable(raw))
    labels, manifest = _proven(
        path,
        labels,
        [one["values"] for one in raw],
        c2pa=bool(found["c2pa"]["present"]) or bool(sidecar),
        sidecar=sidecar,
    )
    traces = tuple(uri for uri in showable(found["digital_source_types"]) if uri.endswith(_MACHINE_MADE))
    said = [label.says for label in labels if label.says]
    if said:
        code = _SAYS[min(said)]
    elif labels:
        code = "broken_label"
    elif traces:
        code = "suspected"  # Labelling Measures Art. 6(3): no label, no declaration, but another trace of generation
    else:
        code = "damaged" if found["damaged"] else "no_label"
    return SelfSaid(
        code=code,
        kind=CONTAINERS[found["format"]].shown if found["format"] in CONTAINERS else "",
        labels=labels,
        traces=traces,
        c2pa=manifest[0],
        c2pa_signer=manifest[1],
        problem=found["damaged"],
    )


def _proven(
    path: Path, labels: tuple[Label, ...], values: list[Mapping[str, str]], *, c2pa: bool, sidecar: str
) -> tuple[tuple[Label, ...], tuple[str, str]]:
    """Return the labels with what their signatures are worth, and (state, signer) of the C2PA manifest.

    One label is checked, ours before others; a lawful file has only one.
    """
    labels = tuple(replace(one, signature="unsigned") if not given.get("ReservedCode1") else one
                   for one, given in zip(labels, values, strict=True))  # fmt: skip
    signed = [number for number, one in enumerate(labels) if one.values and one.signature != "unsigned"]
    chosen = min(signed, key=lambda number: not labels[number].ours, default=None)
    unchecked = ("not_checked" if c2pa else "", "")
    if chosen is None and not c2pa:
        return labels, unchecked
    try:
        found = signatures.proofs(
            path, label={} if chosen is None else values[chosen], sidecar=sidecar, ours=False, limits=LIMITS
        )
    except PortableError:
        return labels, unchecked
    if chosen is not None:
        worth = _signature(found["signatures"]["producer"])
        labels = tuple(replace(one, signature=worth) if at == chosen else one for at, one in enumerate(labels))
    manifest = found["manifest"]
    state = manifest["state"].lower()
    if state in {"", "too_large"}:
        return labels, unchecked
    return labels, (state, showable(manifest["common_name"] or manifest["issuer"]))


def _signature(verdict: Mapping[str, Any]) -> str:
    """Return the code of what a producer's signature is worth."""
    if verdict["genuine"]:
        return "genuine"
    if "failed" in (verdict["label"], verdict["content"]):
        return "failed"
    if verdict["label"] != "intact":
        return "unverifiable"
    if verdict["signer"] != "known":
        return "revoked" if verdict["signer"] == "revoked" else "stranger"
    return "ours_converted" if verdict["content"] == "incomparable" else "ours_elsewhere"


def own_code() -> str:
    """Return the provider code this deployment writes."""
    return settings.PROVIDER_CODE or provider_code.DEVELOPMENT_CODE


def _label(raw: Mapping[str, Any]) -> Label:
    values: Mapping[str, str] = raw["values"]
    producer = values.get("ContentProducer", "")
    return Label(
        location=raw["location"],
        values=tuple(Value(key, _shown(key, value), _meaning(key, value)) for key, value in values.items()),
        says=values.get("Label", "") if values.get("Label", "") in _SAYS else "",
        producer=_shown("ContentProducer", producer),
        produce_id=values.get("ProduceID", ""),
        ours=producer == own_code(),
        notes=tuple(raw["notes"]),
        text="" if values else raw["text"][:400],
    )


def _shown(key: str, value: str) -> str:
    """Return a value for display; a code that is bound to a person's ID number is not repeated (TC260-PG-20252A)."""
    if key in {"ContentProducer", "ContentPropagator"}:
        described = provider_code.describe(value)
        if described and described["subject_type"] == provider_code.INDIVIDUAL:
            return f"{value[:4]}{'*' * 18}{value[22:]}"
    return value


def _meaning(key: str, value: str) -> str:
    """Return the code of the sentence that explains a value (wording.MEANINGS)."""
    if key == "Label":
        return f"Label.{_SAYS.get(value, 'unknown')}"
    if not value:
        return f"{key}.empty" if key.startswith("ReservedCode") else "missing"
    if key in {"ContentProducer", "ContentPropagator"}:
        if value == own_code():
            return f"{key}.ours"
        described = provider_code.describe(value)
        if described is None:
            return f"{key}.name"
        return f"{key}.{'person' if described['subject_type'] == provider_code.INDIVIDUAL else 'code'}"
    return key


def _released(sha256: str, said: SelfSaid) -> Released:
    release = jobs.release_by_sha256(sha256)
    if release is not None:
        return Released("released" if release.withdrawn_at is None else "withdrawn", _facts(release))
    ours = [label for label in said.labels if label.ours]
    for label in ours:
        if (named := jobs.release_by_produce_id(label.produce_id)) is not None:
            same = "same_content" if named.withdrawn_at is None else "same_withdrawn"
            return Released(same if label.signature == "genuine" else "altered", _facts(named))
    if ours:
        return Released("never_issued")
    return Released("foreign" if said.labels else "unknown")


def _facts(release: Release) -> ReleaseFacts:
    job = release.work.job
    return ReleaseFacts(
        produce_id=release.work.produce_id,
        sha256=release.sha256,
        size=release.size,
        medium=release.medium,
        mime=release.mime,
        width=release.width,
        height=release.height,
        duration=release.duration,
        label_text=release.label_text,
        unlabelled_request=release.unlabelled_request,
        engine=job.engine,
        art23_class=job.art23_class,
        released_at=release.released_at,
        withdrawn_at=release.withdrawn_at,
        withdraw_reason=release.withdraw_reason,
        event_id=release.event_id,
    )


def _log(released: Released) -> LogProof:
    """Return what the log proves; our own record counts for nothing where the signed entry says otherwise."""
    if released.release is None:
        return LogProof("nothing")
    row = audit.event(released.release.event_id)
    if row is None or row.public.get("sha256") != released.release.sha256:
        return LogProof("mismatch")
    head = audit.latest_checkpoint()
    if row.seq is None or head is None or head.size <= row.seq:
        return LogProof("pending")
    code = "proven" if released.code in {"released", "withdrawn"} else "proven_other"
    return LogProof(code, index=row.seq, size=head.size, origin=head.origin)


def _consent(released: Released) -> str:
    """Return the depicted people's consent as one word; never who, how many, or why.

    Nothing for a file that only carries our number: nobody agreed to that one.
    """
    if released.release is None or released.code == "altered":
        return ""
    job = Job.objects.filter(work__produce_id=released.release.produce_id)
    depicted = set(DepictedPerson.objects.filter(job__in=job).values_list("subject_id", flat=True))
    if not depicted:
        return "nobody"
    agreed = Consent.objects.filter(request__job__in=job, revoked_at=None, expires_at__gt=timezone.now())
    return "in_force" if depicted <= set(agreed.values_list("subject_id", flat=True)) else "ended"


def _limits(said: SelfSaid, released: Released) -> tuple[str, ...]:
    """Return what the answers leave open, the most important first."""
    limits = []
    if said.code == "no_label":
        limits.append("no_label_no_photo")
    if said.code in {"unreadable", "damaged"}:
        limits.append("unreadable")
    if any(label.signature != "genuine" for label in said.labels) and released.code not in {"released", "withdrawn"}:
        limits.append("label_is_claim")
    if said.c2pa == "not_checked":
        limits.append("c2pa_unchecked")
    if released.code in {"unknown", "foreign"}:
        limits.append("not_ours_not_real")
    limits += ["truth", "labels_removed", "visible_not_read", "person"]
    return tuple(limits)
