"""What names positions in a Matroska file (SeekHead, Cues, Position of a Cluster), written anew for a new layout.

Positions count from the start of the Segment's content (RFC 9559, 16).
"""

from collections.abc import Callable, Iterator

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.ebml import CRC32, CUES, SEEK_HEAD, TAGS, EbmlFile, Element, element, unpacked
from media_jobs.labelling.metadata.ebml import unsigned as coded
from media_jobs.labelling.metadata.layout import Layout, Moves

MAX_INDEX = 4 * 1024 * 1024
MARGIN = 24 * 1024 * 1024  # tags, and wider positions in an index of the largest size, together add less
_SEEK, _SEEK_ID, _SEEK_POSITION = 0x4DBB, 0x53AB, 0x53AC
_CUE_POINT, _CUE_TRACK, _CUE_REFERENCE = 0xBB, 0xB7, 0xDB
_POSITIONS = {0xF1, 0xEA, 0x97}  # CueClusterPosition, CueCodecState, CueRefCluster
_POSITION = 0xA7
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
    """A Cluster as it is; a Position in it (old muxers write one) is corrected, a checksum that covered it voided."""
    head = file.peek(one.body, min(40, one.length))
    crc, at = False, 0
    layout = Layout()
    start = one.start
    while at + 2 < len(head):
        number, size = head[at], head[at + 1] & 0x7F
        if (
            number not in {CRC32, 0xE7, 0xAB, _POSITION}
            or not head[at + 1] & 0x80
            or size > 8
            or at + 2 + size > len(head)
        ):
            break
        crc = crc or number == CRC32
        if number == _POSITION and size:
            if crc:
                layout.copy(start, one.body)
                layout.fresh(b"\xec")
                start = one.body + 1
            layout.copy(start, one.body + at)
            layout.late(2 + size, _position(int.from_bytes(head[at + 2 : at + 2 + size], "big"), size, place))
            start = one.body + at + 2 + size
        at += 2 + size
    layout.copy(start, one.end)
    return layout


def _position(old: int, size: int, place: Callable[[Moves], tuple[Place, int]]) -> Callable[[Moves], Iterator[bytes]]:
    def make(moves: Moves) -> Iterator[bytes]:
        new = place(moves)[0](old) if old else 0  # 0 is what live streams write
        fits = new < 1 << 8 * size
        yield coded(_POSITION, new, size) if fits else bytes([0xEC, 0x80 | size]) + bytes(size)

    return make
