"""The quarantine on disk: whole files or none, under names of our own."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import media_error
from media_jobs.uploads import errors

FOLDER = "uploads"
INCOMING = "incoming"
PART = ".part"
THUMB = ".thumb.jpg"
EXCERPT = ".excerpt.txt"

ENDINGS = {one.mime: f".{one.endings[0]}" for one in CONTAINERS.values()}


@dataclass(frozen=True, slots=True)
class Received:
    """A file that arrived whole.

    Args:
        path: where it lies, with the ending `.part` until a row points to it.
        sha256: hex digest of its bytes.
        size: in bytes.
    """

    path: Path
    sha256: str
    size: int


def thumb_path(original: Path) -> Path:
    """Return where the small picture of an input lies."""
    return original.with_name(original.name + THUMB)


def excerpt_path(original: Path) -> Path:
    """Return where the beginning of a text input lies."""
    return original.with_name(original.name + EXCERPT)


def original_of(path: Path) -> Path:
    """Return the input that a file of the quarantine belongs to: itself, or the one it was made of for its page."""
    return path.with_name(path.name.removesuffix(THUMB).removesuffix(EXCERPT))


def incoming_folder() -> Path:
    """Return the folder for files in transit, made private to this process's user."""
    folder = settings.MEDIA_ROOT / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def job_folder(job_id: object) -> Path:
    """Return the quarantine folder of a job, made private to this process's user."""
    folder = settings.MEDIA_ROOT / FOLDER / str(job_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def receive(chunks: Iterable[bytes], folder: Path, *, limit: int) -> Received:
    """Stream a file to disk, counting and hashing on the way, and give up as soon as it is too long.

    Args:
        chunks: the bytes as they come in.
        folder: where to put the file, under a random name ending in `.part`.
        limit: bytes.

    Raises:
        DomainError: uploads.too_large, media.empty; nothing is left on disk.
    """
    path = folder / f"{uuid4().hex}{PART}"
    digest = hashlib.sha256()
    size = 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise errors.too_many_bytes(limit)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise errors.from_media(media_error("media.empty"))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size)


def display_name(raw: str) -> str:
    """Return a file name that is safe to show: no path, no control or direction-changing characters, <= 120 long."""
    name = re.split(r"[/\\]", raw)[-1]
    kept = "".join(char for char in name if not unicodedata.category(char).startswith("C"))
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > 120:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 118 - len(ending)]}…{dot}{ending}" if dot and len(ending) <= 8 else f"{kept[:119]}…"
    return kept
