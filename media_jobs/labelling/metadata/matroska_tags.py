"""Tags of Matroska (RFC 9559, 5.1.8): find AIGC labels among them, and put ours in as the only one."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim, Marks
from media_jobs.labelling.metadata.ebml import element, unpacked

PLACE = "matroska.tag"
MAX_TAGS = 1024 * 1024
SOURCE_TYPE = "DIGITAL_SOURCE_TYPE"
_TAG, _TARGETS, _SIMPLE, _NAME, _STRING, _BINARY = 0x7373, 0x63C0, 0x67C8, 0x45A3, 0x4487, 0x4485
_UIDS = {0x63C5, 0x63C9, 0x63C4, 0x63C6}  # of a track, an edition, a chapter, an attachment
_MAX_DEPTH = 8


@dataclass(frozen=True)
class _Simple:
    name: str
    text: str
    binary: bool
    inner: bytes  # everything, to look for tags within the tag

    @property
    def is_label(self) -> bool:
        if "AIGC" in self.name.upper():
            return True
        if "ContentProducer" not in self.text:
            return False
        try:
            aigc.read(self.text)
        except MediaError:
            return False
        return True


def _simple(body: bytes) -> _Simple:
    name = text = ""
    binary = False
    for number, content, _ in unpacked(body):
        if number == _NAME:
            name = content.rstrip(b"\0").decode("utf-8", "replace")
        elif number in {_STRING, _BINARY}:
            text = content[: 4 * aigc.MAX_JSON].rstrip(b"\0").decode("utf-8", "replace")
            binary = number == _BINARY
    return _Simple(name, text, binary, body)


def _is_global(tag: bytes) -> bool:
    """The tag is about the whole file: no target is named, or only those with number 0."""
    for number, content, _ in unpacked(tag):
        if number == _TARGETS:
            return not any(n in _UIDS and any(uid) for n, uid, _ in unpacked(content))
    return True


def labels(tags: bytes) -> Iterator[Claim]:
    """Every label in the content of a Tags element.

    Raises:
        MediaError: media.damaged.
    """
    for number, tag, _ in unpacked(tags):
        if number == _TAG:
            place = PLACE if _is_global(tag) else f"{PLACE}.target"
            for child, body, _ in unpacked(tag):
                if child == _SIMPLE:
                    yield from _labels_in(body, place, _MAX_DEPTH)


def _labels_in(body: bytes, place: str, depth: int) -> Iterator[Claim]:
    simple = _simple(body)
    if simple.is_label:
        where = place if simple.name == "AIGC" else f"{place}.{simple.name[:79]}"
        yield Claim(where, simple.text[: aigc.MAX_JSON], "binary" if simple.binary else "")
    if depth:
        for number, inner, _ in unpacked(body):
            if number == _SIMPLE:
                yield from _labels_in(inner, f"{PLACE}.nested", depth - 1)


def source_types(tags: bytes) -> list[str]:
    """Every IPTC digital source type.

    Raises:
        MediaError: media.damaged.
    """
    return [
        simple.text
        for number, tag, _ in unpacked(tags)
        if number == _TAG
        for child, body, _ in unpacked(tag)
        if child == _SIMPLE and _is_source_type(simple := _simple(body))
    ]


def _is_source_type(simple: _Simple) -> bool:
    return simple.name.upper().replace("_", "") == "DIGITALSOURCETYPE"


def merged(old: list[bytes], marks: Marks) -> bytes:
    """One Tags element: all tags of the old ones but labels and source types, then ours, about the whole file.

    Args:
        old: the contents of the file's Tags elements.
        marks: what to write.

    Raises:
        MediaError: media.damaged.
    """
    kept = []
    for tags in old:
        for number, tag, whole in unpacked(tags):
            if number == _TAG:
                kept.append(_without(tag, whole))
    ours = [
        element(_SIMPLE, element(_NAME, name.encode()), element(_STRING, text.encode()))
        for name, text in (("AIGC", marks.label.to_json()), (SOURCE_TYPE, marks.source_type))
    ]
    from_us = element(_TAG, element(_TARGETS), *ours)
    return element(0x1254C367, *kept, from_us)


def _without(tag: bytes, whole: bytes) -> bytes:
    """A Tag without our kind of tags; as it is where it has none, nothing where it has no others."""
    parts, changed, left = [], False, False
    for number, body, one in unpacked(tag):
        if number != _SIMPLE:
            parts.append(one)
            continue
        stays = _stripped(body, one, _MAX_DEPTH)
        changed = changed or stays != one
        left = left or bool(stays)
        parts.append(stays)
    if not changed:
        return whole
    return element(_TAG, *(part for part in parts if part[:1] != b"\xbf")) if left else b""  # a CRC would be wrong


def _stripped(body: bytes, whole: bytes, depth: int) -> bytes:
    simple = _simple(body)
    if simple.is_label or _is_source_type(simple):
        return b""
    if not depth or not any(True for _ in _labels_in(body, "", depth)):
        return whole
    parts = [_stripped(inner, one, depth - 1) if number == _SIMPLE else one for number, inner, one in unpacked(body)]
    return element(_SIMPLE, *parts)
