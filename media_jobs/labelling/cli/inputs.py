"""Files that a command is given beside its media, and places for those it writes."""

import os
from pathlib import Path

from media_jobs.labelling.errors import media_error

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
    """Nothing when `target` may be written.

    Raises:
        MediaError: media.output_is_input, media.cannot_write.
    """
    if target == source or (target.exists() and source.exists() and target.samefile(source)):
        raise media_error("media.output_is_input")
    if target.is_dir() or not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise media_error("media.cannot_write")


def release(made: Path, target: Path, sidecar: str) -> Path | None:
    """Give a finished file its name, and put the label of a container without metadata beside it.

    Returns:
        the sidecar's path, None without one.
    """
    mask = os.umask(0o077)  # can only be read by setting it
    os.umask(mask)
    beside = target.with_name(f"{target.name}.aigc.json") if sidecar else None
    if beside is not None:
        part = made.with_name("sidecar")
        part.write_text(sidecar, encoding="utf-8")
        part.chmod(0o666 & ~mask)
        part.replace(beside)
    made.chmod(0o666 & ~mask)
    made.replace(target)
    return beside
