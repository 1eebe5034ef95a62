"""Tags in MP4 and MOV: find AIGC labels among them, take labels out, put ours into `moov/udta/meta` (TC260-PG-20257A).

Three families of tags exist. QuickTime's: a `meta` whose handler is `mdta`, names in `keys`, values in `ilst` under
the number of their name. iTunes': a `meta` whose handler is `mdir`, four-letter names, and `----` for free ones. And
bare boxes in `udta`, one of which is QuickTime's XMP.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Claim
from media_jobs.labelling.metadata import bmff_xmp
from media_jobs.labelling.metadata.bmff_boxes import Box, BoxFile, boxed, children_of_meta, wrapped
from media_jobs.labelling.metadata.layout import Layout

PLACE = "mp4.keys"
XMP = b"XMP_"  # where QuickTime has it, in user data
_MAX_KEYS = 1024 * 1024
_MAX_ITEMS = 10_000
_MAX_VALUE = 4 * aigc.MAX_JSON
_OURS = b"mdtaAIGC"
_HDLR = boxed(b"hdlr", bytes(8), b"mdta", bytes(13))


@dataclass
class Meta:
    """One `meta` box: where its children begin, its handler, its names (namespace and name together), its boxes."""

    box: Box
    children: int
    handler: bytes = b""
    keys: list[bytes] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


@dataclass
class _Item:
    """One tag: its box, full name ("----" tags: mean:name), number in keys (0: none), type and text of its value."""

    box: Box
    name: str
    number: int
    kind: int
    text: str

    @property
    def is_label(self) -> bool:
        return _is_label(self.name, self.text)


def read_meta(file: BoxFile, box: Box) -> Meta:
    """A `meta` without its values.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    meta = Meta(box, children_of_meta(file, box))
    for child in file.inside(meta.children, box.end):
        if child.kind == b"hdlr" and not meta.handler:
            meta.handler = file.peek(child.body, min(12, child.length))[8:12]
        elif child.kind == b"keys" and not meta.keys:
            meta.keys = _keys(file, child)
        meta.boxes.append(child)
        if len(meta.boxes) > 1000:
            raise media_error("media.damaged")
    return meta


def _keys(file: BoxFile, box: Box) -> list[bytes]:
    if box.length > _MAX_KEYS:
        raise media_error("media.damaged")
    data = file.take(box.body, box.length)
    keys, at = [], 8
    for _ in range(int.from_bytes(data[4:8], "big")):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + size > len(data):
            raise media_error("media.damaged")
        keys.append(data[at + 4 : at + size])
        at += size
    return keys


def _is_label(name: str, text: str) -> bool:
    """A tag named AIGC, or one whose whole value is a label: some writers use comments."""
    if "AIGC" in name.upper():
        return True
    if "ContentProducer" not in text:
        return False
    try:
        aigc.read(text)
    except MediaError:
        return False
    return True


def _items(file: BoxFile, meta: Meta) -> Iterator[_Item]:
    for ilst in meta.boxes:
        if ilst.kind == b"ilst":
            for box in file.inside(ilst.body, ilst.end):
                yield _item(file, meta, box)


def _item(file: BoxFile, meta: Meta, box: Box) -> _Item:
    number = int.from_bytes(box.kind, "big")
    name = ""
    if meta.handler == b"mdta" and number <= len(meta.keys):
        name = meta.keys[number - 1][4:].decode("utf-8", "replace") if number else ""
    else:
        number, name = 0, box.kind.decode("latin-1")
    means: list[str] = []
    kind, text = -1, ""
    for child in file.inside(box.body, box.end):
        if child.kind == b"data" and kind < 0 and child.length >= 8:
            kind = int.from_bytes(file.take(child.body, 4), "big") & 0xFFFFFF
            value = file.peek(child.body + 8, min(child.length - 8, _MAX_VALUE))
            text = value.decode("utf-16-be" if kind == 2 else "utf-8", "replace")
        elif child.kind in {b"mean", b"name"} and child.length >= 4:
            means.append(file.peek(child.body + 4, min(child.length - 4, 255)).decode("utf-8", "replace"))
    return _Item(box, ":".join(means) if box.kind == b"----" else name, number, kind, text)


def _in_udta(file: BoxFile, box: Box) -> str:
    """The text of a bare user-data box: between its first and its last brace, whatever stands around."""
    data = file.peek(box.body, min(box.length, _MAX_VALUE))
    start, end = data.find(b"{"), data.rfind(b"}")
    return data[start : end + 1].decode("utf-8", "replace") if 0 <= start < end else ""


def labels_in_meta(file: BoxFile, box: Box, place: str) -> Iterator[Claim]:
    """Every label in a `meta`.

    Args:
        file: the file.
        box: its `meta`.
        place: how this `meta` is called: "mp4.keys" for the one in `moov/udta`.
    """
    meta = read_meta(file, box)
    for item in _items(file, meta):
        if item.is_label:
            where, form = place, ""
            if not item.number:
                where = f"{place.replace('.keys', '')}.ilst.{item.name[:79]}"
            elif meta.keys[item.number - 1] != _OURS:
                where = f"{place}.{item.name[:79]}"
            elif item.kind != 1:
                form = f"type {item.kind}"
            yield Claim(where, item.text[: aigc.MAX_JSON], form)


def labels_in_udta(file: BoxFile, box: Box, place: str) -> Iterator[Claim]:
    """Every label in a `udta`, its `meta` and its XMP included; `place` as for that `meta`."""
    for child in file.inside(box.body, box.end):
        if child.kind == b"meta":
            yield from labels_in_meta(file, child, place)
        elif child.kind == XMP:
            yield from bmff_xmp.labels_in_xmp(file, child, f"{place.replace('.keys', '')}.udta.XMP_")
        else:
            text = _in_udta(file, child)
            if _is_label(child.kind.decode("latin-1"), text):
                where = f"{place.replace('.keys', '')}.udta.{child.kind.decode('latin-1')}"
                yield Claim(where, text[: aigc.MAX_JSON])


def source_types_in_udta(file: BoxFile, box: Box) -> Iterator[str]:
    """The IPTC source types in QuickTime's place for XMP."""
    for child in file.inside(box.body, box.end):
        if child.kind == XMP:
            yield from bmff_xmp.source_types_in_xmp(file, child)


def names_in(file: BoxFile, box: Box) -> list[bytes]:
    """The names of a `meta` of QuickTime's kind, without those of labels; [] for any other."""
    meta = read_meta(file, box)
    return [key for key in meta.keys if not _is_label(key[4:].decode("utf-8", "replace"), "")] if meta.keys else []


def meta_layout(
    file: BoxFile,
    box: Box,
    *,
    label: bytes | None,
    shared: list[bytes] | None = None,
    other: Callable[[Box], Layout | None] = lambda child: None,
) -> Layout:
    """The `meta` without labels; with ours where one is given and the handler is `mdta`.

    Args:
        file: the file.
        box: its `meta`.
        label: our JSON, or None.
        shared: names that the list of names must begin with, see bmff_moov.moov_layout.
        other: makes a child anew that holds no tags, or says None.
    """
    meta = read_meta(file, box)
    others = {child: made for child in meta.boxes if (made := other(child)) is not None}
    layout = Layout()
    if label is None and not others and not any(item.is_label for item in _items(file, meta)) and not _named(meta):
        layout.copy(box.start, box.end)
        return layout
    prefix = list(shared or [])
    kept = [n for n, key in enumerate(meta.keys, 1) if not _is_label(key[4:].decode("utf-8", "replace"), "")]
    names = prefix + [meta.keys[n - 1] for n in kept]
    numbers = {old: len(prefix) + new for new, old in enumerate(kept, 1)}
    if label is not None:
        names.append(_OURS)
    content = Layout()
    content.copy(box.body, meta.children)
    written = False
    at = meta.children
    for child in meta.boxes:
        if child.kind == b"keys" and meta.handler == b"mdta":
            content.fresh(_keys_box(names))
        elif child.kind == b"ilst":
            ours = None if label is None or written else boxed(len(names).to_bytes(4, "big"), _data(label))
            content.add(_ilst(file, meta, child, numbers, ours))
            written = True
        elif child in others:
            content.add(others[child])
        else:
            content.copy(child.start, child.end)
        at = child.end
    if label is not None and not meta.keys and not any(child.kind == b"keys" for child in meta.boxes):
        content.fresh(_keys_box(names))
    if label is not None and not written:
        content.fresh(boxed(b"ilst", boxed(len(names).to_bytes(4, "big"), _data(label))))
    content.copy(at, box.end)
    return wrapped(b"meta", content)


def _named(meta: Meta) -> bool:
    """A name AIGC without a value is no label, but some readers show it."""
    return any("AIGC" in key[4:].decode("utf-8", "replace").upper() for key in meta.keys)


def _ilst(file: BoxFile, meta: Meta, box: Box, numbers: dict[int, int], ours: bytes | None) -> Layout:
    content = Layout()
    at = box.body
    for number, child in enumerate(file.inside(box.body, box.end)):
        if number > _MAX_ITEMS:
            raise media_error("media.damaged")
        at = child.end
        item = _item(file, meta, child)
        if item.is_label:
            continue
        if meta.handler == b"mdta" and item.number in numbers:
            content.fresh((8 + child.length).to_bytes(4, "big") + numbers[item.number].to_bytes(4, "big"))
            content.copy(child.body, child.end)
        elif meta.handler != b"mdta" or child.kind.isalpha():
            content.copy(child.start, child.end)
    if ours is not None:
        content.fresh(ours)
    content.copy(at, box.end)
    return wrapped(b"ilst", content)


def _keys_box(names: list[bytes]) -> bytes:
    entries = b"".join((4 + len(name)).to_bytes(4, "big") + name for name in names)
    return boxed(b"keys", bytes(4), len(names).to_bytes(4, "big"), entries)


def _data(label: bytes) -> bytes:
    return boxed(b"data", (1).to_bytes(4, "big"), bytes(4), label)


def fresh_meta(label: bytes, shared: list[bytes]) -> bytes:
    """A `meta` of QuickTime's kind that holds our label alone."""
    names = [*shared, _OURS]
    item = boxed(len(names).to_bytes(4, "big"), _data(label))
    return boxed(b"meta", bytes(4), _HDLR, _keys_box(names), boxed(b"ilst", item))


def udta_layout(file: BoxFile, box: Box, *, label: bytes | None, shared: list[bytes] | None = None) -> Layout:
    """The `udta` without labels; with ours in its `meta` of QuickTime's kind, which is made where there is none."""
    layout = Layout()
    marked = any(labels_in_udta(file, box, PLACE)) or any(source_types_in_udta(file, box))
    if label is None and not marked:
        layout.copy(box.start, box.end)
        return layout
    content = Layout()
    at = box.body
    for child in file.inside(box.body, box.end):
        at = child.end
        if child.kind == b"meta":
            takes = label is not None and read_meta(file, child).handler == b"mdta"
            content.add(meta_layout(file, child, label=label if takes else None, shared=shared if takes else None))
            label = None if takes else label
        elif child.kind == XMP:
            content.add(bmff_xmp.without_marks(file, child, b""))
        elif not _is_label(child.kind.decode("latin-1"), _in_udta(file, child)):
            content.copy(child.start, child.end)
    if label is not None:
        content.fresh(fresh_meta(label, shared or []))
    content.copy(at, box.end)  # QuickTime's four zeros
    return wrapped(b"udta", content)
