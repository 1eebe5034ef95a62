"""Boxes of MP4 and MOV that hold positions in the file: written anew when what stands in front of the media grows.

`stco` and `co64` (chunks), `saio` (sample auxiliary data), `sidx` (segments), `tfra` (fragments), `tfhd` (an old way to
say where a fragment's data are). Tables are streamed; `stco` becomes `co64` where the file could pass 4 GiB.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.bmff_boxes import Box, BoxFile, wrapped
from media_jobs.labelling.metadata.layout import Layout, Make, Moves

MARGIN = 64 * 1024 * 1024  # no label, packet and widened table together grow by more
_ENTRIES = 64 * 1024
_MAX_INDEX = 4 * 1024 * 1024


@dataclass(frozen=True)
class Offsets:
    """Which tables become wider.

    Attributes:
        limit: largest position that 32 bits shall hold.
    """

    limit: int = 0xFFFFFFFF - MARGIN

    def chunks(self, file: BoxFile, box: Box) -> Layout:
        """`stco` or `co64`."""
        wide = 8 if box.kind == b"co64" else 4
        count = _count(file, box, box.body + 4, wide)
        after = 8 if wide == 8 or file.size > self.limit else 4
        content = Layout()
        content.copy(box.body, box.body + 8)
        content.late(count * after, _table(file, box.body + 8, count, wide, after))
        return wrapped(b"co64" if after == 8 else b"stco", content)


def auxiliary(file: BoxFile, box: Box) -> Layout:
    """`saio` in a sample table: positions in the file (in a fragment they count from its start)."""
    head = file.take(box.body, 4)
    wide = 8 if head[0] else 4
    start = box.body + 4 + (8 if head[3] & 1 else 0)
    count = _count(file, box, start, wide)
    content = Layout()
    content.copy(box.body, start + 4)
    content.late(count * wide, _table(file, start + 4, count, wide, wide))
    return wrapped(b"saio", content)


def _count(file: BoxFile, box: Box, at: int, wide: int) -> int:
    if at + 4 > box.end:
        raise media_error("media.damaged")
    count = int.from_bytes(file.take(at, 4), "big")
    if at + 4 + count * wide > box.end:
        raise media_error("media.damaged")
    return count


def _table(file: BoxFile, at: int, count: int, wide: int, after: int) -> Make:
    def make(moves: Moves) -> Iterator[bytes]:
        for first in range(0, count, _ENTRIES):
            data = file.take(at + first * wide, min(_ENTRIES, count - first) * wide)
            moved = moves.many(np.frombuffer(data, f">i{wide}" if wide == 8 else ">u4").astype(np.int64))
            if after == 4 and moved.size and int(moved.max()) > 0xFFFFFFFF:
                raise media_error("media.metadata_too_large")
            yield moved.astype(f">u{after}").tobytes()

    return make


def segment_index(file: BoxFile, box: Box) -> Layout:
    """`sidx`: the distance to its first segment, and the size of each."""
    data = file.take(box.body, min(box.length, _MAX_INDEX))
    wide = 8 if data[:1] > b"\0" else 4
    at = 12 + wide
    if len(data) < at + wide + 4 or box.length > _MAX_INDEX:
        raise media_error("media.damaged")
    first = int.from_bytes(data[at : at + wide], "big")
    rows = at + wide + 4
    count = int.from_bytes(data[rows - 2 : rows], "big")
    if rows + 12 * count > len(data):
        raise media_error("media.damaged")

    def make(moves: Moves) -> Iterator[bytes]:
        position = box.end + first
        distance = moves(position) - moves(box.start) - (box.end - box.start)
        out = bytearray(data)
        out[at : at + wide] = _unsigned(distance, wide)
        for row in range(rows, rows + 12 * count, 12):
            word = int.from_bytes(data[row : row + 4], "big")
            after = position + (word & 0x7FFFFFFF)
            size = moves(after) - moves(position)
            if size > 0x7FFFFFFF:
                raise media_error("media.metadata_too_large")
            out[row : row + 4] = _unsigned(word & 0x80000000 | size, 4)
            position = after
        yield bytes(out)

    return _same_size(file, box, make)


def fragment_index(file: BoxFile, box: Box) -> Layout:
    """`mfra` with its `tfra` tables; its own size stays, so its `mfro` stays right."""
    content = Layout()
    at = box.body
    for child in file.inside(box.body, box.end):
        content.copy(at, child.start)
        at = child.end
        if child.kind == b"tfra":
            content.add(_fragments(file, child))
        else:
            content.copy(child.start, child.end)
    content.copy(at, box.end)
    return wrapped(b"mfra", content)


def _fragments(file: BoxFile, box: Box) -> Layout:
    if box.length > _MAX_INDEX:
        raise media_error("media.metadata_too_large")
    data = file.take(box.body, box.length)
    if len(data) < 16:
        raise media_error("media.damaged")
    wide = 8 if data[0] else 4
    rest = sum(1 + (data[11] >> shift & 3) for shift in (4, 2, 0))
    step, count = 2 * wide + rest, int.from_bytes(data[12:16], "big")
    if 16 + step * count > len(data):
        raise media_error("media.damaged")

    def make(moves: Moves) -> Iterator[bytes]:
        out = bytearray(data)
        for row in range(16 + wide, 16 + wide + step * count, step):
            out[row : row + wide] = _unsigned(moves(int.from_bytes(data[row : row + wide], "big")), wide)
        yield bytes(out)

    return _same_size(file, box, make)


def fragment(file: BoxFile, box: Box) -> Layout:
    """`moof`: a base offset in `tfhd` moves with the fragment; everything else in it counts from its start."""
    layout = Layout()
    at = box.start
    for traf in file.inside(box.body, box.end):
        if traf.kind != b"traf":
            continue
        for child in file.inside(traf.body, traf.end):
            if child.kind == b"tfhd" and child.length >= 16 and file.take(child.body + 3, 1)[0] & 1:
                layout.copy(at, child.body + 8)
                layout.late(8, _base(box.start, int.from_bytes(file.take(child.body + 8, 8), "big")))
                at = child.body + 16
            if child.kind != b"tfhd":
                break  # it comes first
    layout.copy(at, box.end)
    return layout


def _base(start: int, base: int) -> Make:
    def make(moves: Moves) -> Iterator[bytes]:
        yield _unsigned(base + moves(start) - start, 8)

    return make


def _unsigned(value: int, wide: int) -> bytes:
    if not 0 <= value < 1 << (8 * wide):
        raise media_error("media.metadata_too_large")
    return value.to_bytes(wide, "big")


def _same_size(file: BoxFile, box: Box, make: Make) -> Layout:
    layout = Layout()
    layout.copy(box.start, box.body)
    layout.late(box.length, make)
    return layout
