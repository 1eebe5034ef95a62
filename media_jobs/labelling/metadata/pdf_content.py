"""Content digest "pdf-pages-v1": what the pages show, in their order, whatever the file around them looks like.

SHA-256 over a walk through each page: Contents (decoded, parts joined by LF), Resources, MediaBox, CropBox, Rotate,
UserUnit, Annots, inherited values included. Dictionaries are walked in the order of their keys without what storage,
navigation and editing alone need (_LEFT_OUT; of a stream also F), except where the keys are names of the file's own
(_NAMING); an object met again counts as its number in the walk; a page met inside another counts as the word "page".
Streams with FlateDecode alone are unpacked, others are hashed as stored with the names of their filters. Of a document
with layers, the catalog's OCProperties come last. Metadata, bookmarks, attachments and the structure tree are not part
of it. Every token is hashed as a letter, its length in 8 bytes big-endian, and its bytes. Saving anew, with other
object numbers, object streams or linearised, leaves it the same.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pikepdf

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content

METHOD = "pdf-pages-v1"
_KEYS = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Annots")
_INHERITED = {"/Resources", "/MediaBox", "/CropBox", "/Rotate"}
_LEFT_OUT = {
    "/Length", "/Filter", "/DecodeParms", "/Parent", "/P", "/StructParent", "/StructParents", "/PieceInfo",
    "/Metadata", "/LastModified", "/Thumb", "/DL",
}  # fmt: skip
# What lies below these has names that the file chose: a picture called /P is shown as any other.
_NAMING = {
    "/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs",
    "/N", "/R", "/D",
}  # fmt: skip
_MAX_STEPS = 2_000_000
_MAX_BYTES = 1024 * 1024 * 1024
_MAX_LEVELS = 64
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class _Named:
    """A dictionary whose keys the file chose."""

    value: object


class _Walk:
    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        # An object that stands in both kinds of places is walked in both ways.
        self._seen: dict[tuple[tuple[int, int], bool], int] = {}
        self._steps = 0
        self._bytes = 0

    def hex(self) -> str:
        return self._digest.hexdigest()

    def token(self, kind: str, data: bytes) -> None:
        self._digest.update(kind.encode() + len(data).to_bytes(8, "big") + data)

    def page(self, page: pikepdf.Dictionary) -> None:
        self.token("p", b"")
        for key in _KEYS:
            value = inherited(page, key)
            if value is None:
                continue
            self.token("k", key.encode())
            if key == "/Contents":
                parts = list(value) if isinstance(value, pikepdf.Array) else [value]
                for number, part in enumerate(part for part in parts if isinstance(part, pikepdf.Stream)):
                    if number:
                        self._digest.update(b"\n")
                    self._data(part)
                self.token("e", b"")
            else:
                self.walk(value)

    def walk(self, root: object) -> None:
        """One value and all it refers to, without recursion: chains of references have no lawful length."""
        stack: list[object] = [root]
        while stack:
            self._steps += 1
            if self._steps > _MAX_STEPS:
                raise media_error("text.too_much")
            one = stack.pop()
            if isinstance(one, bytes):
                self.token("k", one)
            elif isinstance(one, _Named):
                self._object(cast("pikepdf.Object", one.value), stack, named=True)
            elif isinstance(one, pikepdf.Object):
                self._object(one, stack)
            else:
                self.token("s", repr(one).encode())

    def _object(self, one: pikepdf.Object, stack: list[object], *, named: bool = False) -> None:
        if one.is_indirect:
            number = self._seen.get((one.objgen, named))
            if number is not None:
                self.token("r", str(number).encode())
                return
            self._seen[(one.objgen, named)] = len(self._seen)
        if isinstance(one, pikepdf.Array):
            self.token("a", str(len(one)).encode())
            stack.extend(reversed(list(one)))
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            if one.get("/Type") in (pikepdf.Name.Page, pikepdf.Name.Pages):
                self.token("g", b"page")
                return
            left_out = _LEFT_OUT | {"/F"} if isinstance(one, pikepdf.Stream) else set() if named else _LEFT_OUT
            items = sorted((key, value) for key, value in _items(one) if key not in left_out)
            self.token("d", str(len(items)).encode())
            if isinstance(one, pikepdf.Stream):
                self._data(one)
            for key, value in reversed(items):
                named_below = key in _NAMING and isinstance(value, pikepdf.Dictionary)
                stack += [_Named(value) if named_below else value, key.encode()]
        elif isinstance(one, pikepdf.String):
            self.token("t", bytes(one))
        else:
            self.token("s", str(one).encode())

    def _data(self, stream: pikepdf.Stream) -> None:
        """A stream's bytes, bounded, in pieces."""
        names = _filters(stream)
        raw = stream.read_raw_bytes()
        flate = names == ["/FlateDecode"] and not _predicts(stream)
        if not flate:
            self.token("f", " ".join(names).encode())
        for piece in _inflated(raw) if flate else [raw]:
            self._bytes += len(piece)
            if self._bytes > _MAX_BYTES:
                raise media_error("text.too_much")
            self._digest.update(piece)


def digest(document: pikepdf.Pdf) -> Content:
    """The digest of a document's pages.

    Raises:
        MediaError: text.too_much, media.damaged.
    """
    walk = _Walk()
    for page in document.pages:
        walk.page(page.obj)
    layers = document.Root.get("/OCProperties")
    if layers is not None:
        walk.token("k", b"/OCProperties")
        walk.walk(layers)
    return Content(METHOD, walk.hex())


def inherited(page: pikepdf.Object, key: str) -> object:
    """A page's value, or that of the next node above it that has one (ISO 32000-2 7.7.3.4)."""
    node: object = page
    for _ in range(_MAX_LEVELS):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if key in node:
            return node[key]
        if key not in _INHERITED:
            return None
        node = node.get("/Parent")
    return None


def _items(one: pikepdf.Object) -> Iterator[tuple[str, object]]:
    for key in one.keys():  # noqa: SIM118 - a stream iterates over nothing
        yield str(key), one[key]


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    return [str(one) for one in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _predicts(stream: pikepdf.Stream) -> bool:
    parms = stream.get("/DecodeParms")
    if isinstance(parms, pikepdf.Array):
        parms = parms[0] if len(parms) else None
    return isinstance(parms, pikepdf.Dictionary) and int(parms.get("/Predictor", 1)) != 1


def _inflated(raw: bytes) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    data = raw
    try:
        while not inflate.eof:
            piece = inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
            if not piece and not data:
                return  # ends early; readers show what there is
            yield piece
    except zlib.error:
        raise media_error("media.damaged") from None
