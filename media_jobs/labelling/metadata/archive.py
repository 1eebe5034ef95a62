"""ZIP packages: read the directory with suspicion, copy entries without unpacking them, replace or add a few.

An office document is rewritten entry by entry; what is not replaced keeps its compressed bytes, times and attributes.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import media_error

MAX_ENTRIES = 20_000
MAX_PART = 64 * 1024 * 1024  # bytes of one part that is parsed
MAX_TOTAL = 1024 * 1024 * 1024  # bytes of all parts together when they are hashed
_STORED, _DEFLATED = 0, 8
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_TAIL = 65_535 + _END.size
_CHUNK = 256 * 1024
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000


@dataclass(frozen=True)
class Entry:
    """One entry as the central directory tells it; `data` is where its compressed bytes begin."""

    name: str
    raw_name: bytes
    made_by: int
    needs: int
    flags: int
    method: int
    when: tuple[int, int]
    crc: int
    packed: int
    size: int
    attributes: tuple[int, int]
    extra: bytes
    header: int
    data: int


class Archive:
    """A ZIP file open for reading; a context manager.

    Raises:
        MediaError: text.unsafe_package, text.encrypted, media.truncated, media.damaged, media.unreadable.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError:
            raise media_error("media.unreadable") from None
        try:
            self._length = self._file.seek(0, 2)
            self.entries = {entry.name: entry for entry in self._directory()}
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, name: str, *, most: int = MAX_PART) -> bytes:
        """One part, unpacked and checked.

        Raises:
            MediaError: text.too_much, media.damaged.
        """
        if self.entries[name].size > most:
            raise media_error("text.too_much")
        return b"".join(self.unpacked(self.entries[name]))

    def unpacked(self, entry: Entry) -> Iterator[bytes]:
        """The bytes of a part in pieces; never more than the directory announces.

        Raises:
            MediaError: media.damaged.
        """
        done, crc = 0, 0
        for piece in self._inflated(entry):
            done += len(piece)
            crc = zlib.crc32(piece, crc)
            if done > entry.size:
                raise media_error("media.damaged")
            yield piece
        if done != entry.size or crc != entry.crc:
            raise media_error("media.damaged")

    def copy(self, target: Path, replaced: dict[str, bytes | None]) -> None:
        """Write `target`: every entry as it is, but for those in `replaced` (None leaves one out); new names follow.

        Raises:
            MediaError: media.damaged.
        """
        with target.open("wb") as out:
            central = bytearray()
            count = 0
            fresh = {name: body for name, body in replaced.items() if name not in self.entries and body is not None}
            for name, entry in self.entries.items():
                body = replaced.get(name, b"") if name in replaced else b""
                if body is None:
                    continue
                central += self._put(out, entry, body if name in replaced else None)
                count += 1
            for name, body in fresh.items():
                model = Entry(name, name.encode(), 20, 20, 0, _DEFLATED, (0, 0x21), 0, 0, 0, (0, 0), b"", 0, 0)
                central += self._put(out, model, body)
                count += 1
            start = out.tell()
            out.write(central)
            out.write(_END.pack(b"PK\5\6", 0, 0, count, count, len(central), start, 0))

    def _put(self, out: BinaryIO, entry: Entry, body: bytes | None) -> bytes:
        """Write one entry; with `body` its new content. Returns its row of the central directory."""
        offset = out.tell()
        flags = entry.flags & ~_DESCRIPTOR
        method, crc, packed, size = entry.method, entry.crc, entry.packed, entry.size
        fresh = b""
        if body is not None:
            deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
            fresh = deflate.compress(body) + deflate.flush()
            method, crc, packed, size = _DEFLATED, zlib.crc32(body), len(fresh), len(body)
        head = (entry.needs, flags, method, *entry.when, crc, packed, size, len(entry.raw_name))
        out.write(_LOCAL.pack(b"PK\3\4", *head, 0) + entry.raw_name)
        if body is not None:
            out.write(fresh)
        else:
            for piece in self._raw(entry):
                out.write(piece)
        row = _CENTRAL.pack(b"PK\1\2", entry.made_by, *head, len(entry.extra), 0, 0, *entry.attributes, offset)
        return row + entry.raw_name + entry.extra

    def _raw(self, entry: Entry) -> Iterator[bytes]:
        self._file.seek(entry.data)
        left = entry.packed
        while left:
            piece = self._file.read(min(left, _CHUNK))
            if not piece:
                raise media_error("media.truncated")
            left -= len(piece)
            yield piece

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        if entry.method == _STORED:
            yield from self._raw(entry)
            return
        inflate = zlib.decompressobj(-15)
        try:
            for piece in self._raw(entry):
                data = piece
                while data and not inflate.eof:
                    yield inflate.decompress(data, _CHUNK)
                    data = inflate.unconsumed_tail
            while not inflate.eof:
                rest = inflate.decompress(inflate.unconsumed_tail, _CHUNK)
                if not rest:
                    raise media_error("media.damaged")
                yield rest
        except zlib.error:
            raise media_error("media.damaged") from None

    def _directory(self) -> list[Entry]:
        """The central directory, every entry compared with its local header."""
        self._file.seek(max(0, self._length - _TAIL))
        tail = self._file.read(_TAIL)
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) < at + _END.size:
            raise media_error("media.truncated")
        _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
        end = self._length - len(tail) + at
        if disk or first_disk or here != count or end + _END.size + comment != self._length:
            raise _unsafe("end record")
        if count > MAX_ENTRIES or count == 0xFFFF or offset == 0xFFFFFFFF:
            raise _unsafe("number of entries")
        if offset + size != end:
            raise _unsafe("directory")
        self._file.seek(offset)
        rows = self._file.read(size)
        entries = []
        place = 0
        for _ in range(count):
            if len(rows) < place + _CENTRAL.size:
                raise media_error("media.damaged")
            entry, place = self._entry(rows, place)
            entries.append(entry)
        if place != size:
            raise _unsafe("directory")
        _check_names(entries)
        _check_places(entries, offset)
        return entries

    def _entry(self, rows: bytes, place: int) -> tuple[Entry, int]:
        fields = _CENTRAL.unpack_from(rows, place)
        magic, made_by, needs, flags, method, clock, day, crc, packed, size, n_name, n_extra, n_comment = fields[:13]
        disk, internal, external, header = fields[13:]
        place += _CENTRAL.size
        raw = rows[place : place + n_name]
        extra = rows[place + n_name : place + n_name + n_extra]
        if magic != b"PK\1\2" or len(extra) != n_extra:
            raise media_error("media.damaged")
        if flags & (_ENCRYPTED | _STRONG | _MASKED):
            raise media_error("text.encrypted")
        if method not in {_STORED, _DEFLATED} or disk or 0xFFFFFFFF in (packed, size, header):
            raise _unsafe("compression")
        if method == _STORED and packed != size:
            raise _unsafe("sizes")
        try:
            name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
        except UnicodeDecodeError:
            raise _unsafe("names") from None
        self._file.seek(header)
        local = self._file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\3\4":
            raise media_error("media.damaged")
        local_name, local_extra = _LOCAL.unpack(local)[9:]
        if self._file.read(local_name) != raw:
            raise _unsafe("names")
        data = header + _LOCAL.size + local_name + local_extra
        if data + packed > self._length:
            raise media_error("media.truncated")
        entry = Entry(
            name, raw, made_by, needs, flags, method, (clock, day), crc, packed, size, (internal, external),
            _without_zip64(extra), header, data,
        )  # fmt: skip
        return entry, place + n_name + n_extra + n_comment


def _without_zip64(extra: bytes) -> bytes:
    """The extra field without the record of sizes that no longer hold."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind != 1:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept


def _check_names(entries: list[Entry]) -> None:
    """Part names are unique without regard to case (ECMA-376-2 6.2.2), relative and free of tricks."""
    seen = set()
    for entry in entries:
        name = entry.name
        steps = name.rstrip("/").split("/")
        if "\\" in name or "\0" in name or ":" in name or not all(steps) or {".", ".."} & set(steps):
            raise _unsafe("names")
        if name.lower() in seen:
            raise _unsafe("two parts of one name")
        seen.add(name.lower())


def _check_places(entries: list[Entry], directory: int) -> None:
    """Nothing lies before the first entry, and no two share bytes: overlaps are how small bombs grow."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header):
        if entry.header < end or (end == 0 and entry.header != 0):
            raise _unsafe("places of the parts")
        end = entry.data + entry.packed
    if end > directory:
        raise _unsafe("places of the parts")


def _unsafe(what: str) -> Exception:
    return media_error("text.unsafe_package", what=what)
