"""EXIF as raw bytes: read the few fields that matter, and write anew only what may stay."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling.metadata.buffer import Buffer

MAKE, MODEL, ORIENTATION, EXIF_IFD, USER_COMMENT, EXPOSURE_TIME = 0x010F, 0x0110, 0x0112, 0x8769, 0x9286, 0x829A
_IMAGE_DESCRIPTION, _SOFTWARE, _ARTIST, _COPYRIGHT = 0x010E, 0x0131, 0x013B, 0x8298
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MAX_ENTRIES = 1000
# What describes the picture stays. Everything else goes: positions, owners' names and serial numbers are personal data
# that a released file would spread (PIPL Art. 6); thumbnails and maker notes may hold the picture without its label.
_KEPT: dict[int, set[int]] = {
    0: {
        _IMAGE_DESCRIPTION, MAKE, MODEL, ORIENTATION, 0x011A, 0x011B, 0x0128, _SOFTWARE, 0x0132, _ARTIST, _COPYRIGHT,
    },
    2: {
        EXPOSURE_TIME, 0x829D, 0x8822, 0x8827, 0x8830, 0x9000, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9201, 0x9202,
        0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920A, USER_COMMENT, 0x9290, 0x9291, 0x9292, 0xA000,
        0xA001, 0xA002, 0xA003, 0xA402, 0xA403, 0xA404, 0xA405, 0xA406, 0xA407, 0xA408, 0xA409, 0xA40A, 0xA432, 0xA433,
        0xA434, 0xA460,
    },
}  # fmt: skip
# Longest values kept, bytes: all together fit a JPEG segment (65,533) whatever a file claims.
_MAX_VALUE, _MAX_COMMENT = 1000, 8000


@dataclass(frozen=True)
class Entry:
    """One field: its tag, its type by the specification, where its value's bytes lie in the block, its directory."""

    tag: int
    kind: int
    start: int
    length: int
    ifd: int


class Exif:
    """A view on an EXIF block; damaged parts are passed over, never raised."""

    def __init__(self, block: Buffer) -> None:
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
                    yield Entry(tag, kind, value_at, length, ifd)
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


def without_label(block: bytes) -> bytes | None:
    """The block, byte for byte, with an AIGC label in UserComment blanked; None when there is none to blank."""
    out = bytearray(block)
    for entry in Exif(block).entries:
        if entry.tag == USER_COMMENT and _is_label(block, entry) and entry.length > 8:
            out[entry.start + 8 : entry.start + entry.length] = b" " * (entry.length - 8)
    return bytes(out) if bytes(out) != block else None


def cleaned(block: bytes) -> bytes:
    """A fresh block with the fields that describe the picture; b"" when there are none.

    Nothing else is carried over, not even hidden between the fields: no position, no owner, no maker notes, no
    thumbnail (it would show the picture unlabelled), no AIGC label in UserComment.
    """
    view = Exif(block)
    kept: dict[int, dict[int, Entry]] = {0: {}, 2: {}}
    for entry in view.entries:
        if entry.tag in _KEPT.get(entry.ifd, ()) and _may_stay(block, entry):
            kept[entry.ifd].setdefault(entry.tag, entry)
    if not kept[0] and not kept[2]:
        return b""
    order = view.order
    first = _directory(block, list(kept[0].values()), at=8, order=order, link=None)
    if kept[2]:
        second = _directory(block, list(kept[2].values()), at=8 + len(first) + 12, order=order, link=None)
        first = _directory(block, list(kept[0].values()), at=8, order=order, link=8 + len(first) + 12) + second
    return block[:4] + _bytes(8, 4, order) + first


def may_stay(tag: int, value: bytes) -> bool:
    """True for a field of the EXIF directory that a released file may carry."""
    return tag in _KEPT[2] and _fits(tag, value)


def _may_stay(block: bytes, entry: Entry) -> bool:
    return _fits(entry.tag, block[entry.start : entry.start + entry.length])


def _fits(tag: int, value: bytes) -> bool:
    if tag == USER_COMMENT:
        return len(value) <= _MAX_COMMENT and b"ContentProducer" not in value.replace(b"\0", b"")
    return len(value) <= _MAX_VALUE


def _is_label(block: bytes, entry: Entry) -> bool:
    return b"ContentProducer" in block[entry.start : entry.start + entry.length].replace(b"\0", b"")


def _bytes(value: int, length: int, order: str) -> bytes:
    return value.to_bytes(length, "little" if order == "little" else "big")


def _directory(block: bytes, entries: list[Entry], *, at: int, order: str, link: int | None) -> bytes:
    """One directory and its longer values, as it stands at offset `at`; with a link to the EXIF directory if asked."""
    rows = [(e.tag, e.kind, e.length // _SIZES[e.kind], block[e.start : e.start + e.length]) for e in entries]
    if link is not None:
        rows.append((EXIF_IFD, 4, 1, _bytes(link, 4, order)))
    head, values = _bytes(len(rows), 2, order), b""
    after = at + 2 + 12 * len(rows) + 4
    for tag, kind, count, value in sorted(rows):
        head += _bytes(tag, 2, order) + _bytes(kind, 2, order) + _bytes(count, 4, order)
        if len(value) <= 4:
            head += value.ljust(4, b"\0")
        else:
            head += _bytes(after + len(values), 4, order)
            values += value + b"\0" * (len(value) % 2)
    return head + bytes(4) + values


def with_orientation(block: bytes, value: int) -> bytes:
    """The block with its orientation set, where it has one."""
    for entry in Exif(block).entries:
        if entry.tag == ORIENTATION and entry.ifd == 0 and entry.length >= 2:
            order = Exif(block).order
            return block[: entry.start] + _bytes(value, 2, order) + block[entry.start + 2 :]
    return block
