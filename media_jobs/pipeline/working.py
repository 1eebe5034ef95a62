"""The working store: MEDIA_ROOT/working/<job>/, never served. Files appear there whole, by rename, or not at all."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from media_jobs.pipeline import errors

FOLDER = "working"
RELEASED = "released"
_CHUNK = 1024 * 1024


def root() -> Path:
    """Return MEDIA_ROOT as a path."""
    return Path(settings.MEDIA_ROOT)


def folder(job_id: UUID | str) -> Path:
    """Return the job's folder in the working store."""
    return root() / FOLDER / str(job_id)


@contextmanager
def attempt(job_id: UUID | str, *, stage: str, token: str) -> Iterator[Path]:
    """Give a stage's attempt a folder of its own, gone when the block ends; a killed worker's is swept with the job."""
    place = folder(job_id) / f".{stage}-{token[:12]}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep(path: Path, *, job_id: UUID | str, stage: str, token: str) -> tuple[str, str]:
    """Move an attempt's file into the job's folder by atomic rename.

    The name carries the lease's token: a worker that lost its lease cannot overwrite what its successor wrote.

    Returns:
        Path relative to MEDIA_ROOT, SHA-256.
    """
    digest = sha256(path)
    target = folder(job_id) / f"{stage}-{token[:12]}{path.suffix}"
    _sync(path)
    path.replace(target)
    return str(target.relative_to(root())), digest


def publish(path: Path, *, produce_id: str, sha256: str) -> str:
    """Copy a labelled file to where releases lie, by atomic rename; its name follows from its content.

    Returns:
        Path relative to MEDIA_ROOT.
    """
    target = released_path(produce_id, sha256, path.suffix)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.copyfile(path, part)
    _sync(part)
    part.replace(target)
    return str(target.relative_to(root()))


def released_path(produce_id: str, sha256: str, suffix: str) -> Path:
    """Return where a release with this number and content lies."""
    return root() / RELEASED / produce_id[:2] / f"{produce_id}-{sha256[:16]}{suffix}"


def unpublish(produce_id: str, *, but: str = "") -> int:
    """Delete files of this number from where releases lie, half-written copies of killed workers included.

    Args:
        but: path relative to MEDIA_ROOT of the file that a release row points to, "" when there is no release.
    """
    kept = (root() / but).name if but else None
    found = (root() / RELEASED / produce_id[:2]).glob(f"*{produce_id}-*")
    # What belongs to a release bears its name and one ending more.
    files = [path for path in found if kept is None or not f"{path.name}.".startswith(f"{kept}.")]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def checked(path: str, *, digest: str) -> Path:
    """Return the file at that path below MEDIA_ROOT if its content is the one that was recorded.

    Raises:
        DomainError: pipeline.file_changed.
    """
    file = root() / path
    if not file.is_file() or sha256(file) != digest:
        raise errors.file_changed()
    return file


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, hex."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def clear(job_id: UUID | str) -> None:
    """Delete the job's folder in the working store."""
    shutil.rmtree(folder(job_id), ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
