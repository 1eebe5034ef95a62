"""What an office package says of people who did not ask for it, taken out where the document itself stays as it is.

Goes: who saved last, company, manager, base addresses and template paths in the properties, the address of a template
on somebody's disk, and the preview, which would show the first page unlabelled. Stays: title, subject, keywords,
creator, the authors of comments and tracked changes (content), and rsid numbers, which are random and name nobody.
"""

from media_jobs.labelling.metadata.opc import RELATIONS, Package, relations
from media_jobs.labelling.metadata.xml_places import Edit, edited, elements

_GOES = {"lastModifiedBy", "Company", "Manager", "HyperlinkBase"}
_PROPERTIES = {"docprops/core.xml", "docprops/app.xml"}


def cleaned(package: Package) -> tuple[dict[str, bytes | None], list[str]]:
    """Parts that change (None: is left out), and notes: personal_properties_removed, preview_removed."""
    changed: dict[str, bytes | None] = {}
    notes = []
    for name in package.archive.entries:
        if name.lower() in _PROPERTIES:
            data = package.read(name)
            edits = [
                Edit(one.start, one.end, b"")
                for one in elements(data, lambda _, depth: depth == 1)
                if _goes(one.name.rpartition("}")[2], one.text)
            ]
            if edits:
                changed[name] = edited(data, edits)
                notes.append("personal_properties_removed")
        elif name.lower() == "word/_rels/settings.xml.rels":
            changed |= _without_template_path(package, name)
    previews = [one for one in package.relations if one.kind.endswith("/thumbnail") and not one.external]
    if previews:
        data = package.read(RELATIONS)
        changed[RELATIONS] = edited(data, [Edit(one.row.start, one.row.end, b"") for one in previews])
        changed |= {one.target: None for one in previews if one.target in package.archive.entries}
        notes.append("preview_removed")
    return changed, list(dict.fromkeys(notes))


def _goes(name: str, text: str) -> bool:
    return name in _GOES or (name == "Template" and any(mark in text for mark in "\\/:"))


def _without_template_path(package: Package, name: str) -> dict[str, bytes | None]:
    data = package.read(name)
    edits = []
    for one in relations(package.archive, "word/settings.xml"):
        if one.kind.endswith("/attachedTemplate"):
            tag = data[one.row.start : one.row.end]
            for quote in (b'"', b"'"):
                start = tag.find(b"Target=" + quote)
                if start >= 0:
                    start += 8
                    end = tag.index(quote, start)
                    edits.append(Edit(one.row.start + start, one.row.start + end, b"Normal.dotm"))
    return {name: edited(data, edits)} if edits else {}
