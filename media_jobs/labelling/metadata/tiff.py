"""TIFF: walk the pages, read and replace the XMP packet in tag 700 of the first (TIFF 6.0, XMP part 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import buffer, xmp
from media_jobs.labelling.metadata.buffer import Buffer, Piece
from media_jobs.labelling.metadata.stills import claims_in

PLACE = "tiff.ifd0.xmp"
XMP, EXIF_IFD, USER_COMMENT, DESCRIPTION = 700, 0x8769, 0x9286, 270
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
STRIPS, STRIP_SIZES, TILES, TILE_SIZES = 273, 279, 324, 325
# What decides how strips become pixels.
_SHAPE = (256, 257, 258, 259, 262, 266, 277, 278, 284, 317, 320, 322, 323, 338, 339, 347, 530, 532)
_MAX_PAGES = 2000
_MAX_ENTRIES = 1000
_UNDEFINED = 7
_C2PA = 0xCD41


@dataclass(frozen=True)
class Field:
    """One field: tag, type, count, where its value lies, and where its row in the directory."""

    tag: int
    kind: int
    count: int
    start: int
    end: int
    row: int


@dataclass(frozen=True)
class Page:
    """One directory: its first byte, its fields by tag, and where the offset of the next one stands."""

    start: int
    fields: dict[int, Field]
    link: int


class Tiff:
    """A view on a TIFF file.

    Args:
        data: the whole file.

    Raises:
        MediaError: media.truncated, media.damaged.
    """

    def __init__(self, data: Buffer) -> None:
        self.data = data
        self.little = data[:2] == b"II"
        if len(data) < 8:
            raise media_error("media.truncated")
        self.pages = list(self._walk())
        if not self.pages:
            raise media_error("media.damaged", what="TIFF directory")

    def number(self, start: int, length: int) -> int:
        """An unsigned integer in the file's byte order."""
        return int.from_bytes(self.data[start : start + length], "little" if self.little else "big")

    def packed(self, value: int, length: int) -> bytes:
        """The counterpart of number."""
        return value.to_bytes(length, "little" if self.little else "big")

    def _walk(self) -> Iterator[Page]:
        at, seen = self.number(4, 4), set[int]()
        while at:
            if at in seen or len(seen) >= _MAX_PAGES:
                raise media_error("media.damaged", what="TIFF directory")
            seen.add(at)
            page = self.directory(at)
            yield page
            at = self.number(page.link, 4)

    def directory(self, at: int) -> Page:
        """The directory at an offset.

        Raises:
            MediaError: media.truncated, media.damaged.
        """
        if at < 8 or at + 2 > len(self.data):
            raise media_error("media.truncated")
        count = self.number(at, 2)
        link = at + 2 + 12 * count
        if link + 4 > len(self.data):
            raise media_error("media.truncated")
        if not count or count > _MAX_ENTRIES:
            raise media_error("media.damaged", what="TIFF directory")
        fields: dict[int, Field] = {}
        for row in range(at + 2, link, 12):
            tag, kind, values = self.number(row, 2), self.number(row + 2, 2), self.number(row + 4, 4)
            length = SIZES.get(kind, 0) * values
            start = row + 8 if length <= 4 else self.number(row + 8, 4)
            if start + length > len(self.data):
                raise media_error("media.truncated")
            fields.setdefault(tag, Field(tag, kind, values, start, start + length, row))
        return Page(at, fields, link)

    def numbers(self, page: Page, tag: int) -> list[int]:
        """The integers of a field; [] when it is absent or of another type."""
        field = page.fields.get(tag)
        if field is None or field.kind not in {1, 3, 4, 6, 7, 13}:
            return []
        size = SIZES[field.kind]
        return [self.number(at, size) for at in range(field.start, field.end, size)]

    def bytes_of(self, page: Page, tag: int) -> bytes | None:
        """The raw value of a field, or None."""
        field = page.fields.get(tag)
        return None if field is None else self.data[field.start : field.end]

    def raster(self, page: Page) -> list[tuple[int, int]]:
        """(start, end) of the strips or tiles.

        Raises:
            MediaError: media.truncated, media.damaged.
        """
        starts, sizes = self.numbers(page, STRIPS), self.numbers(page, STRIP_SIZES)
        if TILES in page.fields:
            starts, sizes = self.numbers(page, TILES), self.numbers(page, TILE_SIZES)
        if not starts or len(starts) != len(sizes):
            raise media_error("media.damaged", what="TIFF strips")
        spans = [(start, start + size) for start, size in zip(starts, sizes, strict=True)]
        if max(end for _, end in spans) > len(self.data):
            raise media_error("media.truncated")
        return spans

    def comments(self) -> Iterator[Field]:
        """Fields that may hold a label besides XMP: ImageDescription, and UserComment of the EXIF directory."""
        for page in self.pages:
            if DESCRIPTION in page.fields:
                yield page.fields[DESCRIPTION]
            for at in self.numbers(page, EXIF_IFD)[:1]:
                try:
                    inner = self.directory(at)
                except MediaError:
                    continue
                if USER_COMMENT in inner.fields:
                    yield inner.fields[USER_COMMENT]


def _label_comments(tiff: Tiff) -> list[Field]:
    return [
        field
        for field in tiff.comments()
        if b"ContentProducer" in tiff.data[field.start : field.end].replace(b"\0", b"")
    ]


class TiffCarrier:
    """See Carrier."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        data = buffer.mapped(path)
        found = Found()
        try:
            tiff = Tiff(data)
            for number, page in enumerate(tiff.pages):
                place = PLACE if number == 0 else f"tiff.ifd{number}.xmp"
                packet = tiff.bytes_of(page, XMP)
                found.c2pa = found.c2pa or _C2PA in page.fields
                if packet is not None:
                    found.claims += [Claim(place, text) for text in claims_in(packet)]
                    found.source_types += xmp.source_types(packet)
            for field in _label_comments(tiff):
                text = data[field.start : field.end].replace(b"\0", b"").removeprefix(b"ASCII")
                place = "exif.user_comment" if field.tag == USER_COMMENT else "tiff.description"
                found.claims.append(Claim(place, text.decode("utf-8", "replace"), "comment"))
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        data = buffer.mapped(source)
        tiff = Tiff(data)
        packet = tiff.bytes_of(tiff.pages[0], XMP)
        fresh = xmp.merged(packet, label_json=marks.label.to_json(), source_type=marks.source_type)
        buffer.write(target, source, pieces(tiff, fresh))

    def content(self, path: Path) -> Content:
        """See Carrier.content: the fields that shape every page, then all strips or tiles in order."""
        data = buffer.mapped(path)
        tiff, shape, parts = Tiff(data), bytearray(), list[tuple[int, int]]()
        for page in tiff.pages:
            for tag in _SHAPE:
                field = page.fields.get(tag)
                if field is not None:
                    shape += tag.to_bytes(2, "big") + field.count.to_bytes(4, "big") + data[field.start : field.end]
            parts += tiff.raster(page)
        return Content("tiff-coded-v1", buffer.digest(path, parts, first=bytes(shape)))


def pieces(tiff: Tiff, packet: bytes) -> list[Piece]:
    """What the same file with `packet` as its only XMP and only label consists of.

    The packet and a new first directory are appended, and the header points there; nothing else moves. What stood in
    the old packet, in packets of other pages that hold a label, and in comments that do, is blanked where it lies.

    Raises:
        MediaError: media.damaged, media.truncated, media.too_many_bytes.
    """
    data, first = tiff.data, tiff.pages[0]
    blank = [field for page in tiff.pages for field in [page.fields.get(XMP)] if field is not None]
    blank = [f for f in blank if f.row in range(first.start, first.link) or claims_in(data[f.start : f.end])]
    blank += _label_comments(tiff)
    rasters = [span for page in tiff.pages for span in tiff.raster(page)]
    rows = {field.tag: data[field.row : field.row + 12] for field in first.fields.values() if field.tag != XMP}
    at = len(data) + len(data) % 2
    if at + len(packet) + 12 * len(rows) + 100 >= 1 << 32:
        raise media_error("media.too_many_bytes", bytes=at, max_bytes=(1 << 32) - 1)
    rows[XMP] = b"".join(tiff.packed(*value) for value in ((XMP, 2), (_UNDEFINED, 2), (len(packet), 4), (at, 4)))
    directory_at = at + len(packet) + len(packet) % 2
    # the old directory dies, so values that stood inside its rows move with their rows
    directory = tiff.packed(len(rows), 2) + b"".join(rows[tag] for tag in sorted(rows))
    directory += data[first.link : first.link + 4]
    changed: list[tuple[int, int, bytes]] = [(4, 8, tiff.packed(directory_at, 4))]
    changed += [(field.start, field.end, b" " * (field.end - field.start)) for field in blank]
    out: list[Piece] = []
    position = 0
    for start, end, fresh in sorted(changed):
        if start < position or any(start < far and near < end for near, far in rasters):
            raise media_error("media.damaged", what="TIFF fields lie over each other")
        out += [(position, start), fresh]
        position = end
    out += [(position, len(data)), b"\0" * (len(data) % 2)]
    return [*out, packet, b"\0" * (len(packet) % 2), directory]


CARRIERS: dict[str, Carrier] = {"tiff": TiffCarrier()}
