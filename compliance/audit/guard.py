"""What was signed last, kept in a file outside the database: a restored or rolled-back database cannot fork the log."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from compliance.audit import merkle


class GuardError(Exception):
    """The guard file is there and cannot be believed."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The last signed head of the log of that origin."""

    origin: str
    size: int
    root: bytes


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the signer's lock of this machine; it ends with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def read(path: Path) -> Signed | None:
    """Return what was signed last, None when nothing was.

    Raises:
        GuardError: the file is damaged.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise GuardError(f"{path} cannot be read: {error}") from error
    try:
        data = json.loads(text)
        signed = Signed(data["origin"], data["size"], bytes.fromhex(data["root"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GuardError(f"{path} is damaged") from error
    # A bool is an int to Python, and dump() writes it back as it came.
    sound = isinstance(signed.origin, str) and type(signed.size) is int and signed.size >= 0
    if not sound or dump(signed) != text or len(signed.root) != merkle.HASH_BYTES:
        raise GuardError(f"{path} is damaged")
    return signed


def dump(signed: Signed) -> str:
    """Return the file's content."""
    return json.dumps({"origin": signed.origin, "size": signed.size, "root": signed.root.hex()}) + "\n"


def write(path: Path, signed: Signed) -> None:
    """Replace the file: after a crash it holds the old or the new content, on the disk, never a mixture."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(dump(signed))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
