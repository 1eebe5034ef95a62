"""Folders that only this platform's own account may enter."""

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private(path: Path) -> Path:
    """Make the folder if need be, close it to everybody but its owner, and return it.

    What lies below is then out of reach whatever mode it was written with (SQLite's files follow the umask). A folder
    that belongs to somebody else, such as a mounted volume, stays as it is: its owner decides, and deployment check 16
    looks at it.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.stat()
    if found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    return path


def open_to_others(path: Path) -> bool:
    """Return whether accounts outside owner and group may look into the folder."""
    return bool(path.stat().st_mode & stat.S_IRWXO)
