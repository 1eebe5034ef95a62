"""Search bytes for what looks like an AIGC label, without regard to structure: damaged files, appended data."""

import html
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from media_jobs.labelling import aigc

_EITHER = re.compile(b"ContentProducer|" + re.escape("ContentProducer".encode("utf-16-le")))
_BEFORE, _AFTER = 4 * 1024, aigc.MAX_JSON  # the key may be anywhere in its object
_BLOCK = 1024 * 1024
_OVERLAP = 64
_MOST_HITS = 200
_MOST = 32
_OPENINGS = 12  # braces tried before the key: a wrapped label needs two
_DECODER = json.JSONDecoder()


def in_text(text: str) -> list[str]:
    """The JSON objects with AIGC keys in a text, as they stand there, entities and backslashes undone if need be."""
    return in_bytes(text.encode("utf-8", "replace"))


def in_bytes(data: bytes) -> list[str]:
    """The same in bytes of unknown encoding."""
    return [text for _, text in _in_block(data)]


def in_file(path: Path, start: int = 0, *, most_bytes: int) -> Iterator[tuple[int, str]]:
    """(offset, JSON text) of what looks like a label from `start` on; bounded in hits, memory and bytes read.

    Where the file is longer than `most_bytes`, its beginning and its last quarter of that are searched.
    """
    size = path.stat().st_size
    spans = [(start, size)]
    if size - start > most_bytes:
        spans = [(start, start + most_bytes * 3 // 4), (size - most_bytes // 4, size)]
    hits = found = 0
    with path.open("rb", buffering=0) as file:
        for offset, end in spans:
            last = -1
            for at in _marks(file.fileno(), offset, end):
                hits += 1
                if hits > _MOST_HITS or found >= _MOST:
                    return
                if at < last:
                    continue
                first = max(start, last, at - _BEFORE)
                file.seek(first)
                part = file.read(at - first + _AFTER)
                for text in _objects_at(part, at - first):
                    found += 1
                    last = at + max(1, len(text) // 2)
                    yield at, text


def _marks(descriptor: int, start: int, end: int) -> Iterator[int]:
    """Offsets of the key in [start, end), in either encoding."""
    while start < end:
        block = os.pread(descriptor, min(_BLOCK, end - start), start)
        if not block:
            return
        for hit in _EITHER.finditer(block):
            if hit.start() < len(block) - _OVERLAP or len(block) < _BLOCK:
                yield start + hit.start()
        if len(block) < _BLOCK:
            return
        start += len(block) - _OVERLAP


def _in_block(data: bytes) -> Iterator[tuple[int, str]]:
    last = hits = 0
    for hit in _EITHER.finditer(data):
        hits += 1
        if hits > _MOST_HITS:
            return
        if hit.start() < last:
            continue
        first = max(last, hit.start() - _BEFORE)
        for text in _objects_at(data[first : hit.start() + _AFTER], hit.start() - first):
            last = hit.start() + max(1, len(text) // 2)
            yield hit.start(), text


def _objects_at(part: bytes, at: int) -> Iterator[str]:
    """The object around the key that stands at `at`, if there is one."""
    if part[at : at + 2] == b"C\0":
        head, tail = part[at % 2 : at].decode("utf-16-le", "replace"), part[at:].decode("utf-16-le", "replace")
    else:
        head, tail = part[:at].decode("utf-8", "replace"), part[at:].decode("utf-8", "replace")
    one = _object(head + tail, len(head))
    if one is not None:
        yield one


def _object(text: str, at: int) -> str | None:
    """The JSON object that holds the key at index `at`; None when nothing there parses."""
    head, tail = text[:at], text[at:]
    for undo in (str, html.unescape, _unescaped):
        before, whole = undo(head), undo(head) + undo(tail)
        place = len(before)
        for _ in range(_OPENINGS):
            place = before.rfind("{", 0, place)
            if place < 0:
                break
            try:
                value, end = _DECODER.raw_decode(whole, place)
            except (ValueError, RecursionError):
                continue
            if end > len(before) and _is_label(value):
                return whole[place:end] if end - place <= aigc.MAX_JSON else None
    return None


def _unescaped(text: str) -> str:
    """JSON inside a JSON string, or inside a PDF literal."""
    return re.sub(r"\\(.)", r"\1", text)


def _is_label(value: object) -> bool:
    if isinstance(value, dict) and isinstance(value.get("AIGC"), dict):
        value = value["AIGC"]
    return isinstance(value, dict) and "ContentProducer" in value
