"""Files that stand beside a labelled one and carry what its format cannot hold; they travel with it to the download.

A sidecar bears the whole name of its file and one ending more: `.aigc.json` for the label of a plain text, `.c2pa` for
a manifest.
"""

import base64
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from media_jobs.labelling import parcel
from media_jobs.pipeline import working

ENDINGS = parcel.ENDINGS


def collect(target: Path, report: Mapping[str, Any]) -> list[tuple[str, Path]]:
    """Return (ending, file) of what the writer left beside `target`, and of the manifest that it reports.

    Args:
        report: of all steps; `c2pa` holds, as base64, the manifest of a format that has no place for one.
    """
    manifest = report.get("c2pa")
    if isinstance(manifest, dict) and manifest.get("sidecar"):
        beside(target, ".c2pa").write_bytes(base64.b64decode(manifest["sidecar"]))
    return [(ending, beside(target, ending)) for ending in ENDINGS if beside(target, ending).is_file()]


def keep(found: Iterable[tuple[str, Path]], path: str) -> list[dict[str, Any]]:
    """Move the files beside the one that was kept at `path` (relative to MEDIA_ROOT) and describe them."""
    rows = []
    for ending, file in found:
        target = beside(working.root() / path, ending)
        file.replace(target)
        rows.append(_row(ending, target))
    return rows


def checked(rows: Iterable[dict[str, Any]]) -> list[tuple[str, Path]]:
    """Return (ending, file) of described files whose content is still the recorded one.

    Raises:
        DomainError: pipeline.file_changed.
    """
    return [(str(row["ending"]), working.checked(str(row["path"]), digest=str(row["sha256"]))) for row in rows]


def publish(found: Iterable[tuple[str, Path]], path: str) -> list[dict[str, Any]]:
    """Copy the files beside the release at `path`, by atomic rename, and describe them."""
    rows = []
    for ending, file in found:
        target = beside(working.root() / path, ending)
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(file, part)
        part.replace(target)
        rows.append(_row(ending, target))
    return rows


def beside(file: Path, ending: str) -> Path:
    """Return where the sidecar of that ending stands."""
    return file.with_name(file.name + ending)


def _row(ending: str, file: Path) -> dict[str, Any]:
    return {
        "ending": ending,
        "path": str(file.relative_to(working.root())),
        "sha256": working.sha256(file),
        "size": file.stat().st_size,
    }
