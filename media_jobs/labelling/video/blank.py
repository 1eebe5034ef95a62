"""Where a video's personal data stand, byte for byte, so that they can be blanked without moving anything else.

MP4 and MOV: the box becomes a `free` box of zeros. Matroska: the element becomes a Void of the same size, and the
checksum around it is computed anew. Tracks in which cameras note positions lose their samples as well.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from media_jobs.labelling.metadata import xmp
from media_jobs.labelling.metadata.bmff_boxes import XMP_UUID, Box, BoxFile, children_of_meta
from media_jobs.labelling.metadata.ebml import CRC32, TAGS, EbmlFile, size_of, unpacked
from media_jobs.labelling.video.private import is_private

_SPHERICAL_UUID = bytes.fromhex("FFCC8263F8554A9388 14587A02521FDD".replace(" ", ""))
_LIMIT = 1024 * 1024
# User data of cameras and telephones: positions, makers, models, serial numbers, settings, whole previews of GoPro's.
_ATOMS = {
    *(b"\xa9xyz", b"\xa9mak", b"\xa9mod", b"\xa9swr", b"\xa9gps", b"loci", b"manu", b"modl", b"slno", b"SNum", b"mvtg"),
    *(b"FIRM", b"LENS", b"CAME", b"SETT", b"MUID", b"GPMF", b"HMMT", b"BCID", b"GUSI", b"SMTA", b"smta", b"auth"),
    *(b"CNTH", b"MVTG", b"NCDT", b"PENT", b"SAMS", b"QVMI", b"TAGS", b"PANA", b"LEIC", b"btec", b"vndr"),
}
_CAMERA_TRACKS = {b"gpmd", b"camm", b"mebx", b"rtmd", b"djmd", b"dbgi", b"CTMD", b"fdsc", b"mett"}
_TAG, _SIMPLE, _NAME = 0x7373, 0x67C8, 0x45A3
_VOID = b"\xec"


@dataclass
class Blanks:
    """What is written over a copy of the file.

    Attributes:
        patches: (position, bytes) in any order; they do not overlap.
        zeroed: (position, length) of what only becomes zeros.
        camera_tracks: track numbers (as in the file) whose samples go, too.
    """

    patches: list[tuple[int, bytes]] = field(default_factory=list)
    zeroed: list[tuple[int, int]] = field(default_factory=list)
    camera_tracks: set[int] = field(default_factory=set)


def in_boxes(path: Path) -> Blanks:
    """Personal data of an MP4 or MOV.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    blanks = Blanks()
    with BoxFile(path) as file:
        for box in file.top():
            if box.kind == b"moov":
                _film(file, box, blanks)
            elif box.kind == b"uuid":
                _uuid(file, box, blanks, strange=False)
            elif box.kind == b"meta":
                _meta(file, box, blanks)
    return blanks


def _film(file: BoxFile, film: Box, blanks: Blanks) -> None:
    for box in file.inside(film.body, film.end):
        if box.kind == b"udta":
            _user_data(file, box, blanks)
        elif box.kind == b"meta":
            _meta(file, box, blanks)
        elif box.kind == b"uuid":
            _uuid(file, box, blanks, strange=True)
        elif box.kind == b"trak":
            _track(file, box, blanks)


def _track(file: BoxFile, track: Box, blanks: Blanks) -> None:
    children = list(file.inside(track.body, track.end))
    formats = {kind for box in children if box.kind == b"mdia" for kind in _formats(file, box)}
    if formats & _CAMERA_TRACKS:
        for box in children:
            if box.kind == b"tkhd":
                at = box.body + (20 if file.peek(box.body, 1) == b"\1" else 12)
                blanks.camera_tracks.add(int.from_bytes(file.take(at, 4), "big"))
        _free(track, blanks)
        return
    for box in children:
        if box.kind == b"udta":
            _user_data(file, box, blanks)
        elif box.kind == b"meta":
            _meta(file, box, blanks)


def _formats(file: BoxFile, media: Box) -> Iterator[bytes]:
    """The sample entries' types of one track."""
    for info in file.inside(media.body, media.end):
        if info.kind == b"minf":
            for table in file.inside(info.body, info.end):
                if table.kind == b"stbl":
                    for entry in file.inside(table.body, table.end):
                        if entry.kind == b"stsd":
                            yield file.peek(entry.body + 12, 4)


def _user_data(file: BoxFile, data: Box, blanks: Blanks) -> None:
    for box in file.inside(data.body, data.end):
        if box.kind in _ATOMS:
            _free(box, blanks)
        elif box.kind == b"meta":
            _meta(file, box, blanks)
        elif box.kind == b"XMP_":
            _packet(file, box, box.body, blanks)
        elif box.kind == b"uuid":
            _uuid(file, box, blanks, strange=True)


def _meta(file: BoxFile, meta: Box, blanks: Blanks) -> None:
    """Values whose names tell of a place or a device; the list of names stays, its numbers count."""
    names: list[str] = []
    children = list(file.inside(children_of_meta(file, meta), meta.end))
    for box in children:
        if box.kind == b"keys" and box.length <= _LIMIT:
            content, at = file.take(box.body, box.length), 8
            while at + 8 <= len(content):
                size = int.from_bytes(content[at : at + 4], "big")
                names.append(content[at + 8 : at + max(8, size)].decode("utf-8", "replace"))
                at += max(8, size)
    for box in children:
        if box.kind != b"ilst":
            continue
        for item in file.inside(box.body, box.end):
            number = int.from_bytes(item.kind, "big")
            name = names[number - 1] if 0 < number <= len(names) else ""
            if item.kind == b"----":
                name = file.peek(item.body, min(item.length, 300)).decode("latin-1").replace("\0", "")
            if item.kind in _ATOMS or is_private(name):
                _free(item, blanks)


def _uuid(file: BoxFile, box: Box, blanks: Blanks, *, strange: bool) -> None:
    """XMP is cleaned; a box that nobody knows goes where cameras put theirs (`strange`)."""
    if box.uuid == XMP_UUID:
        _packet(file, box, box.body, blanks)
    elif strange and box.uuid != _SPHERICAL_UUID:
        _free(box, blanks)


def _packet(file: BoxFile, box: Box, at: int, blanks: Blanks) -> None:
    """An XMP packet without personal data, filled up with spaces to its old length; all of it goes if it grew."""
    length = box.end - at
    packet = file.take(at, length) if length <= _LIMIT else b""
    cleaned = xmp.cleaned(packet) if packet else None
    if cleaned is None or len(cleaned) > length:
        _free(box, blanks)
    else:
        blanks.patches.append((at, cleaned + b" " * (length - len(cleaned))))


def _free(box: Box, blanks: Blanks) -> None:
    start = box.body - (16 if box.uuid else 0)
    blanks.patches.append((box.start + 4, b"free"))
    blanks.zeroed.append((start, box.end - start))


def in_elements(path: Path) -> Blanks:
    """Personal data of a Matroska file: tags, by their names.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    blanks = Blanks()
    with EbmlFile(path) as file:
        for segment in file.segments():
            for part in file.inside(segment.body, segment.end):
                if part.id == TAGS and part.length <= 4 * _LIMIT:
                    old = file.take(part.body, part.length)
                    new = _tags(old)
                    if new != old:
                        blanks.patches.append((part.body, new))
    return blanks


def _tags(content: bytes) -> bytes:
    """The content of a Tags element with private tags voided, of the same length."""
    out = bytearray()
    checksum = False
    for number, body, whole in unpacked(content):
        if number == CRC32:
            checksum = True
            out += whole
        elif number == _TAG:
            head = whole[: len(whole) - len(body)]
            inner = b"".join(
                _void(len(part)) if child == _SIMPLE and _names_private(value) else part
                for child, value, part in unpacked(body)
            )
            out += head + inner
        else:
            out += whole
    if checksum and len(out) >= 6:
        out[2:6] = zlib.crc32(bytes(out[6:])).to_bytes(4, "little")
    return bytes(out)


def _names_private(simple: bytes) -> bool:
    return any(
        number == _NAME and is_private(value.rstrip(b"\0").decode("utf-8", "replace"))
        for number, value, _ in unpacked(simple)
    )


def _void(length: int) -> bytes:
    """A Void element of exactly so many bytes."""
    wide = 1 if length - 2 < 127 else 8
    return _VOID + size_of(length - 1 - wide, wide=wide) + bytes(length - 1 - wide)
