"""The structure of MP4, MOV, MKV and WebM, walked for labels without the carriers' code, memory bounded."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av

from media_jobs.labelling.readback import files
from media_jobs.labelling.readback.findings import Walked

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_WORD = b"ContentProducer"
_CHUNK = 1024 * 1024
_MOST = 4 * 1024 * 1024  # of one tag or packet that is looked into
_MOST_PARTS = 200_000
# Matroska by RFC 9559.
_SEGMENT, _CLUSTER, _TAGS, _TAG, _SIMPLE, _NAME, _STRING = (
    *(0x18538067, 0x1F43B675, 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487),
)


def walk(path: Path, *, container: str) -> Walked:
    """See Measurer.walk.

    Args:
        path: the file.
        container: what it was recognised as; decides how PyAV opens it, nothing else.
    """
    walked = Walked()
    try:
        with path.open("rb") as file:
            head = file.read(64)
            if head[:4] == b"\x1aE\xdf\xa3":
                walked.container = "webm" if b"webm" in head else "mkv"
                _matroska(file, path.stat().st_size, walked)
            else:
                old = head[4:8] != b"ftyp" or head[8:12] == b"qt  "
                walked.container = "mov" if old else "m4a" if head[8:12] in {b"M4A ", b"M4B "} else "mp4"
                _boxes_of(file, path.stat().st_size, walked)
    except (OSError, ValueError):
        walked.faults.append("length")
    _as_libavformat(path, container, walked)
    return walked


def _as_libavformat(path: Path, container: str, walked: Walked) -> None:
    """What players see: the tag AIGC of the whole file, once, with the text that the walk found."""
    try:
        demuxer = "matroska" if container in {"mkv", "webm"} else "mov"
        with av.open(str(path.resolve()), format=demuxer, metadata_errors="replace") as opened:
            seen = [value for name, value in opened.metadata.items() if name == "AIGC"]
    except (av.FFmpegError, OSError, ValueError):
        walked.faults.append("unreadable")
        return
    if walked.labels and seen != [walked.labels[0][1]]:
        walked.faults.append("hidden")


def _boxes(file: BinaryIO, start: int, end: int, *, inner: bool = True) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of content, end) of each box; a size of 0 ends a list inside and the file outside.

    Raises:
        ValueError: one does not fit.
    """
    count = 0
    while end - start >= 8:
        file.seek(start)
        head = file.read(16)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, body = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            if inner:
                return
            size = end - start
        count += 1
        if start + size < body or start + size > end or count > _MOST_PARTS:
            raise ValueError("box")
        yield kind, body, start + size
        start += size


def _boxes_of(file: BinaryIO, size: int, walked: Walked) -> None:
    order = []
    for kind, body, end in _boxes(file, 0, size, inner=False):
        order.append(kind)
        if kind == b"mdat":
            continue
        walked.mentions += _mentions(file, body, end)
        if kind == b"moov":
            for child, start, stop in _boxes(file, body, end):
                if child == b"udta":
                    _user_data(file, start, stop, walked)
        elif kind == b"uuid" and _take(file, body, min(end, body + 16)) == _XMP:
            files.add_packet(walked, "mp4.uuid.xmp", _take(file, body + 16, end).decode("utf-8", "replace"))
    if b"moov" not in order:
        walked.faults.append("order")


def _user_data(file: BinaryIO, start: int, end: int, walked: Walked) -> None:
    for kind, body, stop in _boxes(file, start, end):
        if kind != b"meta":
            continue
        inner = body if _take(file, body + 4, body + 8) == b"hdlr" else body + 4
        parts = {name: (at, to) for name, at, to in _boxes(file, inner, stop)}
        if b"hdlr" not in parts or b"keys" not in parts or b"ilst" not in parts:
            continue
        handler = _take(file, parts[b"hdlr"][0] + 8, parts[b"hdlr"][0] + 12)
        names = [_take(file, at, to) for kind, at, to in _boxes(file, parts[b"keys"][0] + 8, parts[b"keys"][1])]
        for number, at, _ in _boxes(file, *parts[b"ilst"]):
            which = int.from_bytes(number, "big") - 1
            if handler == b"mdta" and 0 <= which < len(names) and names[which] == b"AIGC":
                length = int.from_bytes(_take(file, at, at + 4), "big")
                value = _take(file, at + 8, at + length)
                walked.labels.append(("mp4.keys", value[8:].decode("utf-8", "replace")))
                if value[:4] != b"\0\0\0\1":
                    walked.faults.append("flag")


def _matroska(file: BinaryIO, size: int, walked: Walked) -> None:
    for number, body, end in _elements(file, 0, size):
        if number != _SEGMENT:
            continue
        for inner, start, stop in _elements(file, body, end):
            if inner == _CLUSTER:
                continue
            walked.mentions += _mentions(file, start, stop)
            if inner == _TAGS:
                _tags(file, start, stop, walked)


def _tags(file: BinaryIO, start: int, end: int, walked: Walked) -> None:
    for tag, body, stop in _elements(file, start, end):
        for simple, at, to in _elements(file, body, stop) if tag == _TAG else ():
            if simple != _SIMPLE:
                continue
            parts = {number: _take(file, a, b) for number, a, b in _elements(file, at, to)}
            name = parts.get(_NAME, b"").rstrip(b"\0")
            text = parts.get(_STRING, b"").rstrip(b"\0").decode("utf-8", "replace")
            if name == b"AIGC":
                walked.labels.append(("matroska.tag", text))
            elif name == b"DIGITAL_SOURCE_TYPE":
                walked.source_types.append(text)


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, start of content, end) of each element; one of unknown size reaches to the end around it, or, when it is
    a Cluster, to the next one.

    Raises:
        ValueError: one does not fit.
    """
    count = 0
    while start < end:
        file.seek(start)
        head = file.read(12)
        number, wide = _vint(head, 0, keep=True)
        length, more = _vint(head, wide, keep=False)
        body = start + wide + more
        stop = body + length
        if length == (1 << 7 * more) - 1:
            stop = end if number != _CLUSTER else _next_top(file, body, end)
        count += 1
        if stop > end or count > _MOST_PARTS * 10:
            raise ValueError("element")
        yield number, body, stop
        start = stop


def _next_top(file: BinaryIO, at: int, end: int) -> int:
    """Where a Cluster of unknown size ends: at the next element with an id of four bytes."""
    while at < end:
        file.seek(at)
        head = file.read(12)
        if head[:1] and head[0] < 0x20:
            return at
        _, wide = _vint(head, 0, keep=True)
        length, more = _vint(head, wide, keep=False)
        at += wide + more + length
    return end


def _vint(data: bytes, at: int, *, keep: bool) -> tuple[int, int]:
    if at >= len(data) or data[at] == 0:
        raise ValueError("vint")
    wide = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + wide], "big")
    return (value if keep else value & (1 << 7 * wide) - 1), wide


def _take(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(max(0, min(end - start, _MOST)))


def _mentions(file: BinaryIO, start: int, end: int) -> int:
    """How often the word stands between two positions, UTF-16 included."""
    file.seek(start)
    found, tail, left = 0, b"", end - start
    while left > 0 and (block := file.read(min(left, _CHUNK))):
        left -= len(block)
        bare = tail + block.replace(b"\0", b"")
        found += len(re.findall(_WORD, bare))
        tail = bare[-(len(_WORD) - 1) :]
    return found
