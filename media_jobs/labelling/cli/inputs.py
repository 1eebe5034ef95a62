"""Files that a command is given beside its media, and places for those it writes."""

import os
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.handover import SIDECARS

_MOST = 256 * 1024


def text_file(path: str | None) -> str:
    """The text of a key file or certificate chain; "" without one.

    Raises:
        MediaError: label.bad_input_file.
    """
    if path is None:
        return ""
    try:
        with Path(path).open("rb") as file:
            return file.read(_MOST).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise media_error("label.bad_input_file", path=path[:300]) from None


def check_target(source: Path, target: Path) -> None:
    """Nothing when `target` may be written: a new name or a file; no device, pipe or folder is ever replaced by one.

    Raises:
        MediaError: media.output_is_input, media.cannot_write.
    """
    if target == source or (target.exists() and source.exists() and target.samefile(source)):
        raise media_error("media.output_is_input")
    if target.exists() and not target.is_file():
        raise media_error("media.cannot_write")
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise media_error("media.cannot_write")


def release(made: Path, target: Path) -> list[Path]:
    """Give a finished file its name, its sidecars first: a file is never there without them.

    Returns:
        the sidecars.
    """
    mask = os.umask(0o077)  # can only be read by setting it
    os.umask(mask)
    beside = [(made.with_name(made.name + ending), target.with_name(target.name + ending)) for ending in SIDECARS]
    there = [(part, place) for part, place in beside if part.exists()]
    for part, place in [*there, (made, target)]:
        part.chmod(0o666 & ~mask)
        part.replace(place)
    return [place for _, place in there]
