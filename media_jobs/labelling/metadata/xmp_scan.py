"""Read an XMP packet without building a tree: memory stays flat however deep or long a stranger wrote it."""

import json
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from media_jobs.labelling import aigc

TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MAX_PACKET = 16 * 1024 * 1024  # real ones with editing history and depth maps stay below
_MAX_DEPTH = 64  # elements within each other; real packets stay below 20
_MAX_ELEMENTS = 200_000
_MAX_FOUND = 64
_SOURCE_TYPE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ DigitalSourceType"
_ITEM, _RESOURCE, _ABOUT = f"{RDF} li", f"{RDF} resource", f"{RDF} about"


class NotXmpError(Exception):
    """The packet is no well-formed XML, or has what XMP must not have: a DTD, entities, extreme depth."""


@dataclass
class Scanned:
    """What a packet says.

    Attributes:
        labels: (text, form) of every AIGC property; form "" for element text, "attribute", "structure", "foreign
            namespace" otherwise.
        source_types: every IPTC DigitalSourceType.
        properties: the names of all properties, "prefix:name" by the packet's own prefixes, sorted, at most 1000.
    """

    labels: list[tuple[str, str]] = field(default_factory=list)
    source_types: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)


def scan(packet: bytes) -> Scanned:
    """Labels, source types and property names of one packet.

    Raises:
        NotXmpError: see there.
    """
    reading = _Reading()
    try:
        text = decoded(packet[:MAX_PACKET])
        reading.parser.Parse(text.encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 - the C signature
    except (expat.ExpatError, ValueError) as error:
        raise NotXmpError(str(error)[:100]) from None
    reading.found.properties = sorted(reading.names)
    return reading.found


def decoded(packet: bytes) -> str:
    """The packet as text, by its byte order mark or its first bytes, without XML declaration and padding."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if packet.startswith(mark):
            text = packet.decode(encoding, "replace")
            break
    else:
        text = packet.decode("utf-8", "replace")
    return re.sub(r"^<\?xml[^>]{0,200}\?>", "", text.strip("\0\ufeff \t\r\n"))


def is_label(name: str) -> bool:
    """True for a property whose local name contains AIGC (Annex E a)."""
    return "AIGC" in name.rpartition(" ")[2].upper()


class _Reading:
    """The handlers of one parse. `open` holds what is collected: [depth, kind, text parts, structure, items]."""

    def __init__(self) -> None:
        self.found = Scanned()
        self.names: set[str] = set()
        self.depth = self.elements = 0
        self._prefixes: dict[str, str] = {}
        self._open: _Property | None = None
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if len(self._prefixes) < _MAX_FOUND * 4:
            self._prefixes.setdefault(uri or "", prefix or "")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > _MAX_DEPTH or self.elements > _MAX_ELEMENTS:
            raise ValueError("deeper or longer than any XMP")
        self._note(name)
        for key, value in attributes.items():
            self._note(key)
            if is_label(key):
                self._add_label(value, "attribute", key)
            elif key == _SOURCE_TYPE:
                self._add_type(value)
        if self._open is not None:
            self._open.child(name, self.depth)
        elif is_label(name) or name == _SOURCE_TYPE:
            self._open = _Property(name, self.depth, attributes.get(_RESOURCE, ""))
            self._open.take({key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._open.add(text)

    def _end(self, name: str) -> None:
        del name
        if self._open is not None and self.depth == self._open.depth:
            done, self._open = self._open, None
            for text, form in done.values():
                if done.name == _SOURCE_TYPE:
                    self._add_type(text)
                else:
                    self._add_label(text, form, done.name)
        self.depth -= 1

    def _add_label(self, text: str, form: str, name: str) -> None:
        if len(self.found.labels) < _MAX_FOUND:
            outside = not name.startswith(f"{TC260} ")
            self.found.labels.append((text.strip()[: aigc.MAX_JSON + 1], form or ("foreign namespace" * outside)))

    def _add_type(self, value: str) -> None:
        if len(self.found.source_types) < _MAX_FOUND and value.strip():
            self.found.source_types.append(value.strip()[:300])

    def _note(self, name: str) -> None:
        uri, _, local = name.rpartition(" ")
        if uri not in {"", RDF, "adobe:ns:meta/", "http://www.w3.org/XML/1998/namespace"} and len(self.names) < 1000:
            self.names.add(f"{self._prefixes.get(uri, '')}:{local}"[:120])


class _Property:
    """One property while it is open: its text, the items of an rdf:Bag, or the fields of a structure."""

    def __init__(self, name: str, depth: int, resource: str) -> None:
        self.name, self.depth = name, depth
        self._resource = resource
        self._parts: list[str] = []
        self._items: list[list[str]] = []
        self._fields: dict[str, list[str]] = {}
        self._room = 4 * aigc.MAX_JSON

    def child(self, name: str, depth: int) -> None:
        """A child begins: an item, a field with the name of an AIGC key, or something else."""
        del depth
        local = name.rpartition(" ")[2]
        if name == _ITEM and len(self._items) < _MAX_FOUND:
            self._items.append([])
        elif local in aigc.FIELDS:
            self._fields.setdefault(local, [])
            self._parts = self._fields[local]

    def take(self, attributes: dict[str, str]) -> None:
        """Fields that stand as attributes of the property."""
        self._fields |= {key: [value[: aigc.MAX_JSON]] for key, value in attributes.items() if key in aigc.FIELDS}

    def add(self, text: str) -> None:
        """Text within the property, wherever it is nested; bounded."""
        text = text[: max(0, self._room)]
        self._room -= len(text)
        (self._items[-1] if self._items else self._parts).append(text)

    def values(self) -> list[tuple[str, str]]:
        """(text, form) of what was said."""
        if self._fields:
            return [(json.dumps({key: "".join(parts).strip() for key, parts in self._fields.items()}), "structure")]
        if self._items:
            return [("".join(item), "") for item in self._items if "".join(item).strip()]
        return [("".join(self._parts).strip() or self._resource, "")]


def _refuse(*_: object) -> None:
    raise ValueError("a DTD in XMP")
