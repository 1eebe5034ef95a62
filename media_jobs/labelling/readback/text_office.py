"""DOCX, PPTX and XLSX read back: zipfile and defusedxml, nothing of the carriers."""

import posixpath
import xml.etree.ElementTree as ET  # compares and writes only; parsing goes through defusedxml
import zipfile
from pathlib import Path
from typing import Any

from defusedxml import ElementTree as SafeET

from media_jobs.labelling.readback.colours import contrast
from media_jobs.labelling.readback.findings import Walked

_MOST = 64 * 1024 * 1024
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_MAY_CHANGE = {"[Content_Types].xml", "_rels/.rels", "docprops/custom.xml"}
_PRIVATE = {"lastModifiedBy", "Company", "Manager", "HyperlinkBase", "Template"}
_FAMILY = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}
_LEAST_CONTRAST = 4.5
_EDGE = 0.10


def walk(path: Path, container: str) -> Walked:
    """See Looker.walk."""
    del container
    walked = Walked(lossless=True)
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        if len(names) != len({name.lower() for name in names}) or package.testzip() is not None:
            walked.faults.append("checksum")
        walked.container = _FAMILY.get(_main(package).partition("/")[0], "")
        for name in names:
            if not name.lower().startswith("docprops/") or package.getinfo(name).file_size > _MOST:
                continue
            data = package.read(name)
            walked.mentions += data.count(b"ContentProducer")
            if name.lower() != "docprops/custom.xml":
                continue
            for one in SafeET.fromstring(data, forbid_dtd=True):
                text = "".join(one.itertext())
                if "AIGC" in one.get("name", "").upper():
                    walked.labels.append(("ooxml.custom", text))
                    if one.get("fmtid") != "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" or int(one.get("pid", "0")) < 2:
                        walked.faults.append("flag")
                elif one.get("name") == "DigitalSourceType":
                    walked.source_types.append(text)
        kinds = SafeET.fromstring(package.read("[Content_Types].xml"), forbid_dtd=True)
        if not any(
            one.get("PartName") == "/docProps/custom.xml" and one.get("ContentType") == _CUSTOM for one in kinds
        ):
            walked.faults.append("order")
        if sum("docProps/custom.xml" in one.get("Target", "") for one in _rows(package, "_rels/.rels")) != 1:
            walked.faults.append("order")
    return walked


def look(path: Path, original: Path, *, container: str, report: dict[str, Any]) -> dict[str, Any]:
    """See Looker.look."""
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(original) as before:
        shown = _slides(package) if container == "pptx" else [_main(package)]
        changing = {shown[0], shown[-1]} if report.get("explicit", True) and shown else set()
        rest = _other_parts(package, before, changing)
        if container == "xlsx" or not report.get("explicit", True):
            return {"first": "", "last": "", "hidden": "", "rest": rest}
        if container == "docx":
            return {**_look_docx(package), "rest": rest + _docx_rest(package, before)}
        faces = [_look_slide(package, part) for part in (shown[0], shown[-1])]
        rest += [part for part in sorted(changing) if _bare_slide(package, part) != _bare_slide(before, part)]
    return {
        "first": faces[0]["words"],
        "last": faces[1]["words"],
        "hidden": faces[0]["hidden"] or faces[1]["hidden"],
        "rest": rest,
        "contrast": min(face["contrast"] for face in faces),
        "height": faces[0]["height"],
        "required": faces[0]["required"],
    }


def _main(package: zipfile.ZipFile) -> str:
    return next(
        one.get("Target", "").lstrip("/")
        for one in _rows(package, "_rels/.rels")
        if one.get("Type", "").endswith("relationships/officeDocument")
    )


def _rows(package: zipfile.ZipFile, name: str) -> list[ET.Element]:
    return list(_tree(package, name))


def _tree(package: zipfile.ZipFile, name: str) -> ET.Element:
    if package.getinfo(name).file_size > _MOST:
        raise ValueError(name)
    root = SafeET.fromstring(package.read(name), forbid_dtd=True)
    if not isinstance(root, ET.Element):
        raise TypeError(name)
    return root


def _other_parts(package: zipfile.ZipFile, before: zipfile.ZipFile, changing: set[str]) -> list[str]:
    """The names of parts that differ and should not."""
    now, then = ({row.filename: row for row in one.infolist()} for one in (package, before))
    wrong = []
    for name in sorted(set(now) | set(then)):
        if name in changing or name in _MAY_CHANGE or name.lower() in _MAY_CHANGE:
            continue
        if name not in now:
            if "thumbnail" not in name.lower():
                wrong.append(name)
        elif name not in then:
            wrong.append(name)
        elif (now[name].CRC, now[name].file_size) != (then[name].CRC, then[name].file_size):
            if name.lower() in {"docprops/core.xml", "docprops/app.xml"}:
                if _private_apart(package, name) != _private_apart(before, name):
                    wrong.append(name)
            elif not (name.endswith("settings.xml.rels") and len(_rows(package, name)) == len(_rows(before, name))):
                wrong.append(name)
    return wrong


def _private_apart(package: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    return [
        (one.tag, "".join(one.itertext())) for one in _tree(package, name) if one.tag.rpartition("}")[2] not in _PRIVATE
    ]


def _look_docx(package: zipfile.ZipFile) -> dict[str, Any]:
    blocks = [one for one in _body(_tree(package, _main(package))) if not one.tag.endswith("}sectPr")]
    first, last = blocks[0], blocks[-1]
    figures = [_run(one) for one in (first, last)]
    return {
        "first": _said(first) if first.tag.endswith("}p") else "",
        "last": _said(last) if last.tag.endswith("}p") else "",
        "hidden": next((why for why, _, _ in figures if why), ""),
        "contrast": min(ratio for _, ratio, _ in figures),
        "height": min(size for _, _, size in figures),
        "required": 12.0,
    }


def _docx_rest(package: zipfile.ZipFile, before: zipfile.ZipFile) -> list[str]:
    trees = [_tree(one, _main(one)) for one in (package, before)]
    for tree in trees:
        body = _body(tree)
        for one in list(body):
            if one.tag.endswith("}p") and any("HallmarkAigcLabel" in str(mark.attrib) for mark in one):
                body.remove(one)
    return [] if ET.tostring(trees[0]) == ET.tostring(trees[1]) else [_main(package)]


def _body(document: ET.Element) -> ET.Element:
    return next(one for one in document if one.tag.endswith("}body"))


def _said(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter() if one.tag.endswith("}t"))


def _run(paragraph: ET.Element) -> tuple[str, float, float]:
    """Why it cannot be seen, contrast, points."""
    told = {one.tag.rpartition("}")[2]: {key.rpartition("}")[2]: value for key, value in one.attrib.items()}
            for one in paragraph.iter()}  # fmt: skip
    ratio = contrast(told.get("color", {}).get("val", "808080"), told.get("shd", {}).get("fill", "FFFFFF"))
    size = int(told.get("sz", {}).get("val", "20")) / 2
    if told.get("vanish", {"val": "0"}).get("val", "1") not in {"0", "false", "off"}:
        return "hidden text", ratio, size
    return ("contrast" if ratio < _LEAST_CONTRAST else "size" if size < 12 else ""), round(ratio, 2), size


def _slides(package: zipfile.ZipFile) -> list[str]:
    """The parts of the slides that are shown, in their order."""
    main = _main(package)
    folder, _, name = main.rpartition("/")
    to = {}
    for one in _rows(package, f"{folder}/_rels/{name}.rels"):
        target = one.get("Target", "")
        to[one.get("Id")] = target[1:] if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
    listed = next(one for one in _tree(package, main) if one.tag.endswith("}sldIdLst"))
    parts = [to[next(value for key, value in one.attrib.items() if key.endswith("}id"))] for one in listed]
    return [part for part in parts if _tree(package, part).get("show") not in {"0", "false"}]


def _shapes(tree: ET.Element) -> ET.Element:
    return next(one for one in tree.iter() if one.tag.endswith("}spTree"))


def _is_label(shape: ET.Element) -> bool:
    return shape.tag.endswith("}sp") and any(one.get("name") == "Hallmark AIGC label" for one in shape.iter())


def _look_slide(package: zipfile.ZipFile, part: str) -> dict[str, Any]:
    size = next(one for one in _tree(package, _main(package)) if one.tag.endswith("}sldSz"))
    width, height = int(size.get("cx", "0")), int(size.get("cy", "0"))
    shapes = [one for one in _shapes(_tree(package, part)) if one.tag.rpartition("}")[2] in {"sp", "pic", "grpSp"}]
    ratio = 0.0
    found: dict[str, Any] = {"words": "", "hidden": "", "contrast": ratio, "height": 0.0}
    found["required"] = round(0.05 * height / 12_700, 2)
    if not shapes or not _is_label(shapes[-1]):  # the last shape lies above all others
        return found
    places = {one.tag.rpartition("}")[2]: one.attrib for one in shapes[-1].iter()}
    offset, extent = places["off"], places["ext"]
    left, top, wide, high = int(offset["x"]), int(offset["y"]), int(extent["cx"]), int(extent["cy"])
    colours = [one.get("val", "") for one in shapes[-1].iter() if one.tag.endswith("}srgbClr")]
    if len(colours) == 2:
        ratio = contrast(colours[0], colours[1])
    found |= {"words": _said(shapes[-1]), "contrast": round(ratio, 2), "height": round(high / 12_700, 2)}
    near = min(left / width, (width - left - wide) / width, top / height, (height - top - high) / height)
    if near < 0 or left + wide > width or top + high > height:
        found["hidden"] = "outside"
    elif near > _EDGE or high < 0.05 * height or int(places["rPr"]["sz"]) / 100 < 0.049 * min(width, height) / 12_700:
        found["hidden"] = "size"
    elif ratio < _LEAST_CONTRAST:
        found["hidden"] = "contrast"
    return found


def _bare_slide(package: zipfile.ZipFile, part: str) -> bytes:
    tree = _tree(package, part)
    shapes = _shapes(tree)
    for one in list(shapes):
        if _is_label(one):
            shapes.remove(one)
    return bytes(ET.tostring(tree))
