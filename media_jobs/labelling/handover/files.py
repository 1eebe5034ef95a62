"""Hand a file over: decide, append the propagator's fields, keep exactly one label, read it back."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import digital_source, provider_code, reading
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.handover.decision import Decision, decide
from media_jobs.labelling.handover.settling import propagated, settle
from media_jobs.labelling.marks import Content

_ROOM = "media_jobs.labelling.isolated"
Signing = Callable[[AigcLabel, Content], AigcLabel]
Resigning = Callable[[Path, Path, Path, str], None]
# What lies beside a file that has no place for it: the label of a plain text, the manifest of a film or sound.
SIDECARS = (".aigc.json", ".c2pa")


@dataclass(frozen=True)
class HandedOver:
    """What was done.

    Attributes:
        decision: of Art. 6.
        written: a file was written; False where there is nothing to do.
        repaired: what is different now beside the propagator's fields: "merged" (there were several labels),
            "place", "values" (missing keys, numbers for strings).
        before, after: the labels' values.
        c2pa: "none", "resigned", or "invalidated": the manifest that was there no longer fits the file, and nobody
            signed a new one.
        sha256, size: of what was written.
        sidecar: name of the `.aigc.json` that was written beside a plain text, "".
    """

    decision: Decision
    written: bool
    repaired: tuple[str, ...] = ()
    before: tuple[dict[str, str], ...] = ()
    after: dict[str, str] | None = None
    c2pa: str = "none"
    sha256: str = ""
    size: int = 0
    sidecar: str = ""

    def as_json(self) -> dict[str, Any]:
        """JSON-able, as docs/cli.md describes it."""
        told = asdict(self)
        told["repaired"], told["before"] = list(self.repaired), list(self.before)
        return told


def hand_over(
    source: Path,
    target: Path,
    *,
    code: str,
    propagate_id: str,
    declared: bool = False,
    detected: bool = False,
    name: str = "",
    source_type: str = "",
    signing: Signing | None = None,
    resign: Resigning | None = None,
) -> HandedOver:
    """Write `target`: the same media with exactly one label that names us as the propagator; or nothing at all.

    Args:
        source: untrusted; opened in child processes only.
        target: another path in an existing folder; replaced when it exists.
        code: our provider code.
        propagate_id: our number of this content.
        declared, detected: see decide.
        name: the name the file came with.
        source_type: IPTC address; default: the one the file has, else trainedAlgorithmicMedia.
        signing: puts our signature into ReservedCode2, and leaves ReservedCode1 alone.
        resign: (marked file, output, former file, IPTC source type) writes a C2PA manifest with the former one as
            parentOf; a manifest that does not fit inside goes to `<output>.c2pa`.

    Raises:
        MediaError: label.disagree, label.unreadable, label.too_many, label.not_single, label.bad_value,
            label.bad_id, provider.*, media.*: the file is held.
    """
    provider_code.validate(code)
    AigcLabel.first(producer=code, produce_id=propagate_id)  # our own two fields are held to our own rules
    found = run_isolated(f"{_ROOM}:read", {"path": str(source), "name": name}, limits=reading.limits())
    rows: Any = found["labels"]
    if found["more_labels"]:  # one that is not shown could contradict the others
        raise media_error("label.too_many", found=len(rows) + int(str(found["more_labels"])))
    label = settle(rows)
    decision = decide(label, declared=declared, detected=detected)
    before = tuple(dict(row["values"]) for row in rows)
    if not decision.writes:
        return HandedOver(decision, written=False, before=before)
    made = propagated(label, decision, code=code, propagate_id=propagate_id)
    if signing is not None:
        digest: Any = run_isolated(f"{_ROOM}:digest", {"path": str(source), "name": name})
        made = signing(made, Content(**digest))
    with tempfile.TemporaryDirectory(prefix=".hallmark.", dir=target.parent) as folder:
        marked = Path(folder) / f"marked{target.suffix}"
        kind = _source_type(found, source_type)
        payload = {
            "source": str(source),
            "target": str(marked),
            "label": made.values(),
            "digital_source_type": kind,
            "name": name,
        }
        report: Any = run_isolated(f"{_ROOM}:mark", payload)
        _check_single(marked, name, made)
        had_manifest = bool(found["c2pa"]["present"])  # type: ignore[index]
        c2pa, done = ("invalidated" if had_manifest else "none"), marked
        if resign is not None:
            done = Path(folder) / f"signed{target.suffix}"
            resign(marked, done, source, kind)
            c2pa = "resigned"
        with done.open("rb") as file:
            os.fsync(file.fileno())
        size, sha256 = done.stat().st_size, str(report["sha256"])
        if done is not marked:
            sha256 = str(run_isolated(f"{_ROOM}:sha256", {"path": str(done)})["sha256"])
        sidecar = ""
        for part in (marked, done):
            for ending in SIDECARS:
                if (beside := part.with_name(part.name + ending)).exists():
                    beside.replace(target.with_name(target.name + ending))
                    sidecar = target.name + ending if ending == SIDECARS[0] else sidecar
        done.replace(target)
    return HandedOver(
        decision,
        written=True,
        repaired=_repaired(rows, str(found["place"])),
        before=before,
        after=made.values(),
        c2pa=c2pa,
        sha256=sha256,
        size=size,
        sidecar=sidecar,
    )


def _source_type(found: dict[str, object], wished: str) -> str:
    types = found["digital_source_types"]
    only = set(types) if isinstance(types, list) else set()
    return digital_source.checked(
        wished or (only.pop() if len(only) == 1 else digital_source.TRAINED_ALGORITHMIC_MEDIA)
    )


def _repaired(rows: list[dict[str, Any]], place: str) -> tuple[str, ...]:
    done = []
    if len(rows) > 1:
        done.append("merged")
    if rows and any(row["location"] != place for row in rows):
        done.append("place")
    if any(note.endswith((":missing", ":not_a_string", ":wrong_case")) for row in rows for note in row["notes"]):
        done.append("values")
    return tuple(done)


def _check_single(path: Path, name: str, expected: AigcLabel) -> None:
    """The written file carries this one label and no other.

    Raises:
        MediaError: label.not_single.
    """
    found: Any = run_isolated(f"{_ROOM}:read", {"path": str(path), "name": name}, limits=reading.limits())
    rows = found["labels"]
    if len(rows) != 1 or rows[0]["values"] != expected.values():
        places = ", ".join(str(row["location"]) for row in rows)
        raise media_error("label.not_single", found=len(rows), places=places[:300])
