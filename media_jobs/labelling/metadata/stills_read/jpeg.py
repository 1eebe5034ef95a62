"""JPEG from SOI to EOI, scans included: XMP whole and extended, EXIF, IPTC-IIM, comments, C2PA (TC260-PG-20259A)."""

import re

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import iim
from media_jobs.labelling.metadata.jpeg import (
    APP1,
    APP11,
    APP13,
    COM,
    EOI,
    EXIF_ID,
    EXTENDED_XMP_ID,
    SOS,
    XMP_ID,
)
from media_jobs.labelling.metadata.stills_read.gathered import Gathered
from media_jobs.labelling.metadata.stills_read.window import Window

_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_MAX_SEGMENTS = 100_000  # a progressive scan has dozens, a C2PA manifest or a profile hundreds
_MAX_SCAN = 256 * 1024 * 1024  # bytes of coded picture that are walked to find the end
_NEXT = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_EXTENDED_HEAD = 40  # GUID 32, full length 4, offset 4


def gather(window: Window, gathered: Gathered) -> None:
    """Walk the file; what was found before damage stays in `gathered`.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    try:
        _walk(window, gathered)
    finally:
        for number, pieces in enumerate(gathered.extended.values()):
            whole = b"".join(pieces[offset] for offset in sorted(pieces))
            gathered.packet(f"jpeg.app1.xmp.extended{'' if number == 0 else number + 1}", whole)


def _walk(window: Window, gathered: Gathered) -> None:
    position = 2
    for _ in range(_MAX_SEGMENTS):
        head = window.at(position, 4)
        while head[:2] == b"\xff\xff":  # fill bytes
            position += 1
            head = window.at(position, 4)
        if len(head) < 2:
            raise media_error("media.truncated")
        if head[0] != 0xFF:
            raise media_error("media.damaged", what="JPEG marker")
        marker = head[1]
        if marker == EOI:
            gathered.end = position + 2
            return
        if marker in _STANDALONE:
            position += 2
            continue
        length = int.from_bytes(head[2:4], "big")
        if position + 2 + length > window.size:
            raise media_error("media.truncated")
        if length < 2:
            raise media_error("media.damaged", what="JPEG segment")
        _keep(window, marker, position + 4, length - 2, gathered)
        position += 2 + length
        if marker == SOS:
            position = _after_scan(window, position)
            if position < 0:
                return
    raise media_error("media.damaged", what="JPEG segments")


def _keep(window: Window, marker: int, start: int, length: int, gathered: Gathered) -> None:
    """Take what a segment holds for us; pixels, tables and profiles are not even read."""
    if marker == APP11:
        gathered.c2pa = gathered.c2pa or b"c2pa" in window.at(start, min(length, 200))
    elif marker == COM:
        gathered.text("jpeg.comment", window.at(start, length))
    elif marker == APP13:
        for place, text in iim.texts(window.at(start, length)):
            gathered.text(f"jpeg.app13.{place}", text)
    elif marker == APP1:
        body = window.at(start, length)
        if body.startswith(XMP_ID):
            count = sum(place.startswith("jpeg.app1.xmp") for place, *_ in gathered.packets)
            gathered.packet("jpeg.app1.xmp" + (f".{count + 1}" if count else ""), body[len(XMP_ID) :])
        elif body.startswith(EXTENDED_XMP_ID) and length >= len(EXTENDED_XMP_ID) + _EXTENDED_HEAD:
            part = body[len(EXTENDED_XMP_ID) :]
            if len(part) <= gathered.room and len(gathered.extended) < 16:
                gathered.room -= len(part)
                pieces = gathered.extended.setdefault(part[:32], {})
                pieces[int.from_bytes(part[36:40], "big")] = part[_EXTENDED_HEAD:]
        elif body.startswith(EXIF_ID):
            gathered.block("exif", body[len(EXIF_ID) :])
        else:
            gathered.text("jpeg.app1", body)


def _after_scan(window: Window, start: int) -> int:
    """Offset of the marker that ends the scan; -1 when it is further than anybody's picture is long.

    Raises:
        MediaError: media.truncated.
    """
    for offset, block in window.blocks(start, min(window.size, start + _MAX_SCAN), overlap=1):
        found = _NEXT.search(block) if b"\xff" in block else None  # the plain search is far faster
        if found is not None:
            return offset + found.start()
    if start + _MAX_SCAN < window.size:
        return -1
    raise media_error("media.truncated")
