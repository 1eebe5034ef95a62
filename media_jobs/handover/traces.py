"""Look for what the platform itself can detect (Labelling Measures Art. 6 (3)): traces of generation, no verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import reading
from media_jobs.labelling.containers import CONTAINERS, Container

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
    """Read the file in a child process and say what was seen.

    Args:
        path: untrusted.
        name: the name it came with.

    Raises:
        MediaError: media.* - no kind of file that can be spread with a label.
        IsolationError: it took more than reading may.
    """
    found: Any = run_isolated(
        "media_jobs.labelling.isolated:read", {"path": str(path), "name": name}, limits=reading.limits()
    )
    codes = []
    if any(str(uri).endswith(_MACHINE_MADE) for uri in found["digital_source_types"]):
        codes.append(SOURCE_TYPE)
    return Traces(
        container=CONTAINERS[str(found["format"])],
        labels=tuple(row["values"] for row in found["labels"]),
        codes=tuple(codes),
        has_manifest=bool(found["c2pa"]["present"]),
    )
