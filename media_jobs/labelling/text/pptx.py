"""PPTX: a text box in a corner of the first and of the last slide that is shown; every other byte stays.

A slide is read as text (GB 45438-2025 5.1 gives no number); the characters are 5 % of the slide's shorter side all the
same, the height that the standard asks of a picture, on a plate of their own.
"""

import re
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.archive import Archive
from media_jobs.labelling.metadata.opc import Package, relations
from media_jobs.labelling.metadata.xml_places import Edit, appended, edited, elements, escaped, quoted
from media_jobs.labelling.text import office
from media_jobs.labelling.wish import Theme, Wish

MARK = "Hallmark AIGC label"  # the box's name, by which our own are known again
_EMU = 12_700  # per point
_SHARE = 0.05
_MAX_SLIDES = 10_000


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: text.no_pages, text.too_many_pages, text.macros, text.signed, text.unsafe_package, media.damaged.
    """
    boxes: list[dict[str, object]] = []
    with Archive(source) as archive:
        package = Package(archive, "pptx")
        changed, notes = office.cleaned(package)
        if wish.explicit:
            width, height, slides = shown(package)
            corner = "top-right" if wish.theme == Theme.CN_EU else "bottom-right"
            for number in dict.fromkeys((0, len(slides) - 1)):
                box = _box(width, height, label, corner)
                changed[slides[number]] = _with_box(
                    package, package.read(slides[number]), label, box, min(width, height)
                )
                boxes.append({"page": number, "box": [round(edge / _EMU, 2) for edge in box]})
        archive.copy(target, changed)
    return {"notes": notes, "boxes": boxes}


def shown(package: Package) -> tuple[int, int, list[str]]:
    """Width and height of the slides (EMU), and the parts of those that are not hidden, in their order.

    Raises:
        MediaError: text.no_pages, text.too_many_pages, media.damaged.
    """
    data = package.read(package.main)
    found = elements(data, lambda name, _: name.endswith(("}sldSz", "}sldId")), texts=False)
    size = next((one for one in found if one.name.endswith("}sldSz")), None)
    try:
        width, height = (int(size.attributes[key]) for key in ("cx", "cy")) if size else (9_144_000, 6_858_000)
    except (KeyError, ValueError):
        raise media_error("media.damaged") from None
    parts = {one.id: one.target for one in relations(package.archive, package.main)}
    ids = [one for one in found if one.name.endswith("}sldId") and one.parent.endswith("}sldIdLst")]
    if len(ids) > _MAX_SLIDES:
        raise media_error("text.too_many_pages", pages=len(ids), max_pages=_MAX_SLIDES)
    slides = []
    for one in ids:
        number = next((value for key, value in one.attributes.items() if key.endswith("}id")), "")
        part = parts.get(number, "")
        if part not in package.archive.entries:
            raise media_error("media.damaged")
        slides.append(part)
    seen = _unhidden(package, slides)
    if not seen or not (0 < width <= 1 << 31 and 0 < height <= 1 << 31):
        raise media_error("text.no_pages")
    return width, height, seen


def _unhidden(package: Package, slides: list[str]) -> list[str]:
    """The slides from the first to the last that people see; those between are not looked into."""
    first = next((at for at, part in enumerate(slides) if not _hidden(package, part)), None)
    if first is None:
        return []
    last = next(at for at in range(len(slides) - 1, first - 1, -1) if not _hidden(package, slides[at]))
    return slides[first : last + 1]


def _hidden(package: Package, part: str) -> bool:
    root = elements(package.read(part), lambda _, depth: depth == 0, texts=False)[0]
    return root.attributes.get("show") in {"0", "false"}


def _box(width: int, height: int, label: str, corner: str) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the plate in EMU."""
    size = _SHARE * min(width, height)
    long = sum(1.0 if ord(character) > 0x2E7F else 0.62 for character in label)
    wide, high = min(round((long + 1.2) * size), width), min(round(1.6 * size), height)
    margin = round(0.4 * size)
    left = max(0, width - margin - wide)
    top = margin if corner.startswith("top") else max(0, height - margin - high)
    return left, top, left + wide, top + high


def _with_box(package: Package, data: bytes, label: str, box: tuple[int, int, int, int], shorter: int) -> bytes:
    found = elements(
        data,
        lambda name, depth: (
            name.endswith("}cNvPr") or (depth in {2, 3} and name.endswith(("}spTree", "}sp", "}extLst")))
        ),
        texts=False,
    )
    tree = next((one for one in found if one.depth == 2 and one.name.endswith("}spTree")), None)
    if tree is None:
        raise media_error("media.damaged")
    old = [one for one in found if one.depth == 3 and one.name.endswith("}sp")
           and MARK.encode() in data[one.start : one.end]]  # fmt: skip
    if old:
        data = edited(data, [Edit(one.start, one.end, b"") for one in old])
        return _with_box(package, data, label, box, shorter)
    numbers = [int(one.attributes["id"][:9]) for one in found if re.fullmatch(r"\d+", one.attributes.get("id", ""))]
    number = max(numbers, default=1) + 1
    space = tree.name[1:].partition("}")[0]
    drawing = (
        "http://purl.oclc.org/ooxml/drawingml/main"
        if package.strict
        else "http://schemas.openxmlformats.org/drawingml/2006/main"
    )
    left, top, right, bottom = box
    points = round(_SHARE * shorter / _EMU * 100)
    fill = '<a:solidFill><a:srgbClr val="{}"/></a:solidFill>'
    shape = (
        f"<p:sp xmlns:p={quoted(space)} xmlns:a={quoted(drawing)}><p:nvSpPr>"
        f'<p:cNvPr id="{number}" name={quoted(MARK)} descr={quoted(label)}/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{right - left}" cy="{bottom - top}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill.format("FAF7F2")}</p:spPr><p:txBody>'
        '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
        '<a:lstStyle/><a:p><a:pPr marL="0" indent="0" algn="ctr"><a:buNone/></a:pPr><a:r>'
        f'<a:rPr lang="zh-CN" altLang="en-US" sz="{max(100, points)}" b="1">{fill.format("181412")}'
        '<a:latin typeface="Noto Sans SC"/><a:ea typeface="Microsoft YaHei"/></a:rPr>'
        f"<a:t>{escaped(label)}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    extension = next((one for one in found if one.depth == 3 and one.name.endswith("}extLst")
                      and one.parent == tree.name), None)  # fmt: skip
    place = appended(data, tree, shape) if extension is None else Edit(extension.start, extension.start, shape.encode())
    return edited(data, [place])
