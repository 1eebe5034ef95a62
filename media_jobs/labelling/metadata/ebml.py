"""EBML (RFC 8794): walk the elements of a Matroska file of any size, reading nothing but their heads."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.layout import Source

EBML, SEGMENT, CLUSTER, TAGS, SEEK_HEAD, CUES = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1254C367, 0x114D9B74, 0x1C53BB6B
INFO, TRACKS, CHAPTERS, ATTACHMENTS = 0x1549A966, 0x1654AE6B, 0x1043A770, 0x1941A469
CRC32, VOID = 0xBF, 0xEC
# What may follow a cluster of unknown size, and so ends it (RFC 8794, 6.2).
_TOP = {EBML, SEGMENT, CLUSTER, TAGS, SEEK_HEAD, CUES, INFO, TRACKS, CHAPTERS, ATTACHMENTS}
# Four hours of a live stream, sixty pictures and fifty pieces of sound a second, are 1.6 million blocks.
MAX_ELEMENTS = 2_000_000


class Element(NamedTuple):
    """One element: id, where it starts, where its content starts and ends, whether its size was left open."""

    id: int
    start: int
    body: int
    end: int
    open: bool = False

    @property
    def length(self) -> int:
        """Of the content, bytes."""
        return self.end - self.body


class EbmlFile(Source):
    """A file of elements. All walks together may see MAX_ELEMENTS of them."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            MediaError: media.unreadable.
        """
        super().__init__(path)
        self._left = MAX_ELEMENTS

    def head(self, at: int, end: int) -> Element:
        """The element at a position; one of unknown size ends, as far as this goes, at `end`.

        Raises:
            MediaError: media.damaged, media.truncated.
        """
        self._left -= 1
        if self._left < 0:
            raise media_error("media.damaged")
        data = self.glance(at, 12)
        number, wide = vint(data, 0, 4, marker=True)
        size, more = vint(data, wide, 8)
        body = at + wide + more
        if size == (1 << 7 * more) - 1:
            return Element(number, at, body, end, open=True)
        if body + size > end:
            raise media_error("media.truncated" if end == self.size else "media.damaged")
        return Element(number, at, body, body + size)

    def segments(self) -> Iterator[Element]:
        """The Segments of the file; what is no EBML behind one ends the list, as players see it.

        Raises:
            MediaError: media.damaged, media.truncated.
        """
        at, seen = 0, False
        while at < self.size:
            if seen and self.peek(at, 4) not in {id_of(EBML), id_of(SEGMENT)}:
                return
            one = self.head(at, self.size)
            if one.id == SEGMENT:
                seen = True
                yield one
            elif one.open:
                raise media_error("media.damaged")
            at = one.end

    def inside(self, start: int, end: int) -> Iterator[Element]:
        """The elements between two positions; Clusters of unknown size are walked to find their end.

        Raises:
            MediaError: media.damaged, media.truncated.
        """
        while start < end:
            element = self.head(start, end)
            if element.open:
                if element.id != CLUSTER:
                    raise media_error("media.damaged")
                stop = self._end_of_cluster(element.body, end)
                element = Element(element.id, element.start, element.body, stop, open=True)
            yield element
            start = element.end

    def _end_of_cluster(self, at: int, end: int) -> int:
        while at < end:
            child = self.head(at, end)
            if child.id in _TOP:
                return at
            if child.open:
                raise media_error("media.damaged")
            at = child.end
        return at


def vint(data: bytes, at: int, longest: int, *, marker: bool = False) -> tuple[int, int]:
    """A variable-size integer and how many bytes it takes; ids are kept with their marker bit.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    if at >= len(data):
        raise media_error("media.truncated")
    wide = 9 - data[at].bit_length()
    if wide > longest:
        raise media_error("media.damaged")
    if at + wide > len(data):
        raise media_error("media.truncated")
    value = int.from_bytes(data[at : at + wide], "big")
    return value if marker else value & (1 << 7 * wide) - 1, wide


def size_of(length: int, *, wide: int = 0) -> bytes:
    """A size as variable-size integer, in `wide` bytes or the fewest that hold it."""
    wide = wide or next(n for n in range(1, 9) if length < (1 << 7 * n) - 1)
    return (1 << 7 * wide | length).to_bytes(wide, "big")


def element(number: int, *parts: bytes) -> bytes:
    """One element with its head."""
    body = b"".join(parts)
    return id_of(number) + size_of(len(body)) + body


def id_of(number: int) -> bytes:
    """An id as it stands in the file."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def unpacked(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The elements of a small master element in memory: (id, content, the element whole).

    Raises:
        MediaError: media.damaged.
    """
    at = 0
    while at < len(data):
        number, wide = vint(data, at, 4, marker=True)
        size, more = vint(data, at + wide, 8)
        body = at + wide + more
        if body + size > len(data):
            raise media_error("media.damaged")
        yield number, data[body : body + size], data[at : body + size]
        at = body + size


def unsigned(number: int, value: int, wide: int) -> bytes:
    """An unsigned integer element of `wide` bytes.

    Raises:
        MediaError: media.metadata_too_large when it does not hold the value.
    """
    if not 0 <= value < 1 << 8 * wide:
        raise media_error("media.metadata_too_large")
    return element(number, value.to_bytes(wide, "big"))
