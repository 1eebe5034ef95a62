"""A changed copy of a large file: which bytes are copied, which are new, and where every old position ends up."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from media_jobs.labelling.errors import media_error

_CHUNK = 1024 * 1024
_WINDOW = 4096
_BEYOND = 1 << 62  # positions past this belong to no file; they stay as they are


class Source:
    """An opened file, read at positions: nothing is buffered, so memory does not depend on the file."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            MediaError: media.unreadable.
        """
        try:
            self.fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:
            raise media_error("media.unreadable") from None
        self.size = os.fstat(self.fd).st_size
        self._window, self._window_at = b"", 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def take(self, at: int, length: int) -> bytes:
        """Exactly `length` bytes from `at`.

        Raises:
            MediaError: media.truncated, media.unreadable.
        """
        if at < 0 or length < 0 or at + length > self.size:
            raise media_error("media.truncated")
        try:
            data = os.pread(self.fd, length, at)
            while len(data) < length:
                more = os.pread(self.fd, length - len(data), at + len(data))
                if not more:
                    raise media_error("media.truncated")
                data += more
        except OSError:
            raise media_error("media.unreadable") from None
        return data

    def peek(self, at: int, length: int) -> bytes:
        """Up to `length` bytes from `at`: fewer at the end of the file."""
        return self.take(at, max(0, min(length, self.size - at)))

    def glance(self, at: int, length: int) -> bytes:
        """As `peek`, for the heads of parts that follow each other closely: one reading serves several."""
        first = at - self._window_at
        if not 0 <= first <= len(self._window) - length:
            self._window, self._window_at, first = self.peek(at, _WINDOW), at, 0
        return self._window[first : first + length]

    def stream(self, at: int, length: int) -> Iterator[bytes]:
        """The same bytes as `take`, in blocks of at most 1 MiB."""
        while length:
            block = self.take(at, min(length, _CHUNK))
            yield block
            at, length = at + len(block), length - len(block)


@dataclass(slots=True)
class _Copy:
    at: int
    length: int


@dataclass(slots=True)
class _Late:
    length: int
    make: "Make"


class Moves:
    """Where a position of the old file stands in the new one; what was taken out closes up to what stood before it."""

    def __init__(self, copied: list[tuple[int, int, int]]) -> None:
        """Take the copied ranges.

        Args:
            copied: (old start, old end, new start) of each.
        """
        rows = np.array(sorted(copied) or [(0, 0, 0)], dtype=np.int64)
        self._starts, self._ends = rows[:, 0], rows[:, 1]
        self._deltas = rows[:, 2] - rows[:, 0]

    def __call__(self, position: int) -> int:
        return int(self.many(np.array([min(position, _BEYOND)], dtype=np.int64))[0])

    def many(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The same for an array."""
        index = np.maximum(np.searchsorted(self._starts, positions, side="right") - 1, 0)
        moved = np.minimum(positions, self._ends[index]) + self._deltas[index]
        return np.where(positions >= _BEYOND, positions, moved)


Make = Callable[[Moves], Iterable[bytes]]


class Layout:
    """The new file, or a part of it, as pieces in their order."""

    def __init__(self) -> None:
        self._pieces: list[_Copy | bytes | _Late] = []
        self.length = 0

    def copy(self, at: int, end: int) -> None:
        """Bytes of the old file."""
        if end <= at:
            return
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, _Copy) and last.at + last.length == at:
            last.length += end - at
        else:
            self._pieces.append(_Copy(at, end - at))
        self.length += end - at

    def copy_blanking(self, at: int, end: int, blanks: list[tuple[int, int]]) -> None:
        """Bytes of the old file, with zeros instead of the given ranges."""
        for start, stop in sorted(blanks):
            if at <= start < stop <= end:
                self.copy(at, start)
                self.fresh(bytes(stop - start))
                at = stop
        self.copy(at, end)

    def fresh(self, data: bytes) -> int:
        """New bytes; returns where in this layout they begin."""
        at = self.length
        if data:
            last = self._pieces[-1] if self._pieces else None
            if isinstance(last, bytes) and len(last) < 4096:
                self._pieces[-1] = last + data
            else:
                self._pieces.append(data)
            self.length += len(data)
        return at

    def late(self, length: int, make: Make) -> None:
        """New bytes that depend on where others end up: `make` yields exactly `length` of them."""
        self._pieces.append(_Late(length, make))
        self.length += length

    def add(self, other: "Layout") -> None:
        """All pieces of another layout."""
        for piece in other._pieces:
            if isinstance(piece, _Copy):
                self.copy(piece.at, piece.at + piece.length)
            elif isinstance(piece, bytes):
                self.fresh(piece)
            else:
                self.late(piece.length, piece.make)

    def moves(self) -> Moves:
        """Where old positions stand, when this is the whole file."""
        copied, position = [], 0
        for piece in self._pieces:
            length = len(piece) if isinstance(piece, bytes) else piece.length
            if isinstance(piece, _Copy):
                copied.append((piece.at, piece.at + piece.length, position))
            position += length
        return Moves(copied)

    def write(self, source: Source, target: Path) -> None:
        """Write the file, at the speed of a copy.

        Raises:
            MediaError: media.cannot_write, media.truncated, what a late piece raises.
        """
        moves = self.moves()
        try:
            out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError:
            raise media_error("media.cannot_write") from None
        try:
            for piece in self._pieces:
                if isinstance(piece, _Copy):
                    _send(source, out, piece.at, piece.length)
                elif isinstance(piece, bytes):
                    _put(out, piece)
                else:
                    for data in piece.make(moves):
                        _put(out, data)
        except OSError:
            raise media_error("media.cannot_write") from None
        finally:
            os.close(out)


def _put(out: int, data: bytes) -> None:
    while data:
        data = data[os.write(out, data) :]


def _send(source: Source, out: int, at: int, length: int) -> None:
    """Copy inside the kernel where it can, else in blocks.

    Raises:
        MediaError: media.truncated.
    """
    while length and hasattr(os, "sendfile"):
        sent = 0
        with contextlib.suppress(OSError):  # not for these two files; a full disk shows itself below
            sent = os.sendfile(out, source.fd, at, min(length, 1 << 30))
        if not sent:
            break
        at, length = at + sent, length - sent
    for block in source.stream(at, length):
        _put(out, block)
