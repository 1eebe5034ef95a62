"""A HEIC or AVIF file walked box by box: where its labels are, and whether it is whole."""

import struct

from media_jobs.labelling.readback import files
from media_jobs.labelling.readback.files_tiff import mentions
from media_jobs.labelling.readback.findings import Walked


def walk(data: files.Data) -> Walked:
    """Walk it; faults are collected, not raised."""
    walked = Walked()
    if data[4:8] != b"ftyp":
        walked.faults.append("order")
        return walked
    size = int.from_bytes(data[:4], "big")
    brands = {data[at : at + 4] for at in (8, *range(16, min(size, 512), 4))}
    walked.container = "avif" if brands & {b"avif", b"avis"} else "heic"
    try:
        top = _children(data, 0, len(data), walked)
        meta = top.get(b"meta")
        if meta is None:
            walked.faults.append("order")
        else:
            _items(data, _children(data, meta[0] + 4, meta[1], walked), walked)
    except (struct.error, IndexError, KeyError):
        walked.faults.append("length")
    walked.mentions = mentions(data)
    return walked


def _children(data: files.Data, at: int, end: int, walked: Walked) -> dict[bytes, tuple[int, int]]:
    """The first box of each type: (first byte of its content, last + 1)."""
    found: dict[bytes, tuple[int, int]] = {}
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", data[at + 8 : at + 16])
            head = 16
        size = size or end - at
        if size < head or at + size > end:
            walked.faults.append("length")
            break
        found.setdefault(kind, (at + head, at + size))
        at += size
    if at != end and "length" not in walked.faults:
        walked.faults.append("length")
    return found


def _items(data: files.Data, meta: dict[bytes, tuple[int, int]], walked: Walked) -> None:
    """Every XMP item's packet."""
    wanted = _xmp_items(data, meta[b"iinf"])
    at, end = meta[b"iloc"]
    version, lengths = data[at], struct.unpack(">H", data[at + 4 : at + 6])[0]
    offset, length, base, index = (lengths >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version > 1 else 2
    at += 6
    total = int.from_bytes(data[at : at + wide], "big")
    at += wide
    for _ in range(total):
        if at >= end:
            walked.faults.append("length")
            return
        item = int.from_bytes(data[at : at + wide], "big")
        at += wide
        method = 0
        if version:
            method = data[at + 1] & 15
            at += 2
        start = int.from_bytes(data[at + 2 : at + 2 + base], "big")
        at += 2 + base
        pieces = int.from_bytes(data[at : at + 2], "big")
        at += 2
        packet = b""
        for _ in range(pieces):
            at += index if version else 0
            first = start + int.from_bytes(data[at : at + offset], "big")
            size = int.from_bytes(data[at + offset : at + offset + length], "big")
            at += offset + length
            if item in wanted:
                first += meta[b"idat"][0] if method == 1 else 0
                packet += data[first : first + size]
        if item in wanted:
            files.add_packet(walked, "heif.item.xmp", packet.rstrip(b"\0 ").decode("utf-8", "replace"))


def _xmp_items(data: files.Data, box: tuple[int, int]) -> set[int]:
    """Numbers of the items that say they are XMP."""
    at, end = box[0] + (8 if data[box[0]] else 6), box[1]
    found = set()
    while at + 8 <= end:
        (size,) = struct.unpack(">I", data[at : at + 4])
        entry = data[at : at + size]
        wide = 4 if entry[8:9] == b"\3" else 2
        if entry[4:8] == b"infe" and entry[8:9] >= b"\2" and b"application/rdf+xml" in entry:
            found.add(int.from_bytes(entry[12 : 12 + wide], "big"))
        if size < 8:
            break
        at += size
    return found
