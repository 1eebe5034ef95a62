"""Look for what the platform itself can detect (Labelling Measures Art. 6 (3)): traces of generation, no verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from media_jobs.labelling.conformance.report import check_file
from media_jobs.labelling.containers import Container, recognise

# IPTC digital source types that name a machine as the maker.
_MACHINE_MADE = ("AlgorithmicMedia", "algorithmicMedia", "SyntheticMedia", "compositeSynthetic")
SOURCE_TYPE, MANIFEST, EXPLICIT = "source_type", "c2pa", "explicit_label"


@dataclass(frozen=True)
class Traces:
    """What a file shows.

    Attributes:
        container: what it is.
        labels: values of its AIGC labels.
        codes: of the traces: SOURCE_TYPE, MANIFEST, EXPLICIT.
        has_manifest: a C2PA manifest is there.
    """

    container: Container
    labels: tuple[Mapping[str, str], ...]
    codes: tuple[str, ...]
    has_manifest: bool

    @property
    def ending(self) -> str:
        """The usual file ending, with its dot."""
        return f".{self.container.endings[0]}"


def look(path: Path, *, name: str) -> Traces:
    """Examine the file in child processes and say what was seen: a trace is no proof, and its absence is none either.

    Args:
        path: untrusted.
        name: the name it came with.

    Raises:
        MediaError: media.* - no kind of file that can be spread with a label.
        IsolationError: it took more than reading may.
    """
    container = recognise(path, name=name)
    report = check_file(path, name=name)
    answer = report.answer
    codes = []
    if _machine_made(answer.source_types):
        codes.append(SOURCE_TYPE)
    if _machine_made(answer.c2pa.get("source_types") or ()):
        codes.append(MANIFEST)
    if report.explicit == "found":
        codes.append(EXPLICIT)
    return Traces(
        container=container,
        labels=tuple(row["values"] for row in answer.labels),
        codes=tuple(codes),
        has_manifest=bool(answer.c2pa.get("present")),
    )


def _machine_made(types: Iterable[object]) -> bool:
    return any(str(uri).endswith(_MACHINE_MADE) for uri in types)
