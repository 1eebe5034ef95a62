"""M4A: tags of the source put under the sound of another file; personal ones blanked where they stand."""

from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import foreign, spans

# Purchaser's name and account, comments and places in iTunes' list; positions in QuickTime's and 3GPP's user data.
_PERSONAL = {b"apID", b"ownr", b"akID", b"cnID", b"purd", b"\xa9xyz", b"loci", b"\xa9mal", b"\xa9swr"}
_TEXTS = {b"\xa9cmt", b"desc", b"ldes", b"\xa9des", b"----", b"\xa9inf"}
_UNTRUE = (b"iTunSMPB", b"iTunNORM", b"iTunes_CDDB")  # lengths and loudness of the former encoding
_MAX_BOXES = 20_000


def boxes(data: bytes, start: int, end: int) -> list[tuple[bytes, int, int, int]]:
    """(type, start, start of the data, end) of the boxes in a range of bytes.

    Raises:
        MediaError: media.damaged.
    """
    found: list[tuple[bytes, int, int, int]] = []
    while start + 8 <= end:
        size, head = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end or len(found) >= _MAX_BOXES:
            raise media_error("media.damaged", what="MP4 box")
        found.append((data[start + 4 : start + 8], start, start + head, start + size))
        start += size
    return found


def movie(file: BinaryIO) -> tuple[int, bytes]:
    """Where `moov` begins, and the whole box.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    size, at = spans.size_of(file), 0
    while at + 8 <= size:
        head = spans.take(file, at, min(16, size - at))
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        elif length == 0:
            length = size - at
        if length < 8:
            raise media_error("media.damaged", what="MP4 box")
        if at + length > size:
            raise media_error("media.truncated")
        if head[4:8] == b"moov":
            return at, spans.take(file, at, length)
        at += length
    raise media_error("media.truncated")


def graft(tags_of: Path, sound_of: Path, target: Path, *, shifted: bool) -> list[str]:
    """Write `target`: the file `sound_of`, whose moov is last, with the user data of `tags_of`.

    Args:
        shifted: something was put in front, so that chapters no longer fit.

    Returns:
        notes: "chapters_dropped".

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    notes: list[str] = []
    with tags_of.open("rb") as old, sound_of.open("rb") as new, target.open("wb") as out:
        _, was = movie(old)
        at, now = movie(new)
        if at + len(now) != spans.size_of(new):
            raise media_error("media.damaged", what="MP4 moov")  # our own muxer writes it last
        kept = [now[start:end] for kind, start, _, end in boxes(now, 8, len(now)) if kind not in {b"udta", b"meta"}]
        for kind, start, inner, end in boxes(was, 8, len(was)):
            if kind == b"meta":
                kept.append(bytes(_blanked(bytearray(was[start:end]))))
            elif kind == b"udta":
                kept.append(_user_data(was, inner, end, notes, shifted=shifted))
        body = b"".join(kept)
        spans.copy(new, out, 0, at)
        out.write((len(body) + 8).to_bytes(4, "big") + b"moov" + body)
    return notes


def _user_data(was: bytes, inner: int, end: int, notes: list[str], *, shifted: bool) -> bytes:
    kept = []
    for kind, start, _, stop in boxes(was, inner, end - _padding(was, inner, end)):
        if kind == b"chpl" and shifted:
            notes.append("chapters_dropped")
        elif kind not in _PERSONAL:
            kept.append(bytes(_blanked(bytearray(was[start:stop]))))
    body = b"".join(kept)
    return (len(body) + 8).to_bytes(4, "big") + b"udta" + body


def _padding(data: bytes, inner: int, end: int) -> int:
    """QuickTime ends user data with four zero bytes."""
    return 4 if end - inner >= 4 and data[end - 4 : end] == bytes(4) and (end - inner) % 4 == 0 else 0


def cleaned_copy(source: Path, target: Path) -> None:
    """Write `target`: the same file, personal tags turned into free space of the same size; no sample moves.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    with source.open("rb") as file, target.open("wb") as out:
        at, moov = movie(file)
        fresh = bytearray(moov)
        for kind, start, inner, end in boxes(moov, 8, len(moov)):
            if kind == b"meta":
                fresh[start:end] = _blanked(bytearray(moov[start:end]))
            elif kind == b"udta":
                for one, first, _, last in boxes(moov, inner, end - _padding(moov, inner, end)):
                    if one in _PERSONAL:
                        _free(fresh, first, last)
                    else:
                        fresh[first:last] = _blanked(bytearray(moov[first:last]))
        spans.copy(file, out, 0, at)
        out.write(fresh)
        spans.copy(file, out, at + len(moov), spans.size_of(file) - at - len(moov))


def _blanked(box: bytearray) -> bytearray:
    """A `meta` box (any other is returned as it is) whose personal and no longer true items are free space."""
    if box[4:8] != b"meta":
        return box
    data = bytes(box)
    head = 12 if data[12:16] != b"hdlr" and data[8:12] == bytes(4) else 8 if data[12:16] == b"hdlr" else 12
    keys: list[bytes] = []
    for kind, _, inner, end in boxes(data, head, len(data)):
        if kind == b"keys":
            keys = [data[a:b] for _, _, a, b in boxes(data, inner + 8, end)]
        if kind != b"ilst":
            continue
        for item, start, first, stop in boxes(data, inner, end):
            index = int.from_bytes(item, "big")
            name = keys[index - 1] if 0 < index <= len(keys) else item
            text = data[first:stop]
            if keys and name is not item:
                if foreign.is_personal(name.decode("latin-1"), text[16:].decode("utf-8", "replace")):
                    box[first + 16 : stop] = b" " * max(0, stop - first - 16)
            elif item in _PERSONAL or (item in _TEXTS and _goes(text)):
                _free(box, start, stop)
    return box


def _goes(text: bytes) -> bool:
    shown = text[:100_000].decode("utf-8", "replace")
    return any(name in text[:200] for name in _UNTRUE) or foreign.is_personal("", shown)


def _free(box: bytearray, start: int, end: int) -> None:
    box[start + 4 : start + 8] = b"free"
    box[start + 8 : end] = bytes(end - start - 8)
