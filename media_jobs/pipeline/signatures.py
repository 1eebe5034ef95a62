"""Signed and provable: the label's signature, then, as the very last step, the C2PA manifest; both checked again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from media_jobs.engines.registry import Engine
from media_jobs.isolation.limits import DEFAULT, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import c2pa, signing
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.c2pa import Facts
from media_jobs.labelling.c2pa.desk import desk
from media_jobs.labelling.c2pa.read import MAX_BYTES, OWN_BYTES
from media_jobs.labelling.marks import Content
from media_jobs.pipeline import keys

_ISOLATED = "media_jobs.labelling.c2pa.isolated"


def signed(label: AigcLabel, report: Mapping[str, Any]) -> AigcLabel:
    """Return the label with our signatures, made here, where no file is parsed.

    Args:
        report: of the drawing, with the digest of the labelled media.

    Raises:
        MediaError: signing.*.
    """
    return signing.sign_label(label, Content(**report["content"]), keys.label_signer())


def with_manifest(
    source: Path,
    target: Path,
    *,
    label: AigcLabel,
    engine: Engine,
    report: Mapping[str, Any],
    receipts: list[bytes],
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Write `target`: `source` with its C2PA manifest. The child writes it, this process signs.

    Args:
        label: as it stands in the file.
        report: of drawing and marking.
        receipts: what the depicted people's consents commit to (consent.receipts.commitment), one each.
        limits: of the child that writes.

    Returns:
        c2pa: what c2pa.sign_file reports, with consent_salt (hex, only kept by us) where somebody consented; sha256
        and size of `target`.

    Raises:
        MediaError: c2pa.*, signing.failed.
        IsolationError: the child died or ran out of its limits.
    """
    consent, salt = c2pa.salted(receipts) if receipts else ("", "")
    facts = Facts(
        source_type=engine.digital_source_type,
        provider=label.content_producer,
        provider_name=settings.PROVIDER_NAME,
        produce_id=label.produce_id,
        engine=engine.key,
        engine_version=engine.version,
        made_at=timezone.now(),
        altered=engine.edits_real_media,
        label_text=str(report.get("text", "")) if report.get("explicit", True) else "",
        label_is_heard=report.get("medium") == "audio",
        consent=consent,
        content_method=str(report["content"]["method"]),
        content_sha256=str(report["content"]["sha256"]),
    )
    identity = keys.identity()
    # Two: what embedding would damage is signed once more, for a sidecar (c2pa.write).
    with desk(identity.signer, signatures=2) as address:
        made = run_isolated(
            f"{_ISOLATED}:sign",
            {
                "source": str(source),
                "target": str(target),
                "container": str(report["container"]),
                "facts": facts.as_json(),
                "desk": address,
                "public_key": identity.signer.public_key.hex(),
                "chain": identity.chain,
                "tsa_url": settings.C2PA_TSA_URL,
                "anchors": settings.C2PA_TRUST_ANCHORS,
            },
            limits=limits,
        )
    return {
        "sha256": made["sha256"],
        "size": made["size"],
        "c2pa": made | ({"consent_salt": salt} if salt else {}),
    }


def proofs(
    file: Path,
    *,
    label: Mapping[str, str],
    name: str = "",
    sidecar: str = "",
    ours: bool = True,
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return what the signatures in a file are worth: {signatures: {role: verdict}, manifest: c2pa.read_file}.

    Args:
        label: the seven values that were found in it, or none.
        sidecar: base64 of the manifest that goes beside it.
        ours: we made the file; a stranger's is not looked at beyond c2pa.read.MAX_BYTES.

    Raises:
        MediaError: the media cannot be digested.
        IsolationError: the child died or ran out of its limits.
    """
    return run_isolated(
        f"{_ISOLATED}:proofs",
        {
            "path": str(file),
            "name": name,
            "values": dict(label),
            "keys": keys.published(),
            "sidecar": sidecar,
            "anchors": keys.anchors(),
            "max_bytes": OWN_BYTES if ours else MAX_BYTES,
        },
        limits=limits,
    )


def hold(found: Mapping[str, Any], *, engine: Engine, label: Mapping[str, str]) -> bool:
    """Return whether both signatures are ours on this content, and label, manifest and IPTC say the same (check 69)."""
    manifest = found["manifest"]
    told = manifest["label"]
    return (
        all(verdict["genuine"] for verdict in found["signatures"].values())
        and bool(manifest["trusted"])
        and manifest["source_types"] == [engine.digital_source_type]
        and (told.get("provider"), told.get("produce_id")) == (label["ContentProducer"], label["ProduceID"])
    )
