"""Parts of a file, copied or hashed by the megabyte: a sound file may be longer than the memory."""

import os
from typing import BinaryIO, Protocol

from media_jobs.labelling.errors import media_error

_CHUNK = 1024 * 1024
MAX_METADATA = 32 * 1024 * 1024  # of one block of descriptive data: a cover picture fits, a bomb does not
MAX_XMP = 4 * 1024 * 1024  # of a packet: parsed, it takes twenty times that


class Digest(Protocol):
    """What hashlib's objects are."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes in."""
        ...


def size_of(file: BinaryIO) -> int:
    """Length of an open file, bytes."""
    return os.fstat(file.fileno()).st_size


def take(file: BinaryIO, start: int, length: int) -> bytes:
    """The bytes of one block of descriptive data.

    Raises:
        MediaError: media.truncated, media.metadata_too_large.
    """
    if length > MAX_METADATA:
        raise media_error("media.metadata_too_large")
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise media_error("media.truncated")
    return data


def copy(source: BinaryIO, target: BinaryIO, start: int, length: int) -> None:
    """Append `length` bytes of `source` from `start` on to `target`.

    Raises:
        MediaError: media.truncated.
    """
    source.seek(start)
    while length > 0:
        data = source.read(min(_CHUNK, length))
        if not data:
            raise media_error("media.truncated")
        target.write(data)
        length -= len(data)


def feed(source: BinaryIO, digest: Digest, start: int, length: int) -> None:
    """Hash `length` bytes of `source` from `start` on.

    Raises:
        MediaError: media.truncated.
    """
    source.seek(start)
    while length > 0:
        data = source.read(min(_CHUNK, length))
        if not data:
            raise media_error("media.truncated")
        digest.update(data)
        length -= len(data)
