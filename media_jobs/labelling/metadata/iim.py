"""IPTC-IIM inside a Photoshop block: the text datasets, where some writers put a label as a caption or keyword."""

from collections.abc import Iterator

_PHOTOSHOP = b"Photoshop 3.0\0"
_IPTC = 0x0404
_MOST = 500


def texts(segment: bytes) -> Iterator[tuple[str, bytes]]:
    """("iptc.2:120", bytes) of every dataset; a broken block ends the reading without a word."""
    if not segment.startswith(_PHOTOSHOP):
        return
    at = len(_PHOTOSHOP)
    for _ in range(_MOST):
        if segment[at : at + 4] != b"8BIM":
            return
        kind = int.from_bytes(segment[at + 4 : at + 6], "big")
        name = segment[at + 6] if at + 6 < len(segment) else 0
        start = at + 6 + (name + 2) // 2 * 2  # a Pascal string, padded to even
        size = int.from_bytes(segment[start : start + 4], "big")
        if kind == _IPTC:
            yield from _datasets(segment[start + 4 : start + 4 + size])
        at = start + 4 + size + size % 2


def _datasets(block: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    for _ in range(_MOST):
        if at + 5 > len(block) or block[at] != 0x1C:
            return
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        start = at + 5
        if size & 0x8000:  # extended: the length of the length
            wide = min(size & 0x7FFF, 4)
            size = int.from_bytes(block[start : start + wide], "big")
            start += wide
        yield f"iptc.{block[at + 1]}:{block[at + 2]}", block[start : start + size]
        at = start + size


def without_label(segment: bytes) -> bytes | None:
    """The segment, byte for byte, with datasets that hold an AIGC label blanked; None when there is none."""
    out = segment
    for _, text in texts(segment):
        if b"ContentProducer" in text:
            out = out.replace(text, b" " * len(text))
    return out if out != segment else None
