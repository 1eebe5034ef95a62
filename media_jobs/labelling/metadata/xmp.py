"""XMP packets: find AIGC labels and the IPTC source type in one, and write ours into one without touching the rest."""

import re
import xml.etree.ElementTree as ET  # builds and writes only; parsing goes through defusedxml
from collections.abc import Callable

from defusedxml import ElementTree as SafeET
from defusedxml.common import DefusedXmlException

from media_jobs.labelling.metadata import xmp_scan

TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META = "adobe:ns:meta/"
AIGC = f"{{{TC260}}}AIGC"
SOURCE_TYPE = f"{{{IPTC_EXT}}}DigitalSourceType"

# These properties hold or point at second pictures that our re-encoding does not carry: previews would show the work
# unlabelled, and a gain map or motion video is no longer there.
_SECOND_PICTURES = (
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/camera/",
    "http://ns.google.com/photos/1.0/image/",
    "http://ns.google.com/photos/1.0/depthmap/",
)
# Names of depicted people, written beside their faces by photo programs, and serial numbers of somebody's camera.
_PEOPLE = (
    "http://www.metadataworkinggroup.com/schemas/regions/",
    "http://ns.microsoft.com/photo/1.2/",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "http://ns.microsoft.com/photo/1.2/t/Region#",
)
_PERSONAL = {
    f"{{{IPTC_EXT}}}PersonInImage",
    f"{{{IPTC_EXT}}}PersonInImageWDetails",
    f"{{{IPTC_EXT}}}LocationCreated",
    f"{{{IPTC_EXT}}}LocationShown",
}
_PERSONAL_ENDINGS = ("OwnerName", "SerialNumber", "}Company", "}Manager", "}LastModifiedBy")
_POSITIONS = "{http://ns.adobe.com/exif/1.0/}GPS"
# EXIF alone says which way up a picture is; programs that also look here would turn the label.
_ORIENTATION = "{http://ns.adobe.com/tiff/1.0/}Orientation"
_MAX_DEPTH = 64  # elements within each other; real packets stay below 20, and a bomb would exhaust the stack
_THUMBNAILS = "{http://ns.adobe.com/xap/1.0/}Thumbnails"
_EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
_PREFIX = re.compile(r"""xmlns:([A-Za-z_][\w.-]*)\s*=\s*["']([^"']+)["']""")
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '\n<?xpacket end="w"?>'


def parsed(packet: bytes) -> ET.Element | None:
    """The packet's root element; None when it is no well-formed XML (entities, DTDs and deep nesting count as such)."""
    text = xmp_scan.decoded(packet)
    try:
        root = SafeET.fromstring(text, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, RecursionError):
        return None
    return root if isinstance(root, ET.Element) and _is_shallow(root) else None


def _is_shallow(root: ET.Element) -> bool:
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return True
    return False


def labels(packet: bytes) -> list[str]:
    """The texts of every AIGC property, in any namespace and form (Annex E a: the name contains AIGC)."""
    return [text for text, _ in _scanned(packet).labels]


def _is_label(name: object) -> bool:
    return isinstance(name, str) and "AIGC" in name.rpartition("}")[2].upper()


def source_types(packet: bytes) -> list[str]:
    """Every IPTC DigitalSourceType, as element or attribute."""
    return _scanned(packet).source_types


def _scanned(packet: bytes) -> xmp_scan.Scanned:
    try:
        return xmp_scan.scan(packet)
    except xmp_scan.NotXmpError:
        return xmp_scan.Scanned()


def merged(existing: bytes | None, *, label_json: str | None, source_type: str) -> bytes:
    """A packet with exactly one AIGC property and one source type, and all other properties of `existing`.

    A packet that cannot be parsed is replaced.

    Args:
        existing: the file's packet, or None.
        label_json: AigcLabel.to_json(), the inner object; None for a container whose label stands elsewhere: then
            the packet holds none.
        source_type: full IPTC address.
    """
    root, rdf, prefixes = _opened(existing)
    about = _about(rdf)
    _strip(rdf, _is_mark)
    ours = ET.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": about})
    if label_json is not None:
        ET.SubElement(ours, AIGC).text = label_json
    ET.SubElement(ours, SOURCE_TYPE).text = source_type
    return (_HEAD + _written(root, prefixes) + _TAIL).encode()


def unmarked(existing: bytes) -> bytes | None:
    """A second packet of the same file, which leaves label and source type to the first; None when nothing is left.

    A packet that cannot be parsed does not stay.
    """
    if parsed(existing) is None:
        return None
    root, rdf, prefixes = _opened(existing)
    _strip(rdf, _is_mark)
    return (_HEAD + _written(root, prefixes) + _TAIL).encode() if len(rdf) else None


def cleaned(existing: bytes) -> bytes | None:
    """The packet as a released file may carry it; None when nothing is left or it cannot be parsed.

    Left out: earlier labels and source types, embedded previews, references to pictures that are not carried along,
    the link to extended XMP, and personal data: positions, owners, names of depicted people.
    """
    if parsed(existing) is None:
        return None
    root, rdf, prefixes = _opened(existing)
    _strip(rdf, _goes)
    return (_HEAD + _written(root, prefixes) + _TAIL).encode() if len(rdf) else None


def _opened(existing: bytes | None) -> tuple[ET.Element, ET.Element, dict[str, str]]:
    """Root, rdf:RDF and the writer's prefixes of a packet; fresh ones where there is none to be read."""
    root = parsed(existing) if existing else None
    rdf = None if root is None else root if root.tag == f"{{{RDF}}}RDF" else root.find(f".//{{{RDF}}}RDF")
    if root is None or rdf is None:
        root = ET.Element(f"{{{META}}}xmpmeta")
        return root, ET.SubElement(root, f"{{{RDF}}}RDF"), {}
    return root, rdf, {uri: name for name, uri in _PREFIX.findall(xmp_scan.decoded(existing or b""))}


def _about(rdf: ET.Element) -> str:
    return next((d.get(f"{{{RDF}}}about", "") for d in rdf), "")


def _strip(rdf: ET.Element, goes: Callable[[object], bool]) -> None:
    """Take properties out of every description, and descriptions that are empty then."""
    for description in list(rdf):
        for child in list(description):
            if goes(child.tag):
                description.remove(child)
        for name in [name for name in description.attrib if goes(name)]:
            del description.attrib[name]
        if not len(description) and not set(description.attrib) - {f"{{{RDF}}}about"}:
            rdf.remove(description)


def _is_mark(name: object) -> bool:
    return _is_label(name) or name == SOURCE_TYPE


def _goes(name: object) -> bool:
    if not isinstance(name, str):
        return True
    namespace = name[1:].partition("}")[0]
    return (
        _is_mark(name)
        or name in {_THUMBNAILS, _EXTENDED, _ORIENTATION}
        or name in _PERSONAL
        or name.startswith(_POSITIONS)
        or name.endswith(_PERSONAL_ENDINGS)
        or namespace in _SECOND_PICTURES + _PEOPLE
    )


def _written(root: ET.Element, prefixes: dict[str, str]) -> str:
    """Serialise with the writer's own prefixes where known, all declared on the root."""
    known = {**prefixes, TC260: "TC260", IPTC_EXT: "Iptc4xmpExt", RDF: "rdf", META: "x"}
    names: dict[str, str] = {"http://www.w3.org/XML/1998/namespace": "xml"}
    taken: set[str] = {"xml", "xmlns"}
    clone = ET.Element(root.tag, root.attrib)
    clone.extend(list(root))
    for element in clone.iter():
        for name in [element.tag, *element.attrib]:
            uri = str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""
            if uri and uri not in names:
                wanted = known.get(uri, "")
                if not wanted or wanted in taken:
                    wanted = next(
                        f"ns{n}" for n in range(len(names) + 1) if f"ns{n}" not in taken | set(known.values())
                    )
                names[uri] = wanted
                taken.add(wanted)
    for element in clone.iter():
        element.tag = _short(str(element.tag), names)
        element.attrib = {_short(name, names): value for name, value in element.attrib.items()}
    for uri, prefix in names.items():
        if prefix != "xml":
            clone.set(f"xmlns:{prefix}", uri)
    return ET.tostring(clone, encoding="unicode")


def _short(name: str, names: dict[str, str]) -> str:
    if not name.startswith("{"):
        return name
    uri, _, local = name[1:].partition("}")
    return f"{names[uri]}:{local}"
