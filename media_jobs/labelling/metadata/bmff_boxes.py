"""ISO base media files (ISO/IEC 14496-12): walk the boxes of a file of any size, reading nothing but their headers."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.layout import Layout, Source

XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
C2PA_UUID = bytes.fromhex("D8FEC3D61B0E483C92975828877EC481")
# Four hours in quarter-second fragments are half a million boxes, each seen twice in a writing. Two millions take
# two seconds.
MAX_BOXES = 2_000_000
MAX_TRACKS = 1000
MAX_PACKET = 1024 * 1024  # of XMP, bytes: its elements in memory are twenty times as large


class Box(NamedTuple):
    """One box: its type, where it starts, where its content starts (after size, type and UUID), where it ends."""

    kind: bytes
    start: int
    body: int
    end: int
    uuid: bytes = b""

    @property
    def length(self) -> int:
        """Of the content, bytes."""
        return self.end - self.body


class BoxFile(Source):
    """A file of boxes. All walks together may see MAX_BOXES of them."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            MediaError: media.unreadable.
        """
        super().__init__(path)
        self._left = MAX_BOXES

    def top(self) -> Iterator[Box]:
        """The boxes of the file; the last may be open-ended (size 0).

        Raises:
            MediaError: media.truncated, media.damaged.
        """
        at = 0
        while self.size - at >= 8:
            box = self._box(at, self.size, top=True)
            if box is None:
                return
            yield box
            at = box.end

    def inside(self, start: int, end: int) -> Iterator[Box]:
        """The boxes between two positions; a size of 0 ends the list, as QuickTime's user data do.

        Raises:
            MediaError: media.damaged when a box does not fit.
        """
        while end - start >= 8:
            box = self._box(start, end, top=False)
            if box is None:
                return
            yield box
            start = box.end

    def _box(self, at: int, end: int, *, top: bool) -> Box | None:
        self._left -= 1
        if self._left < 0:
            raise media_error("media.damaged")
        head = self.glance(at, 32)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 0:
            if not top:
                return None
            size = end - at
        elif size == 1:
            if len(head) < 16:
                raise media_error("media.truncated")
            size, body = int.from_bytes(head[8:16], "big"), at + 16
        uuid = b""
        if kind == b"uuid":
            uuid = head[body - at : body - at + 16]
            body += 16
        if at + size < body:
            raise media_error("media.damaged")
        if at + size > end:
            raise media_error("media.truncated" if top else "media.damaged")
        return Box(kind, at, body, at + size, uuid)


def boxed(kind: bytes, *parts: bytes) -> bytes:
    """One box with its header."""
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def wrapped(kind: bytes, content: Layout) -> Layout:
    """One box around a layout.

    Raises:
        MediaError: media.damaged when it would exceed 4 GiB: only media data are that large.
    """
    if content.length + 8 > 0xFFFFFFFF:
        raise media_error("media.damaged")
    whole = Layout()
    whole.fresh((8 + content.length).to_bytes(4, "big") + kind)
    whole.add(content)
    return whole


def children_of_meta(file: BoxFile, box: Box) -> int:
    """Where the children of a `meta` begin: ISO's has four bytes of version and flags, QuickTime's has none."""
    head = file.peek(box.body, min(12, box.length))
    return box.body if head[4:8] == b"hdlr" else min(box.body + 4, box.end)
