"""Files as buffers that are mapped, not read; and new files put together from pieces of old ones."""

import hashlib
import mmap
from collections.abc import Iterable
from pathlib import Path

Buffer = bytes | mmap.mmap
Piece = bytes | tuple[int, int]
_CHUNK = 256 * 1024  # stays in the processor's cache, and in memory that is there already


def mapped(path: Path) -> Buffer:
    """The file's bytes, paged in as they are looked at. Nobody may shorten the file meanwhile: it lies in a folder of
    the caller's own.
    """
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def joined(data: Buffer, pieces: Iterable[Piece]) -> bytes:
    """The pieces in a row: fresh bytes, and (start, end) of the old ones."""
    return b"".join(piece if isinstance(piece, bytes) else data[piece[0] : piece[1]] for piece in pieces)


def write(target: Path, source: Path, pieces: Iterable[Piece]) -> None:
    """joined, into a file."""
    with source.open("rb") as old, target.open("wb") as file:
        for piece in pieces:
            if isinstance(piece, bytes):
                file.write(piece)
                continue
            old.seek(piece[0])
            left = piece[1] - piece[0]
            while left > 0 and (block := old.read(min(_CHUNK, left))):
                file.write(block)
                left -= len(block)


def digest(path: Path, spans: Iterable[tuple[int, int]], *, first: bytes = b"") -> str:
    """SHA-256 in hex of `first` and the file's bytes in these (start, end)."""
    hashed = hashlib.sha256(first)
    with path.open("rb") as file:
        for start, end in spans:
            file.seek(start)
            left = end - start
            while left > 0 and (block := file.read(min(_CHUNK, left))):
                hashed.update(block)
                left -= len(block)
    return hashed.hexdigest()
