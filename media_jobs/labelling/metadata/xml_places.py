"""Where the elements of an XML part stand, in bytes: what is edited by position leaves every other byte as it was."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat  # positions only; document types, and with them every entity, are refused below
from xml.sax.saxutils import escape, quoteattr

from media_jobs.labelling.errors import media_error

_MAX_DEPTH = 512
_MAX_ELEMENTS = 3_000_000
_START_TAG = re.compile(rb"""<([^\s/>]+)[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass
class Element:
    """One element; all places are offsets into the part.

    Attributes:
        name: "{namespace}local".
        prefix: as written before its name, with the colon, or "".
        attributes: by "{namespace}local" or plain name.
        parent: name of the element around it, or "".
        depth: 0 for the root.
        start, inside: of the start tag and after it.
        close, end: of the end tag and after it; close equals end where the element is written as one tag.
        text: the characters directly and deeper inside, as far as they were asked for.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    parent: str
    depth: int
    start: int
    inside: int
    close: int = -1
    end: int = -1
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """See above."""
        return "".join(self.pieces)

    @property
    def empty(self) -> bool:
        """Written as one tag: <a/>."""
        return self.close == self.end


def elements(data: bytes, wanted: Callable[[str, int], bool], *, texts: bool = True) -> list[Element]:
    """The wanted elements in the order of their start tags.

    Args:
        data: the part, UTF-8.
        wanted: called with name and depth.
        texts: also collect their characters.

    Raises:
        MediaError: media.damaged (not well-formed, nested too deep, a document type, another encoding), text.too_much.
    """
    return _Scan(data, wanted, texts=texts).found


class _Scan:
    def __init__(self, data: bytes, wanted: Callable[[str, int], bool], *, texts: bool) -> None:
        declared = _DECLARED.match(data)
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or (
            declared and declared[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}
        ):
            raise media_error("media.damaged")
        self.found: list[Element] = []
        self._data, self._wanted = data, wanted
        self._stack: list[tuple[str, Element | None]] = []
        self._open: list[Element] = []
        self._count = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        if texts:
            self._parser.CharacterDataHandler = self._characters
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - the C signature
        except (expat.ExpatError, ValueError):
            raise media_error("media.damaged") from None

    def _doctype(self, *_: object) -> None:
        raise media_error("media.damaged")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._stack)
        self._count += 1
        if depth > _MAX_DEPTH:
            raise media_error("media.damaged")
        if self._count > _MAX_ELEMENTS:
            raise media_error("text.too_much")
        full = _braced(name)
        element = None
        if self._wanted(full, depth):
            start = self._parser.CurrentByteIndex
            tag = _START_TAG.match(self._data, start)
            if tag is None:
                raise media_error("media.damaged")
            prefix = tag[1].decode("utf-8", "replace").rpartition(":")
            named = {_braced(key): value for key, value in attributes.items()}
            parent = self._stack[-1][0] if self._stack else ""
            element = Element(full, prefix[0] + prefix[1], named, parent, depth, start, tag.end())
            if tag[0].endswith(b"/>"):
                element.close = element.end = tag.end()
            self.found.append(element)
            self._open.append(element)
        self._stack.append((full, element))

    def _end(self, name: str) -> None:
        del name
        _, element = self._stack.pop()
        if element is None:
            return
        self._open.pop()
        if element.end < 0:
            element.close = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.close) + 1

    def _characters(self, text: str) -> None:
        for element in self._open:
            if element.depth:  # nobody asks the root for all the text there is
                element.pieces.append(text)


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from `start` to `end` by `text`."""

    start: int
    end: int
    text: bytes


def edited(data: bytes, edits: list[Edit]) -> bytes:
    """The part with the edits done; they do not overlap, and those at one place keep their order."""
    out, at = bytearray(), 0
    for edit in sorted(edits, key=lambda one: one.start):
        out += data[at : edit.start] + edit.text
        at = edit.end
    return bytes(out + data[at:])


def appended(data: bytes, parent: Element, text: str) -> Edit:
    """The edit that makes `text` the last thing inside `parent`."""
    if not parent.empty:
        return Edit(parent.close, parent.close, text.encode())
    tag = data[parent.start : parent.end]
    name = _START_TAG.match(tag)
    assert name is not None  # noqa: S101 - it was matched when the element was found
    return Edit(parent.start, parent.end, tag[:-2] + b">" + text.encode() + b"</" + name[1] + b">")


def quoted(text: str) -> str:
    """An attribute value with its quotation marks."""
    return quoteattr(text)


def escaped(text: str) -> str:
    """Character data."""
    return escape(text)
