"""DOCX, PPTX, XLSX: the label as custom property AIGC (TC260-PG-20258A 6.1); other entries keep their bytes.

Content digest "ooxml-parts-v1": SHA-256 over every part in the order of its name, each as length and bytes of its name
(UTF-8) and length and bytes of its unpacked content, lengths as 8 bytes big-endian. Left out: folders, the custom
properties part, [Content_Types].xml and _rels/.rels, which the label itself changes. Zipping anew leaves it the same.
"""

import hashlib
from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata.archive import MAX_TOTAL, Archive
from media_jobs.labelling.metadata.opc import CUSTOM, RELATIONS, TYPES, Package
from media_jobs.labelling.metadata.xml_places import Edit, Element, appended, edited, elements, escaped, quoted

_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of user-defined properties
SOURCE = "DigitalSourceType"
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml")
_MAX_PROPERTIES = 4 * 1024 * 1024
_MAINS = {"word/document.xml", "ppt/presentation.xml", "xl/workbook.xml"}
_MAX_CLAIMS = 50


class OfficeCarrier:
    """The Carrier of one of the three."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with Archive(path) as archive:
                found.c2pa = any(name.lower().endswith(".c2pa") for name in archive.entries)
                self._read(archive, found)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        with Archive(source) as archive:
            package = Package(archive, self.name)
            changed: dict[str, bytes | None] = dict(package.registered())
            changed[package.custom] = _with_marks(package, marks)
            archive.copy(target, changed)
        left = self.read(target)
        for claim in left.claims[1:] or ([] if left.claims else [Claim("", "")]):
            raise media_error("text.label_elsewhere", place=claim.place)

    def content(self, path: Path) -> Content:
        """See Carrier.content."""
        digest = hashlib.sha256()
        with Archive(path) as archive:
            package = Package(archive, self.name)
            left_out = {package.custom, TYPES, RELATIONS}
            entries = [one for one in archive.entries.values() if one.name not in left_out and one.name[-1:] != "/"]
            if sum(one.size for one in entries) > MAX_TOTAL:
                raise media_error("text.too_much")
            if package.main not in _MAINS:  # which part is shown stands in _rels/.rels, which is left out
                digest.update(package.main.encode())
            for entry in sorted(entries, key=lambda one: one.name):
                name = entry.name.encode()
                digest.update(len(name).to_bytes(8, "big") + name + entry.size.to_bytes(8, "big"))
                for piece in archive.unpacked(entry):
                    digest.update(piece)
        return Content("ooxml-parts-v1", digest.hexdigest())

    def _read(self, archive: Archive, found: Found) -> None:
        """Custom properties wherever a part of that kind lies, then what others put into core and app properties."""
        for name in archive.entries:
            folder, _, last = name.lower().rpartition("/")
            if folder == "docprops" and last.startswith("custom") and last.endswith(".xml"):
                place = "ooxml.custom" if name.lower() == CUSTOM.lower() else f"ooxml.{last[:40]}"
                for one in _properties(archive.read(name, most=_MAX_PROPERTIES)):
                    shown = one.attributes.get("name", "")
                    if "AIGC" in shown.upper():
                        found.claims.append(Claim(place, one.text.strip()))
                    elif shown == SOURCE:
                        found.source_types.append(one.text.strip())
        for name in _PROPERTIES:
            if name in archive.entries:
                for one in elements(archive.read(name, most=_MAX_PROPERTIES), lambda _, depth: depth == 1):
                    local = one.name.rpartition("}")[2]
                    if "AIGC" in local.upper() or "ContentProducer" in one.text:
                        found.claims.append(Claim(f"ooxml.{name[9:-4]}.{local[:40]}", one.text.strip()))
        del found.claims[_MAX_CLAIMS:]


def _properties(data: bytes) -> list[Element]:
    return elements(data, lambda name, depth: depth == 1 and name.endswith("}property"))


def _with_marks(package: Package, marks: Marks) -> bytes:
    """The custom properties part with our two as the only ones of their names."""
    space, types = package.office("custom-properties"), package.office("docPropsVTypes")
    if package.custom in package.archive.entries:
        data = package.archive.read(package.custom, most=_MAX_PROPERTIES)
    else:
        data = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns={quoted(space)} '
            f"xmlns:vt={quoted(types)}></Properties>"
        ).encode()
    root = elements(data, lambda _, depth: depth == 0)[0]
    space = root.name[1:].partition("}")[0]
    edits, taken = [], {1}
    for one in _properties(data):
        shown, number = one.attributes.get("name", ""), one.attributes.get("pid", "")
        if "AIGC" in shown.upper() or shown == SOURCE:
            edits.append(Edit(one.start, one.end, b""))
        elif number.isascii() and number.isdigit():
            taken.add(int(number[:9]))
    free = max(taken) + 1
    rows = "".join(
        f"<property xmlns={quoted(space)} fmtid={quoted(_FORMAT)} pid={quoted(str(pid))} name={quoted(name)}>"
        f"<vt:lpwstr xmlns:vt={quoted(types)}>{escaped(text)}</vt:lpwstr></property>"
        for pid, name, text in ((free, "AIGC", marks.label.to_json()), (free + 1, SOURCE, marks.source_type))
    )
    return edited(data, [*edits, appended(data, root, rows)])


CARRIERS: dict[str, Carrier] = {name: OfficeCarrier(name) for name in ("docx", "pptx", "xlsx")}
