"""EXIF as raw bytes: read the few fields that matter, blank what must not stay, without rebuilding the block."""

from collections.abc import Iterator
from dataclasses import dataclass

MAKE, MODEL, ORIENTATION, EXIF_IFD, USER_COMMENT, EXPOSURE_TIME = 0x010F, 0x0110, 0x0112, 0x8769, 0x9286, 0x829A
_THUMBNAIL_START, _THUMBNAIL_LENGTH = 0x0201, 0x0202
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MAX_ENTRIES = 1000


@dataclass(frozen=True)
class Entry:
    """One field: its tag, where its value's bytes lie in the block, and the block's byte order."""

    tag: int
    start: int
    length: int
    order: str
    ifd: int


class Exif:
    """A view on an EXIF block; damaged parts are passed over, never raised."""

    def __init__(self, block: bytes) -> None:
        self.block = block
        self.order = {b"II*\0": "little", b"MM\0*": "big"}.get(block[:4], "")
        self.entries = list(self._walk()) if self.order else []

    def _number(self, start: int, length: int) -> int:
        return int.from_bytes(self.block[start : start + length], "little" if self.order == "little" else "big")

    def _walk(self) -> Iterator[Entry]:
        """The fields of IFD 0, the EXIF IFD (named 2) and IFD 1 (the thumbnail)."""
        first = self._number(4, 4)
        waiting, seen = [(first, 0)], set()
        while waiting:
            start, ifd = waiting.pop(0)
            if start in seen or start < 8 or start + 2 > len(self.block):
                continue
            seen.add(start)
            count = min(self._number(start, 2), _MAX_ENTRIES)
            for index in range(count):
                at = start + 2 + 12 * index
                if at + 12 > len(self.block):
                    break
                tag, kind, values = self._number(at, 2), self._number(at + 2, 2), self._number(at + 4, 4)
                length = _SIZES.get(kind, 0) * values
                value_at = at + 8 if length <= 4 else self._number(at + 8, 4)
                if length and value_at + length <= len(self.block):
                    yield Entry(tag, value_at, length, self.order, ifd)
                    if tag == EXIF_IFD and ifd == 0:
                        waiting.append((self._number(value_at, 4), 2))
            after = start + 2 + 12 * count
            if ifd == 0 and after + 4 <= len(self.block):
                waiting.append((self._number(after, 4), 1))

    def bytes_of(self, tag: int, *, ifd: int) -> bytes | None:
        """The raw value of a field, or None."""
        for entry in self.entries:
            if entry.tag == tag and entry.ifd == ifd:
                return self.block[entry.start : entry.start + entry.length]
        return None

    @property
    def orientation(self) -> int:
        """1 to 8 (EXIF 0x0112); 1 when absent or senseless."""
        raw = self.bytes_of(ORIENTATION, ifd=0)
        value = 1 if raw is None else int.from_bytes(raw[:2], "little" if self.order == "little" else "big")
        return value if 1 <= value <= 8 else 1

    @property
    def from_camera(self) -> bool:
        """True when the block names a maker or model and an exposure time, as cameras write them."""
        named = self.bytes_of(MAKE, ifd=0) or self.bytes_of(MODEL, ifd=0)
        return bool(named and named.strip(b"\0 ")) and self.bytes_of(EXPOSURE_TIME, ifd=2) is not None

    @property
    def user_comment(self) -> bytes | None:
        """UserComment without its 8-byte character code, or None."""
        raw = self.bytes_of(USER_COMMENT, ifd=2)
        return None if raw is None or len(raw) < 8 else raw[8:]


def cleaned(block: bytes) -> bytes:
    """The block without thumbnail (it would show the picture unlabelled) and without an AIGC label in UserComment.

    The bytes are blanked in place, so that no offset moves and maker notes stay valid.
    """
    view = Exif(block)
    out = bytearray(block)
    start = view.bytes_of(_THUMBNAIL_START, ifd=1)
    length = view.bytes_of(_THUMBNAIL_LENGTH, ifd=1)
    order: str = view.order
    if start is not None and length is not None:
        begin = int.from_bytes(start, "little" if order == "little" else "big")
        size = int.from_bytes(length, "little" if order == "little" else "big")
        if begin + size <= len(out):
            out[begin : begin + size] = bytes(size)
    if view.order:
        _unlink_thumbnail(out, view.order)
    for entry in view.entries:
        if entry.tag == USER_COMMENT and b"ContentProducer" in block[entry.start : entry.start + entry.length]:
            out[entry.start : entry.start + entry.length] = b"ASCII\0\0\0".ljust(entry.length, b"\0")[: entry.length]
    return bytes(out)


def _unlink_thumbnail(block: bytearray, order: str) -> None:
    """Set IFD 0's link to the next directory to none."""
    byteorder = "little" if order == "little" else "big"
    first = int.from_bytes(block[4:8], "little" if byteorder == "little" else "big")
    count = int.from_bytes(block[first : first + 2], "little" if byteorder == "little" else "big")
    link = first + 2 + 12 * count
    if first >= 8 and link + 4 <= len(block):
        block[link : link + 4] = bytes(4)
