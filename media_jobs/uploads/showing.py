"""What a page shows of an input: made once by an isolated child and kept beside it, labelled where synthetic."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from media_jobs.isolation.budget import Extent, limits_for
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.limits import Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.accepted import accepted
from media_jobs.labelling.containers import Medium
from media_jobs.uploads import errors, store
from media_jobs.uploads.models import Upload

# Characters of a text that its page shows.
EXCERPT = 2000
# A page waits for it, so it gets less than the work itself.
_SOON = Limits(cpu_seconds=10, wall_seconds=15.0)


def limits_of(upload: Upload) -> Limits:
    """Return what a child may use for work on this input (isolation.budget)."""
    return limits_for(Extent(upload.duration, upload.width * upload.height, upload.size))


def thumbnail(upload: Upload, *, text: str) -> Path:
    """Return the small picture of an input, made on first use beside it: the picture itself, a frame, or a waveform.

    Args:
        text: the explicit label to burn in, "" for an input that is not said to be synthetic
            (engines.registry.input_text).

    Raises:
        DomainError: uploads.not_found - the file is gone, or it is a text; or an `isolation.*` code.
    """
    original = Path(upload.absolute_path)
    if upload.medium == Medium.TEXT:
        raise errors.not_found()
    return _made_once(
        store.thumb_path(original),
        original,
        target="media_jobs.uploads.thumb:make",
        payload={"text": text, "medium": upload.medium},
        limits=limits_of(upload),
    )


def excerpt(upload: Upload, *, text: str) -> str:
    """Return the beginning of a text input, made on first use beside it, with the label as its first line.

    Args:
        text: the explicit label, "" for an input that is not said to be synthetic.

    Raises:
        DomainError: uploads.not_found - the file is gone, or it is no text; or an `isolation.*` code.
    """
    original = Path(upload.absolute_path)
    if upload.medium != Medium.TEXT:
        raise errors.not_found()
    made = _made_once(
        store.excerpt_path(original),
        original,
        target="media_jobs.uploads.excerpt:make",
        payload={"text": text, "format": upload.probe.get("format", ""), "characters": EXCERPT},
        limits=_SOON,
    )
    return made.read_text(encoding="utf-8")


def excerpt_of(path: Path) -> str:
    """Return the beginning of a text file as it is; what labels it, it carries itself.

    Raises:
        DomainError: an `isolation.*` code.
    """
    name = next((one.name for one in accepted((Medium.TEXT,)) if path.suffix[1:] in one.endings), "txt")
    with TemporaryDirectory() as folder:
        output = Path(folder) / "excerpt"
        payload = {"path": str(path), "output": str(output), "format": name, "characters": EXCERPT}
        try:
            run_isolated("media_jobs.uploads.excerpt:make", payload, limits=_SOON)
        except PortableError as error:
            raise errors.from_media(error) from error
        return output.read_text(encoding="utf-8")


def _made_once(made: Path, original: Path, *, target: str, payload: dict[str, Any], limits: Limits) -> Path:
    """Return what a child makes of an input; kept beside it, whole or not at all."""
    if made.exists():
        return made
    if not original.exists():
        raise errors.not_found()
    part = made.with_name(f"{uuid4().hex}{store.PART}")
    try:
        run_isolated(target, {"path": str(original), "output": str(part), **payload}, limits=limits)
        part.rename(made)
    except PortableError as error:
        raise errors.from_media(error) from error
    finally:
        part.unlink(missing_ok=True)
    return made
