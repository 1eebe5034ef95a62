"""Files as buffers that are mapped, not read; and new files put together from pieces of old ones."""

import mmap
from collections.abc import Iterable
from pathlib import Path

Buffer = bytes | mmap.mmap
Piece = bytes | tuple[int, int]
_CHUNK = 4 * 1024 * 1024


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


def write(target: Path, data: Buffer, pieces: Iterable[Piece]) -> None:
    """joined, into a file and a few megabytes at a time."""
    view = memoryview(data)
    try:
        with target.open("wb") as file:
            for piece in pieces:
                if isinstance(piece, bytes):
                    file.write(piece)
                    continue
                for start in range(piece[0], piece[1], _CHUNK):
                    with view[start : min(start + _CHUNK, piece[1])] as part:
                        file.write(part)
    finally:
        view.release()
