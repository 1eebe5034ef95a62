"""A stranger's file read piece by piece: nothing larger than asked for is ever in memory."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_BUFFER = 256 * 1024
BLOCK = 1024 * 1024


class Window:
    """Positioned reads on a file; the buffer below makes neighbouring ones cheap."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=_BUFFER)
        self.size = path.stat().st_size

    def __enter__(self) -> "Window":
        """The window itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer at the file's end."""
        self._file.seek(offset)
        return self._file.read(length)

    def blocks(self, start: int, end: int, *, overlap: int = 0) -> Iterator[tuple[int, bytes]]:
        """(offset, bytes) over [start, end) in pieces of 1 MiB that overlap by `overlap` bytes."""
        while start < end:
            block = self.at(start, min(BLOCK, end - start))
            if not block:
                return
            yield start, block
            if start + len(block) >= end:
                return
            start += len(block) - overlap if len(block) > overlap else len(block)
