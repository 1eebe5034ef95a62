"""What names positions in a Matroska file (SeekHead, Cues, Position of a Cluster), written anew for a new layout.

Positions count from the start of the Segment's content (RFC 9559, 16).
"""

from collections.abc import Callable, Iterator

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.ebml import (
    CRC32,
    CUES,
    SEEK_HEAD,
    TAGS,
    VOID,
    EbmlFile,
    Element,
    element,
    size_of,
    unpacked,
    vint,
)
from media_jobs.labelling.metadata.ebml import unsigned as coded
from media_jobs.labelling.metadata.layout import Layout, Moves

MAX_INDEX = 2 * 1024 * 1024
MARGIN = 24 * 1024 * 1024  # tags, and wider positions in an index of the largest size, together add less
_SEEK, _SEEK_ID, _SEEK_POSITION = 0x4DBB, 0x53AB, 0x53AC
_CUE_POINT, _CUE_TRACK, _CUE_REFERENCE = 0xBB, 0xB7, 0xDB
_POSITIONS = {0xF1, 0xEA, 0x97}  # CueClusterPosition, CueCodecState, CueRefCluster
_POSITION = 0xA7
_CLUSTER_HEAD = {CRC32, 0xE7, 0xAB, _POSITION}  # and Timestamp, PrevSize: what stands in front of the blocks
_ID = 4  # bytes of the ids of both kinds of index
Place = Callable[[int], int]


def read_index(file: EbmlFile, index: Element) -> bytes:
    """The content of a SeekHead or Cues.

    Raises:
        MediaError: media.metadata_too_large, media.truncated.
    """
    if index.length > MAX_INDEX:
        raise media_error("media.metadata_too_large")
    return file.take(index.body, index.length)


def seek_head(file: EbmlFile, index: Element, place: Callable[[Moves], tuple[Place, int]]) -> Layout:
    """A SeekHead without entries for old Tags, with one for the new.

    Args:
        file: the file.
        index: the old SeekHead.
        place: given the moves of the new file, how positions map and where the new Tags stand.
    """
    entries = [
        {n: body for n, body, _ in unpacked(seek)}
        for number, seek, _ in unpacked(read_index(file, index))
        if number == _SEEK
    ]
    kept = [
        (one[_SEEK_ID], int.from_bytes(one[_SEEK_POSITION], "big"), len(one[_SEEK_POSITION]))
        for one in entries
        if _SEEK_ID in one
        and len(one.get(_SEEK_POSITION, bytes(9))) <= 8
        and int.from_bytes(one[_SEEK_ID], "big") != TAGS
    ]
    width = _wide(file.size, 1)

    def build(map_to: Place, tags: int) -> bytes:
        rows = [
            element(_SEEK, element(_SEEK_ID, number), coded(_SEEK_POSITION, map_to(at), _wide(at, wide)))
            for number, at, wide in kept
        ]
        rows.append(element(_SEEK, element(_SEEK_ID, TAGS.to_bytes(4, "big")), coded(_SEEK_POSITION, tags, width)))
        return element(SEEK_HEAD, *rows)

    def make(moves: Moves) -> Iterator[bytes]:
        yield build(*place(moves))[_ID:]

    layout = Layout()
    layout.copy(index.start, index.start + _ID)  # so that what points at this index finds it
    layout.late(len(build(lambda at: at, 0)) - _ID, make)
    return layout


def cues(file: EbmlFile, index: Element, place: Callable[[Moves], tuple[Place, int]]) -> Layout:
    """Cues for the new positions of the clusters."""
    data = read_index(file, index)

    def make(moves: Moves) -> Iterator[bytes]:
        yield element(CUES, _moved(data, place(moves)[0]))[_ID:]

    layout = Layout()
    layout.copy(index.start, index.start + _ID)
    layout.late(len(element(CUES, _moved(data, lambda at: at))) - _ID, make)
    return layout


def _moved(data: bytes, map_to: Place) -> bytes:
    parts = []
    for number, body, whole in unpacked(data):
        if number in {_CUE_POINT, _CUE_TRACK, _CUE_REFERENCE}:
            parts.append(element(number, _moved(body, map_to)))
        elif number in _POSITIONS and len(body) <= 8:
            at = int.from_bytes(body, "big")
            parts.append(coded(number, map_to(at), _wide(at, len(body))))
        elif number != CRC32:
            parts.append(whole)
    return b"".join(parts)


def _wide(at: int, wide: int) -> int:
    """Bytes for a position that may grow by MARGIN; the same whatever it will be, so lengths are known beforehand."""
    return min(8, max(wide, ((at + MARGIN).bit_length() + 7) // 8))


def cluster(file: EbmlFile, one: Element, place: Callable[[Moves], tuple[Place, int]]) -> Layout:
    """A Cluster as it is; a Position in it (some muxers write one) is corrected, a checksum that covered it voided."""
    head = file.peek(one.body, min(64, one.length))
    layout = Layout()
    start, at, checksum = one.start, 0, -1
    while at + 12 < len(head) and head[at] in _CLUSTER_HEAD:
        size, wide = vint(head, at + 1, 8)
        body = at + 1 + wide
        if size > 8 or body + size > len(head):
            break
        if head[at] == CRC32:
            checksum = at
        elif head[at] == _POSITION and size:
            if checksum >= 0:
                layout.copy(start, one.body + checksum)
                layout.fresh(b"\xec")  # the checksum becomes a Void of the same size
                start = one.body + checksum + 1
            layout.copy(start, one.body + at)
            layout.late(1 + wide + size, _position(int.from_bytes(head[body : body + size], "big"), wide, size, place))
            start = one.body + body + size
        at = body + size
    layout.copy(start, one.end)
    return layout


def _position(
    old: int, wide: int, size: int, place: Callable[[Moves], tuple[Place, int]]
) -> Callable[[Moves], Iterator[bytes]]:
    def make(moves: Moves) -> Iterator[bytes]:
        new = place(moves)[0](old) if old else 0  # 0 is what live streams write
        fits = 0 <= new < 1 << 8 * size
        yield (
            bytes([_POSITION if fits else VOID]) + size_of(size, wide=wide) + (new if fits else 0).to_bytes(size, "big")
        )

    return make
