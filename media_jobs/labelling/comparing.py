"""Which marks a pipeline lost: two files side by side, of the same or of different kinds."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import aigc, reading
from media_jobs.labelling.conformance import report

KEPT, LOST, CHANGED, MOVED, GAINED, ABSENT, UNKNOWN = (
    "kept", "lost", "changed", "moved", "gained", "absent", "unknown",
)  # fmt: skip
_ROOM = "media_jobs.labelling.isolated"
_SHOWN = 20
_PROPAGATORS = ("ContentPropagator", "PropagateID", "ReservedCode2")


@dataclass(frozen=True)
class Row:
    """One mark.

    Attributes:
        mark: "label", "label.<key>", "label.place", "source_type", "c2pa", "signature", "explicit", "metadata",
            "content".
        outcome: KEPT, LOST, CHANGED, MOVED (another place, which may be the lawful one of another container), GAINED,
            ABSENT (in neither) or UNKNOWN (could not be compared).
        before, after: what stood there.
    """

    mark: str
    outcome: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """All rows, and what follows from them."""

    before_format: str
    after_format: str
    rows: tuple[Row, ...]

    @property
    def lost(self) -> list[str]:
        """The marks that are gone or no longer say the same.

        A changed content is what pipelines are for, and another propagator is what the law asks for (Art. 6).
        """
        lawful = {"content", *(f"label.{key}" for key in _PROPAGATORS)}
        return [
            row.mark for row in self.rows if row.outcome == LOST or (row.outcome == CHANGED and row.mark not in lawful)
        ]

    @property
    def had_marks(self) -> bool:
        """The first file carried anything that could be lost."""
        return any(row.outcome not in {ABSENT, GAINED, UNKNOWN} for row in self.rows if row.mark != "content")

    def as_json(self) -> dict[str, Any]:
        """JSON-able, as docs/cli.md describes it."""
        return {
            "before_format": self.before_format,
            "after_format": self.after_format,
            "lost": self.lost,
            "rows": [asdict(row) for row in self.rows],
        }


def compare(before: Path, after: Path, *, keys: str = "") -> Comparison:
    """Read both files and set their marks side by side.

    Raises:
        PortableError: see reading.read.
    """
    answers = [reading.read(path, name=path.name, keys=keys) for path in (before, after)]
    first, second = answers
    rows = [
        *_label_rows(first, second),
        _row("source_type", ", ".join(sorted(set(first.source_types))), ", ".join(sorted(set(second.source_types)))),
        _row("c2pa", _manifest(first), _manifest(second)),
        _row("signature", *(_signature(one) for one in answers)),
        _explicit(before, after, first, second),
        _metadata(before, after, first, second),
        _content(before, after),
    ]
    return Comparison(first.format, second.format, tuple(rows))


def _row(mark: str, before: str, after: str) -> Row:
    """The outcome where both sides are words, "" for nothing."""
    if before == after:
        return Row(mark, KEPT if before else ABSENT, before, after)
    outcome = CHANGED if before and after else LOST if before else GAINED
    return Row(mark, outcome, before, after)


def _label_rows(first: reading.Answer, second: reading.Answer) -> list[Row]:
    counts = [len(one.labels) + one.more_labels for one in (first, second)]
    if not counts[0] or not counts[1]:
        shown = ["" if not count else str(count) for count in counts]
        return [_row("label", shown[0], shown[1])]
    rows = [Row("label", KEPT if counts[1] >= counts[0] else LOST, str(counts[0]), str(counts[1]))]
    if counts[1] < counts[0] and _distinct(second) >= _distinct(first):
        rows = [Row("label", KEPT, str(counts[0]), str(counts[1]))]  # duplicates were merged, as they have to be
    one, other = first.labels[0], second.labels[0]
    for key in aigc.KEYS:
        row = _row(f"label.{key}", str(one["values"].get(key, ""))[:100], str(other["values"].get(key, ""))[:100])
        if row.outcome not in {KEPT, ABSENT}:
            rows.append(row)
    places = str(one["location"]), str(other["location"])
    lawful = places[0] == first.place and places[1] == second.place
    same = places[0] == places[1] or (lawful and first.format != second.format)
    rows.append(Row("label.place", KEPT if same else MOVED, *places))
    return rows


def _distinct(answer: reading.Answer) -> set[tuple[str, ...]]:
    return {tuple(label["values"].values()) for label in answer.labels}


def _manifest(answer: reading.Answer) -> str:
    if not answer.c2pa["present"]:
        return ""
    return str(answer.c2pa["state"]) if answer.c2pa["checked"] else "present"


def _signature(answer: reading.Answer) -> str:
    state = answer.signature.state
    if state == "unsigned":
        return ""
    return "present" if state == "not_checked" else state


def _explicit(before: Path, after: Path, first: reading.Answer, second: reading.Answer) -> Row:
    """The visible, audible or written label, as far as our own search finds it."""
    told = []
    for path, answer in ((before, first), (after, second)):
        state, _, seen = report.explicit_label(path.resolve(), path.name, answer, read_foreign=False)
        told.append("" if state == "not_found" else "unknown" if state != "found" else _words(seen))
    if "unknown" in told:
        return Row("explicit", UNKNOWN, *told)
    if told[0] and told[1]:
        return Row("explicit", KEPT, *told)  # its words may be read a little differently
    return _row("explicit", *told)


def _words(seen: dict[str, Any]) -> str:
    if seen.get("text"):
        return str(seen["text"])
    return ", ".join(str(one["form"]) for one in seen.get("audible", [])) or "found"


def _metadata(before: Path, after: Path, first: reading.Answer, second: reading.Answer) -> Row:
    """Names of XMP, EXIF and container tags that are gone; ours are rows of their own."""
    own = ("xmp TC260:", "xmp Iptc4xmpExt:DigitalSourceType", "tag AIGC")
    names = [
        {name for name in answer.properties or _tags(path, answer.medium) if not name.startswith(own)}
        for path, answer in ((before, first), (after, second))
    ]
    gone = sorted(names[0] - names[1])
    if not names[0]:
        return Row("metadata", GAINED if names[1] else ABSENT, "", f"{len(names[1])} names" if names[1] else "")
    if not gone:
        return Row("metadata", KEPT, f"{len(names[0])} names", f"{len(names[1])} names")
    more = f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
    return Row("metadata", LOST, ", ".join(gone[:_SHOWN]) + more, f"{len(names[1])} names")


def _tags(path: Path, medium: str) -> list[str]:
    if medium not in {"video", "audio"}:
        return []
    try:
        told: Any = run_isolated(f"{_ROOM}:tags", {"path": str(path.resolve())}, limits=reading.limits())
    except PortableError:
        return []
    return list(told["tags"])


def _content(before: Path, after: Path) -> Row:
    """Whether the media themselves are the same, as the carriers digest them."""
    digests: list[dict[str, Any]] = []
    for path in (before, after):
        try:
            digests.append(run_isolated(f"{_ROOM}:digest", {"path": str(path.resolve()), "name": path.name}))
        except PortableError:
            return Row("content", UNKNOWN, "", "")
    shown = [f"{one['method']} {str(one['sha256'])[:16]}" for one in digests]
    if digests[0]["method"] != digests[1]["method"]:
        return Row("content", UNKNOWN, shown[0], shown[1])
    return Row("content", KEPT if digests[0] == digests[1] else CHANGED, shown[0], shown[1])
