"""DOCX: a paragraph before the first and after the last one of the body; every other byte of the package stays."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata.archive import Archive
from media_jobs.labelling.metadata.opc import Package
from media_jobs.labelling.metadata.xml_places import Edit, Element, appended, edited, elements, escaped, quoted
from media_jobs.labelling.text import office
from media_jobs.labelling.wish import Wish

MARK = "_HallmarkAigcLabel"  # name of the bookmark by which our own paragraphs are known again


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: text.macros, text.signed, text.unsafe_package, media.damaged.
    """
    with Archive(source) as archive:
        package = Package(archive, "docx")
        changed, notes = office.cleaned(package)
        if wish.explicit:
            changed[package.main] = _with_paragraphs(package.read(package.main), label)
        archive.copy(target, changed)
    return {"notes": notes}


def _with_paragraphs(data: bytes, label: str) -> bytes:
    if MARK.encode() in data:
        earlier = [
            one for one in elements(data, _paragraphs, texts=False) if MARK.encode() in data[one.start : one.end]
        ]
        data = edited(data, [Edit(one.start, one.end, b"") for one in earlier])
    found = elements(data, _wanted, texts=False)
    body = next((one for one in found if one.name.endswith("}body") and one.depth == 1), None)
    if body is None:
        raise media_error("media.damaged")
    free = _free_numbers(data)
    first, last = (_paragraph(body, label, which, next(free)) for which in ("First", "Last"))
    section = next((one for one in found if one.depth == 2), None)
    if body.empty:
        return edited(data, [appended(data, body, first + last)])
    place = body.close if section is None else section.start
    return edited(data, [Edit(body.inside, body.inside, first.encode()), Edit(place, place, last.encode())])


def _wanted(name: str, depth: int) -> bool:
    return (depth == 1 and name.endswith("}body")) or (depth == 2 and name.endswith("}sectPr"))


def _paragraphs(name: str, depth: int) -> bool:
    return depth == 2 and name.endswith("}p")


def _free_numbers(data: bytes) -> Iterator[int]:
    """Bookmark ids that the document does not use."""
    return filter(lambda number: f'"{number}"'.encode() not in data, count(1_000_001))


def _paragraph(body: Element, label: str, which: str, number: int) -> str:
    """One paragraph with its own formatting: no style of the document can hide or shrink it; 12 pt bold on a plate."""
    space = body.name[1:].partition("}")[0]
    fonts = '<w:rFonts w:ascii="Noto Sans SC" w:hAnsi="Noto Sans SC" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'
    return (
        f"<w:p xmlns:w={quoted(space)}><w:pPr><w:keepLines/><w:suppressAutoHyphens/>"
        '<w:spacing w:before="0" w:after="120" w:line="240" w:lineRule="auto"/><w:ind w:left="0" w:firstLine="0"/>'
        f'<w:jc w:val="left"/></w:pPr><w:bookmarkStart w:id="{number}" w:name="{MARK}{which}"/><w:r><w:rPr>{fonts}'
        '<w:b/><w:vanish w:val="0"/><w:webHidden w:val="0"/><w:color w:val="181412"/>'
        '<w:spacing w:val="0"/><w:w w:val="100"/><w:position w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>'
        '<w:shd w:val="clear" w:color="auto" w:fill="FAF7F2"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:specVanish w:val="0"/></w:rPr>'
        f'<w:t xml:space="preserve">{escaped(label)}</w:t></w:r><w:bookmarkEnd w:id="{number}"/></w:p>'
    )
