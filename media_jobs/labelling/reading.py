"""Four separate answers about a stranger's file: label present? conformant? signature intact? signer known?

Everything that touches the file runs in child processes that together get 10 seconds and 256 MiB each.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.limits import MIB, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.conformance import labels as rules
from media_jobs.labelling.readback.findings import Findings

SECONDS = 10.0
# 256 MiB in all: what the file makes a reader hold, beside the interpreter and its libraries (about 40 MiB).
_MEMORY = 192 * MIB
_ROOM = "media_jobs.labelling.isolated"
_MANIFEST = "media_jobs.labelling.c2pa.isolated:proofs"
_LEAST = 0.5  # seconds that a further child is worth starting for


@dataclass(frozen=True)
class Signature:
    """Is the label as it was signed, on the content it was signed for?

    Attributes:
        state: "unsigned"; "intact" (label and content); "label_only" (intact, but nothing ties it to this content, or
            the content could not be compared); "broken"; "unverifiable" (a vendor's own scheme); "not_checked".
        reason: of "not_checked": a code; of the rest: what the verdict says of the content.
        roles: the verdicts as signing gives them, by "producer" and "propagator".
    """

    state: str
    reason: str = ""
    roles: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Signer:
    """Is the key known to us, and to whom does it belong?

    Attributes:
        state: "nobody" (unsigned), "known", "unknown", "other_provider", "revoked", "outside_validity",
            "not_checked".
        key_id: of the signature that was looked at.
    """

    state: str
    key_id: str = ""


@dataclass(frozen=True)
class Answer:
    """What a file says, and how far it holds.

    Attributes:
        format, medium: container and medium, "" where unsupported.
        says: "is", "may_be", "suspected" (Labelling Measures Art. 6), "unclear" (a label without a valid Label), or
            "" without a label. Of several labels the strongest statement.
        labels: reader.described, each; more_labels were left out.
        place: the lawful place of a label in this container.
        findings: rows of readback.findings; an "error" is a broken rule.
        signature, signer: see there.
        source_types: IPTC digital source types.
        c2pa: {present, checked, ...}: the rest as labelling.c2pa.read_file gives it, once checked.
        trailing: {bytes, kind} behind the container's end.
        damaged: code of what kept the file from being read whole, "".
        properties: names of other metadata.
    """

    format: str
    medium: str
    says: str
    labels: list[dict[str, Any]]
    more_labels: int
    place: str
    findings: list[dict[str, object]]
    signature: Signature
    signer: Signer
    source_types: list[str]
    c2pa: dict[str, Any]
    trailing: dict[str, Any]
    damaged: str
    properties: list[str]

    @property
    def present(self) -> bool:
        """Some label is there, in whatever shape."""
        return bool(self.labels)

    @property
    def conformant(self) -> bool:
        """A label is there and breaks no rule."""
        return self.present and not any(row["severity"] == "error" for row in self.findings)

    def as_json(self) -> dict[str, Any]:
        """JSON-able, as docs/cli.md describes it."""
        return {
            "format": self.format,
            "medium": self.medium,
            "label": {
                "present": self.present,
                "says": self.says,
                "count": len(self.labels) + self.more_labels,
                "lawful_place": self.place,
            },
            "conformant": self.conformant,
            "signature": {"state": self.signature.state, "reason": self.signature.reason, **self.signature.roles},
            "signer": {"state": self.signer.state, "key_id": self.signer.key_id},
            "findings": self.findings,
            "labels": self.labels,
            "digital_source_types": self.source_types,
            "c2pa": self.c2pa,
            "trailing": self.trailing,
            "damaged": self.damaged,
            "properties": self.properties,
        }


def read(path: str | Path, *, name: str = "", keys: str = "") -> Answer:
    """The four answers about a file.

    Args:
        path: any file; untrusted.
        name: the name it came with, for plain texts.
        keys: text of the aigc-keys.json whose signers are believed; "" believes nobody.

    Raises:
        MediaError: media.empty, media.unreadable, media.not_recognised, media.unsupported_format,
            signing.bad_key_file.
        IsolationError: the file exhausted what reading may use, which is an answer too.
    """
    file = str(Path(path).resolve())
    end = time.monotonic() + SECONDS
    found = run_isolated(f"{_ROOM}:read", {"path": file, "name": name}, limits=limits())
    findings = Findings()
    rules.check(found, findings)
    signature, signer = _signature(file, name, found, keys, end)
    if signature.state == "broken":
        findings.add("signature.broken")
    manifest = _c2pa(file, name, found, end)
    if manifest["checked"] and not manifest["valid"]:
        findings.add("c2pa.invalid", severity="warning", state=manifest["state"])
    return judged(found, findings, signature, signer, manifest)


def judged(
    found: dict[str, Any], findings: Findings, signature: Signature, signer: Signer, c2pa: dict[str, Any]
) -> Answer:
    """The answer out of its parts; `found` is reader.read_file's."""
    said = [label["values"].get("Label", "") for label in found["labels"]]
    strongest = min((one for one in said if one in rules.SAYS), default="")
    return Answer(
        format=found["format"],
        medium=found["medium"],
        says=rules.SAYS[strongest] if strongest else "unclear" if found["labels"] else "",
        labels=found["labels"],
        more_labels=found["more_labels"],
        place=found["place"],
        findings=findings.rows,
        signature=signature,
        signer=signer,
        source_types=found["digital_source_types"],
        c2pa=c2pa,
        trailing=found["trailing"],
        damaged=found["damaged"],
        properties=found["properties"],
    )


def limits(seconds: float = SECONDS) -> Limits:
    """What one reading child may use."""
    return Limits(
        memory_bytes=4096 * MIB,
        data_bytes=_MEMORY,
        cpu_seconds=max(1, int(seconds)),
        wall_seconds=seconds,
        file_bytes=0,
    )


def _signature(file: str, name: str, found: dict[str, Any], keys: str, end: float) -> tuple[Signature, Signer]:
    """Both answers about the first readable label; a file with several is not conformant anyway."""
    values: dict[str, str] = next((label["values"] for label in found["labels"] if label["values"]), {})
    if not values.get("ReservedCode1") and not values.get("ReservedCode2"):
        return Signature("unsigned"), Signer("nobody")
    left = end - time.monotonic()
    if left < _LEAST:
        return Signature("not_checked", "isolation.timeout"), Signer("not_checked")
    payload = {"path": file, "name": name, "values": values, "keys": keys}
    try:
        told = run_isolated(f"{_ROOM}:signatures", payload, limits=limits(left))
    except PortableError as error:
        if error.code == "signing.bad_key_file":
            raise
        return Signature("not_checked", error.code), Signer("not_checked")
    roles: Any = told["roles"]
    return summed_up(roles, str(told["digest"]))


def summed_up(roles: dict[str, dict[str, Any]], digest: str = "") -> tuple[Signature, Signer]:
    """One word each out of the verdicts: the producer's counts, the propagator's where the producer signed nothing.

    Whichever of the two is broken makes the whole broken.
    """
    shown = roles["producer"] if roles["producer"]["present"] else roles["propagator"]
    signer = Signer("nobody" if shown["signer"] == "absent" else shown["signer"], shown["key_id"])
    for one in roles.values():
        if one["label"] == "failed" or one["content"] in {"different", "failed", "stripped"}:
            return Signature("broken", one["content"] if one["label"] != "failed" else "label", roles), signer
    if shown["label"] == "intact":
        state = "intact" if shown["content"] == "equal" else "label_only"
        return Signature(state, digest or ("" if state == "intact" else shown["content"]), roles), signer
    return Signature("unverifiable", shown["form"], roles), signer


def _c2pa(file: str, name: str, found: dict[str, Any], end: float) -> dict[str, Any]:
    present: dict[str, Any] = found["c2pa"]
    left = end - time.monotonic()
    if not present["present"] or left < _LEAST:
        return present
    try:
        told: Any = run_isolated(_MANIFEST, {"path": file, "name": name}, limits=limits(left))
    except PortableError as error:
        return {**present, "problem": error.code}
    manifest = told["manifest"]
    # the carrier saw a manifest store; where the library sees none, it is one that it cannot read
    return {**manifest, "present": True, "state": manifest["state"] or "unreadable", "checked": True}
