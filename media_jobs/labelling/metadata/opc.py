"""Office Open XML packages (ECMA-376-2): main part, properties, content types, relationships; what is refused."""

import posixpath

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.archive import Archive
from media_jobs.labelling.metadata.xml_places import Edit, Element, appended, edited, elements, quoted

TYPES = "[Content_Types].xml"
RELATIONS = "_rels/.rels"
CUSTOM = "docProps/custom.xml"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/"
_MAIN_TYPES = {
    "docx": ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"),
    "pptx": ("presentationml.presentation.main+xml", "presentationml.slideshow.main+xml",
             "presentationml.template.main+xml"),
    "xlsx": ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
}  # fmt: skip
_MAX_RELATIONS = 100_000


class Package:
    """An open package whose main part is known.

    Attributes:
        archive: the ZIP file.
        main: name of the main part.
        strict: ISO/IEC 29500 strict namespaces.
        custom: name of the custom properties part, there or not yet.
    """

    def __init__(self, archive: Archive, container: str) -> None:
        """Look at the package.

        Raises:
            MediaError: text.macros, text.signed, text.unsafe_package, media.damaged.
        """
        self.archive = archive
        if TYPES not in archive.entries or RELATIONS not in archive.entries:
            raise media_error("text.unsafe_package", what="content types")
        names = [name.lower() for name in archive.entries]
        self._types = archive.read(TYPES)
        if b"macroEnabled" in self._types or any(name.endswith("vbaproject.bin") for name in names):
            raise media_error("text.macros")
        if any(name.startswith("_xmlsignatures/") for name in names):
            raise media_error("text.signed")
        self.relations = relations(archive, "")
        mains = [one for one in self.relations if one.kind in {f"{_TRANSITIONAL}relationships/officeDocument",
                                                              f"{_STRICT}relationships/officeDocument"}]  # fmt: skip
        if len(mains) != 1 or mains[0].target not in archive.entries:
            raise media_error("text.unsafe_package", what="main part")
        self.main, self.strict = mains[0].target, mains[0].kind.startswith(_STRICT)
        if not self._type_of(self.main).endswith(_MAIN_TYPES[container]):
            raise media_error("text.unsafe_package", what="main part")
        self._custom = next((one for one in self.relations if one.kind.endswith("/custom-properties")
                             or one.kind.endswith("/customProperties")), None)  # fmt: skip
        self.custom = self._custom.target if self._custom else self._spelt(CUSTOM)
        if self.custom.lower() == self.main.lower():  # the part of the marks, which no digest covers
            raise media_error("text.unsafe_package", what="main part")

    def read(self, name: str) -> bytes:
        """A part's bytes."""
        return self.archive.read(name)

    def office(self, name: str) -> str:
        """A namespace or relationship address of this package's dialect: office("relationships/customProperties")."""
        if self.strict:
            return _STRICT + name.replace("custom-properties", "customProperties")
        return _TRANSITIONAL + name

    def registered(self) -> dict[str, bytes]:
        """[Content_Types].xml and _rels/.rels as they must be for the custom properties part; only what changes."""
        changed = {}
        if self._type_of(self.custom) != CUSTOM_TYPE:
            root, overrides = _root_and(self._types, "Override")
            stale = [Edit(one.start, one.end, b"") for one in overrides
                     if one.attributes.get("PartName", "").lower() == f"/{self.custom}".lower()]  # fmt: skip
            row = (
                f"<Override xmlns={quoted(_TYPES_NS)} PartName={quoted('/' + self.custom)} "
                f"ContentType={quoted(CUSTOM_TYPE)}/>"
            )
            changed[TYPES] = edited(self._types, [*stale, appended(self._types, root, row)])
        if self._custom is None:
            data = self.read(RELATIONS)
            root, rows = _root_and(data, "Relationship")
            taken = {one.attributes.get("Id", "") for one in rows}
            number = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
            row = (
                f"<Relationship xmlns={quoted(_RELATIONS_NS)} Id={quoted(number)} "
                f"Type={quoted(self.office('relationships/custom-properties'))} Target={quoted(self.custom)}/>"
            )
            changed[RELATIONS] = edited(data, [appended(data, root, row)])
        return changed

    def _type_of(self, part: str) -> str:
        _, rows = _root_and(self._types, "Override")
        for row in rows:
            if row.attributes.get("PartName", "").lower() == f"/{part}".lower():
                return row.attributes.get("ContentType", "")
        ending = part.rpartition(".")[2].lower()
        _, rows = _root_and(self._types, "Default")
        return next((row.attributes.get("ContentType", "") for row in rows
                     if row.attributes.get("Extension", "").lower() == ending), "")  # fmt: skip

    def _spelt(self, name: str) -> str:
        """The name as the package spells it; part names do not differ by case."""
        return next((one for one in self.archive.entries if one.lower() == name.lower()), name)


class Relation:
    """One relationship: id, type, target as a part's name (or an address when external)."""

    def __init__(self, row: Element, base: str) -> None:
        self.id = row.attributes.get("Id", "")
        self.kind = row.attributes.get("Type", "")
        self.external = row.attributes.get("TargetMode") == "External"
        target = row.attributes.get("Target", "")
        if self.external:
            self.target = target
        elif target.startswith("/"):
            self.target = target[1:]
        else:
            self.target = posixpath.normpath(posixpath.join(base, target)) if target else ""
        self.row = row


def relations(archive: Archive, part: str) -> list[Relation]:
    """The relationships of a part ("" for the package itself).

    Raises:
        MediaError: media.damaged, text.too_much.
    """
    folder, _, name = part.rpartition("/")
    source = f"{folder}/_rels/{name}.rels".lstrip("/") if part else RELATIONS
    if source not in archive.entries:
        return []
    _, rows = _root_and(archive.read(source), "Relationship")
    if len(rows) > _MAX_RELATIONS:
        raise media_error("text.too_much")
    return [Relation(row, folder) for row in rows]


def _root_and(data: bytes, local: str) -> tuple[Element, list[Element]]:
    found = elements(data, lambda name, depth: depth == 0 or (depth == 1 and name.rpartition("}")[2] == local))
    return found[0], found[1:]
