"""Items of HEIF (ISO/IEC 14496-12, 8.11): what there is (`iinf`), where it is (`iloc`), how it is linked (`iref`)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.bmff_boxes import Box, BoxFile, boxed
from media_jobs.labelling.metadata.layout import Layout, Moves

XMP_TYPE = b"application/rdf+xml"
_MAX_TABLE = 8 * 1024 * 1024
_MAX_ENTRY = 4096
MAX_ITEMS = 65_536  # in all their extents together


class _Numbers:
    """Big-endian numbers, one after the other; media.damaged at the end of the data."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def next(self, wide: int) -> int:
        self.at += wide
        if self.at > len(self.data):
            raise media_error("media.damaged")
        return int.from_bytes(self.data[self.at - wide : self.at], "big")


def table(file: BoxFile, box: Box) -> bytes:
    """The content of a box of bounded size.

    Raises:
        MediaError: media.damaged.
    """
    if not 4 <= box.length <= _MAX_TABLE:
        raise media_error("media.damaged")
    return file.take(box.body, box.length)


@dataclass(frozen=True)
class Item:
    """One item: number, type ("hvc1", "Exif", "mime"), media type and encoding ("", "deflate") of "mime" items."""

    number: int
    kind: bytes
    media_type: bytes = b""
    encoding: bytes = b""

    @property
    def is_xmp(self) -> bool:
        """An XMP packet."""
        return self.kind == b"mime" and self.media_type.lower() == XMP_TYPE

    @property
    def is_picture(self) -> bool:
        """Coded pixels, or how to put them together: no metadata."""
        return self.kind not in {b"mime", b"Exif", b"uri "}


def items(file: BoxFile, iinf: Box) -> list[Item]:
    """The items that `iinf` lists.

    Raises:
        MediaError: media.damaged.
    """
    head = table(file, iinf)
    start = iinf.body + (6 if head[0] == 0 else 8)
    found = []
    for infe in file.inside(start, iinf.end):
        if infe.kind == b"infe":
            found.append(_item(file.take(infe.body, min(infe.length, _MAX_ENTRY))))
        if len(found) > MAX_ITEMS:
            raise media_error("media.damaged")
    return found


def _item(data: bytes) -> Item:
    version = data[0] if data else 0
    if version < 2:  # older than HEIF: a number, a protection, a name, a media type
        _, _, rest = data[8:].partition(b"\0")
        return Item(int.from_bytes(data[4:6], "big"), b"mime", *_strings(rest))
    wide = 2 if version == 2 else 4
    number, kind = int.from_bytes(data[4 : 4 + wide], "big"), data[6 + wide : 10 + wide]
    _, _, rest = data[10 + wide :].partition(b"\0")
    return Item(number, kind, *_strings(rest)) if kind == b"mime" else Item(number, kind)


def _strings(data: bytes) -> tuple[bytes, bytes]:
    """Media type and encoding."""
    media_type, _, rest = data.partition(b"\0")
    return media_type, rest.partition(b"\0")[0].lower()


def decoded(data: bytes, encoding: bytes, longest: int) -> bytes:
    """An item's bytes as they are meant.

    Args:
        data: as they stand in the file.
        encoding: of HTTP: "", "deflate", "gzip".
        longest: bytes that may come out.

    Raises:
        MediaError: media.damaged, also for encodings that we do not know; media.metadata_too_large.
    """
    if not encoding:
        return data
    if encoding not in {b"deflate", b"gzip"}:
        raise media_error("media.damaged")
    inflating = zlib.decompressobj(47 if data[:1] in {b"\x1f", b"\x78"} else -15)
    try:
        out = inflating.decompress(data, longest)
    except zlib.error:
        raise media_error("media.damaged") from None
    if inflating.unconsumed_tail:
        raise media_error("media.metadata_too_large")
    return out


def with_packets(file: BoxFile, iinf: Box, packets: list[int]) -> bytes:
    """`iinf` in which these numbers are XMP items without encoding; those that are missing come last."""
    head = table(file, iinf)
    wide = 2 if head[0] == 0 else 4
    start = iinf.body + 4 + wide
    entries, missing, at = [], list(packets), start
    for infe in file.inside(start, iinf.end):
        at = infe.end
        one = _item(file.take(infe.body, min(infe.length, _MAX_ENTRY))) if infe.kind == b"infe" else Item(0, b"")
        listed = one.is_xmp and one.number in missing
        if listed:
            missing.remove(one.number)
        entries.append(_entry(one.number) if listed and one.encoding else file.take(infe.start, infe.end - infe.start))
    entries.append(file.take(at, iinf.end - at))
    entries += [_entry(number) for number in missing]
    count = int.from_bytes(head[4 : 4 + wide], "big") + len(missing)
    if count >= 1 << 8 * wide:
        raise media_error("media.metadata_too_large")
    return boxed(b"iinf", head[:4], count.to_bytes(wide, "big"), *entries)


def _entry(number: int) -> bytes:
    version, wide = (2, 2) if number <= 0xFFFF else (3, 4)
    return boxed(
        b"infe", bytes([version, 0, 0, 1]), number.to_bytes(wide, "big"), bytes(2), b"mime", b"\0", XMP_TYPE, b"\0\0"
    )


@dataclass
class Location:
    """Where one item stands: construction 0 in the file, 1 in `idat`, 2 in another item; extents as (index, offset,
    length), offsets from `base`."""

    item: int
    construction: int
    reference: int
    base: int
    extents: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass
class Locations:
    """An `iloc` box: version, widths of offset, length, base and index in bytes, entries."""

    version: int
    widths: tuple[int, int, int, int]
    entries: list[Location]

    @classmethod
    def read(cls, file: BoxFile, box: Box, *, wide: bool) -> "Locations":
        """The box; positions get eight bytes where `wide`.

        Raises:
            MediaError: media.damaged.
        """
        numbers = _Numbers(table(file, box))
        version = numbers.next(4) >> 24
        if version > 2:
            raise media_error("media.damaged")
        sizes = numbers.next(2)
        offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
        index = index if version else 0
        if not {offset, length, base, index} <= {0, 4, 8}:
            raise media_error("media.damaged")
        entries, left = [], MAX_ITEMS
        for _ in range(numbers.next(2 if version < 2 else 4)):
            item = numbers.next(2 if version < 2 else 4)
            construction = numbers.next(2) & 15 if version else 0
            one = Location(item, construction, numbers.next(2), numbers.next(base))
            for _ in range(numbers.next(2)):
                left -= 1
                if left < 0:
                    raise media_error("media.damaged")
                one.extents.append((numbers.next(index), numbers.next(offset), numbers.next(length)))
            left -= 1
            if left < 0:
                raise media_error("media.damaged")
            if length == 0 and construction == 0 and not one.reference:  # up to the end of the file
                one.extents = [(i, at, max(0, file.size - one.base - at)) for i, at, _ in one.extents]
            entries.append(one)
        longest = max((size for one in entries for _, _, size in one.extents), default=0)
        return cls(
            version,
            (8 if wide or offset == 8 else 4, 8 if length == 8 or longest > 0xFFFFFFFF else 4, base, index),
            entries,
        )

    def of(self, item: int) -> Location | None:
        """The place of one item."""
        return next((one for one in self.entries if one.item == item), None)

    def put(self, item: int) -> "Location":
        """A fresh place in the file for one item, instead of any older: one extent, empty as yet."""
        self.entries = [one for one in self.entries if one.item != item]
        if item > 0xFFFF:
            self.version = 2
        made = Location(item, 0, 0, 0, [(0, 0, 0)])
        self.entries.append(made)
        return made

    def layout(self, fresh: dict[int, tuple[int, int]] | None = None) -> Layout:
        """The box. Items in `fresh` stand at (position in the new file, length); the dict is read when writing."""

        def make(moves: Moves) -> Iterator[bytes]:
            yield self._encoded(moves, fresh or {})

        layout = Layout()
        layout.late(len(self._encoded(None, {})), make)
        return layout

    def _encoded(self, moves: Moves | None, fresh: dict[int, tuple[int, int]]) -> bytes:
        offset, length, base, index = self.widths
        index = index if self.version else 0
        wide = 2 if self.version < 2 else 4
        if all(one.construction == 0 and not one.reference for one in self.entries):
            base = 0  # every base is 0 then, and C2PA's library shifts offsets twice where room for one is left
        out = bytearray([self.version, 0, 0, 0, offset << 4 | length, base << 4 | index])
        out += _put(len(self.entries), wide)
        for one in self.entries:
            moving = one.construction == 0 and not one.reference
            out += _put(one.item, wide)
            if self.version:
                out += _put(one.construction, 2)
            out += _put(one.reference, 2) + _put(0 if moving else one.base, base) + _put(len(one.extents), 2)
            for number, at, size in one.extents:
                stands, long = at, size
                if one.item in fresh:
                    stands, long = fresh[one.item]
                elif moving and moves is not None:
                    stands = moves(one.base + at)
                out += _put(number, index) + _put(stands if moves else 0, offset) + _put(long, length)
        return boxed(b"iloc", bytes(out))


def _put(value: int, wide: int) -> bytes:
    if value >= 1 << (8 * wide):
        if wide == 0:
            return b""
        raise media_error("media.metadata_too_large")
    return value.to_bytes(wide, "big")


def references(file: BoxFile, iref: Box) -> list[tuple[bytes, int, list[int]]]:
    """The references of `iref`: (type, from, to).

    Raises:
        MediaError: media.damaged.
    """
    wide = 2 if table(file, iref)[0] == 0 else 4
    found = []
    for box in file.inside(iref.body + 4, iref.end):
        numbers = _Numbers(file.take(box.body, box.length))
        source = numbers.next(wide)
        found.append((box.kind, source, [numbers.next(wide) for _ in range(numbers.next(2))]))
    return found


def iref_box(found: list[tuple[bytes, int, list[int]]], *, wide: bool) -> bytes:
    """An `iref` with these references; numbers of four bytes where `wide` or one needs them."""
    size = 4 if wide or any(number > 0xFFFF for _, source, to in found for number in (source, *to)) else 2
    rows = [
        boxed(
            kind, source.to_bytes(size, "big"), len(to).to_bytes(2, "big"), *(one.to_bytes(size, "big") for one in to)
        )
        for kind, source, to in found
    ]
    return boxed(b"iref", bytes([0 if size == 2 else 1, 0, 0, 0]), *rows)
