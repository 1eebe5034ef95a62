"""A TIFF file written page by page: strips as they come, then the directory that points at them (TIFF 6.0)."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, tiff
from media_jobs.labelling.metadata.tiff import Page, Tiff
from media_jobs.labelling.pictures import described

# What describes a page and stays true: kind of page, names, make, model, orientation, resolution, software, date,
# artist, transfer function, white point, primaries, copyright, colour profile.
_KEPT = {254, 269, 270, 271, 272, 274, 282, 283, 285, 296, 297, 301, 305, 306, 315, 318, 319, 33432, 34675}
_TEXTS = {269, 270, 271, 272, 285, 305, 306, 315, 33432}
_MAX_TEXT = 8000
_SIZES = tiff.SIZES


@dataclass(frozen=True)
class Row:
    """One field: tag, type, number of values, their bytes in the file's order."""

    tag: int
    kind: int
    count: int
    value: bytes


class Writer:
    """Pages one after the other.

    Args:
        file: opened for writing, empty.
        little: byte order.
    """

    def __init__(self, file: IO[bytes], *, little: bool) -> None:
        self._file = file
        self._little = little
        self._link = 4  # where the offset of the next directory has to be written
        file.write((b"II*\0" if little else b"MM\0*") + bytes(4))

    def number(self, value: int, length: int) -> bytes:
        """An unsigned integer in the file's byte order."""
        return value.to_bytes(length, "little" if self._little else "big")

    def row(self, tag: int, kind: int, values: list[int]) -> Row:
        """A field of integers."""
        return Row(tag, kind, len(values), b"".join(self.number(value, _SIZES[kind]) for value in values))

    def packed_pixels(self, part: Any, *, plain: bool) -> bytes:
        """A strip's bytes: as they are, or horizontally differenced and deflated."""
        order = "<" if self._little else ">"
        if not plain:
            part = part.copy()
            part[:, 1:] -= part[:, :-1].copy()
        raw = np.ascontiguousarray(part).astype(part.dtype.newbyteorder(order), copy=False).tobytes()
        return raw if plain else zlib.compress(raw, 4)

    def page(
        self, rows: list[Row], parts: Iterable[bytes], *, tiles: bool = False, sub: list[Row] | None = None
    ) -> None:
        """Write the strips or tiles of a page, then its directory.

        Args:
            rows: all fields but those that say where the parts are.
            parts: the bytes of each.
            tiles: parts are tiles.
            sub: the fields of its EXIF directory.

        Raises:
            MediaError: media.too_many_bytes (classic TIFF ends at 4 GiB).
        """
        places, sizes = [], []
        for part in parts:
            self._align()
            places.append(self._at())
            sizes.append(len(part))
            self._file.write(part)
        starts, lengths = (tiff.TILES, tiff.TILE_SIZES) if tiles else (tiff.STRIPS, tiff.STRIP_SIZES)
        rows = [row for row in rows if row.tag not in {starts, lengths}]
        rows += [self.row(starts, 4, places), self.row(lengths, 4, sizes)]
        if sub:
            rows.append(self.row(tiff.EXIF_IFD, 4, [self._directory(sub)]))
        at = self._directory(rows)
        end = self._at()
        self._file.seek(self._link)
        self._file.write(self.number(at, 4))
        self._file.seek(end)
        self._link = at + 2 + 12 * len(rows)

    def close(self) -> None:
        """Leave the file whole; nothing is buffered here."""
        self._file.flush()

    def _at(self) -> int:
        place = self._file.tell()
        if place >= (1 << 32) - (1 << 20):
            raise media_error("media.too_many_bytes", bytes=place, max_bytes=(1 << 32) - 1)
        return place

    def _align(self) -> None:
        self._file.write(b"\0" * (self._at() % 2))

    def _directory(self, rows: list[Row]) -> int:
        """Long values, then the directory; where it stands."""
        heads = []
        for row in sorted(rows, key=lambda row: row.tag):
            head = self.number(row.tag, 2) + self.number(row.kind, 2) + self.number(row.count, 4)
            if len(row.value) <= 4:
                heads.append(head + row.value.ljust(4, b"\0"))
                continue
            self._align()
            heads.append(head + self.number(self._at(), 4))
            self._file.write(row.value)
        self._align()
        at = self._at()
        self._file.write(self.number(len(heads), 2) + b"".join(heads) + bytes(4))
        return at


def kept_rows(view: Tiff, page: Page, notes: list[str]) -> list[Row]:
    """The fields of a page that a released file may carry, XMP among them as xmp.cleaned leaves it."""
    rows = []
    for tag in sorted(_KEPT & set(page.fields)):
        field = page.fields[tag]
        value = bytes(view.data[field.start : field.end])
        if tag in _TEXTS and (len(value) > _MAX_TEXT or b"ContentProducer" in value):
            continue
        rows.append(Row(tag, field.kind, field.count, value))
    packet = view.bytes_of(page, tiff.XMP)
    cleaned = None if packet is None else described.released(bytes(packet), notes)
    if cleaned is not None:
        rows.append(Row(tiff.XMP, 7, len(cleaned), cleaned))
    return rows


def kept_exif(view: Tiff, page: Page) -> list[Row]:
    """The fields of a page's EXIF directory that a released file may carry."""
    for at in view.numbers(page, tiff.EXIF_IFD)[:1]:
        rows = []
        for field in view.directory(at).fields.values():
            value = bytes(view.data[field.start : field.end])
            if exif.may_stay(field.tag, value) and field.kind in _SIZES:
                rows.append(Row(field.tag, field.kind, field.count, value))
        return rows
    return []
