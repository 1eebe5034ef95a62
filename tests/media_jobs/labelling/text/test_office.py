"""DOCX, PPTX: what changes is what was said, in packages as real programs and enemies write them."""

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.metadata.archive import Archive
from media_jobs.labelling.probe import probe
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.writer import label_file, mark_file
from tests.media_jobs.labelling.text.documents import (
    BODY,
    LABEL,
    MAIN,
    OFFICE,
    RELS,
    SECTION,
    SOURCE,
    STRICT,
    TYPES,
    WORD,
    XML,
    docx,
    package,
    parts_of,
    pptx,
    rels,
    saved,
    slide,
    types,
    xlsx,
)
from tests.media_jobs.labelling.text.test_labels import labelled

W = f"{{{WORD}}}"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def rows_of(data: bytes) -> dict[str, bytes]:
    """The compressed bytes of every entry."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for row in opened.infolist():
            name, extra = struct.unpack_from("<2H", data, row.header_offset + 26)
            start = row.header_offset + 30 + name + extra
            found[row.filename] = data[start : start + row.compress_size]
    return found


def check_package(data: bytes) -> None:
    """What Word checks before it offers to repair: parts, types and relationships agree, XML is well-formed."""
    parts = parts_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert len(opened.namelist()) == len({name.lower() for name in opened.namelist()})
        assert opened.infolist()[0].filename == "[Content_Types].xml"
    kinds = fromstring(parts["[Content_Types].xml"])
    assert {one.tag for one in kinds} <= {f"{{{TYPES}}}Default", f"{{{TYPES}}}Override"}
    overrides = [one.get("PartName") for one in kinds.iter(f"{{{TYPES}}}Override")]
    assert len(overrides) == len(set(overrides))
    assert {name.removeprefix("/") for name in overrides} <= set(parts)
    defaults = {one.get("Extension") for one in kinds.iter(f"{{{TYPES}}}Default")}
    for name in parts:
        known = f"/{name}" in overrides or name.rpartition(".")[2] in defaults
        assert known or name in {"[Content_Types].xml", "word/media/image1.png"}, name
    for name, body in parts.items():
        if name.endswith((".xml", ".rels")):
            fromstring(body)
        if name == "_rels/.rels":
            found = fromstring(body)
            assert len({one.get("Id") for one in found}) == len(found)
            assert all(one.tag == f"{{{RELS}}}Relationship" for one in found)
            assert {one.get("Target") for one in found} <= set(parts)


def paragraphs(data: bytes, name: str = "word/document.xml") -> list[str]:
    """What the body's children say, in order; sectPr as its name."""
    body = next(iter(fromstring(parts_of(data)[name])))
    return [
        "sectPr" if one.tag.endswith("sectPr") else "".join(t.text or "" for t in one.iter() if t.tag.endswith("}t"))
        for one in body
    ]


def test_word_first_and_last_paragraph_and_nothing_else(tmp_path: Path) -> None:
    source = saved(tmp_path, "docx")

    target, report = labelled(source)

    before, after = source.read_bytes(), target.read_bytes()
    check_package(after)
    assert paragraphs(after) == ["AI生成", *paragraphs(before)[:-1], "AI生成", "sectPr"]
    then, now = parts_of(before), parts_of(after)
    assert set(then) - set(now) == {"docProps/thumbnail.jpeg"}
    assert set(now) - set(then) == {"docProps/custom.xml"}
    changed = {name for name in then if name in now and then[name] != now[name]}
    assert changed == {
        "[Content_Types].xml", "_rels/.rels", "word/document.xml", "docProps/core.xml", "docProps/app.xml",
        "word/_rels/settings.xml.rels",
    }  # fmt: skip
    old, new = rows_of(before), rows_of(after)
    assert all(new[name] == old[name] for name in old if name in new and name not in changed)
    assert report["notes"] == ["personal_properties_removed", "preview_removed"]
    inside = now["word/document.xml"]
    assert (BODY + SECTION).encode().replace(SECTION.encode(), b"") in inside
    custom = fromstring(now["docProps/custom.xml"])
    assert [(one.get("fmtid"), one.get("pid"), one.get("name")) for one in custom] == [
        (FORMAT, "2", "AIGC"),
        (FORMAT, "3", "DigitalSourceType"),
    ]
    assert custom[0][0].tag == "{" + OFFICE + "docPropsVTypes}lpwstr"
    assert custom[0][0].text == LABEL.to_json()


def test_who_saved_it_last_goes_and_the_author_stays(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "docx"))

    told = b"".join(parts_of(target.read_bytes()).values())
    for gone in (b"Li Lei", b"Secret Ltd", b"Han Meimei", b"secret.dotm", b"lilei", b"preview"):
        assert gone not in told
    for kept in (
        b"The Author",
        b"A title",
        b"Microsoft Office Word",
        b"Editor",
        b"inserted  words",
        b"cell &amp; more",
    ):
        assert kept in told


@pytest.mark.parametrize("section", [SECTION, ""])
@pytest.mark.parametrize(
    "body", ["", "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", "<w:sdt><w:sdtContent/></w:sdt>"]
)
def test_bodies_without_paragraphs(tmp_path: Path, body: str, section: str) -> None:
    source = saved(tmp_path, "docx", docx(body, section=section))

    target, _ = labelled(source)

    said = paragraphs(target.read_bytes())
    assert said[0] == "AI生成"
    assert said[-1 if not section else -2] == "AI生成"
    check_package(target.read_bytes())


def test_an_empty_body_element(tmp_path: Path) -> None:
    document = f'{XML}<doc:document xmlns:doc="{WORD}"><doc:body/></doc:document>'

    target, _ = labelled(saved(tmp_path, "docx", docx(more={"word/document.xml": document})))

    assert paragraphs(target.read_bytes()) == ["AI生成", "AI生成"]


def test_strict_documents_stay_strict(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "docx", docx(strict=True)))

    parts = parts_of(target.read_bytes())
    assert f"{STRICT}officeDocument/customProperties".encode() in parts["docProps/custom.xml"]
    assert f"{STRICT}officeDocument/relationships/customProperties".encode() in parts["_rels/.rels"]
    assert b"schemas.openxmlformats.org/wordprocessingml" not in parts["word/document.xml"]
    assert paragraphs(target.read_bytes())[0] == "AI生成"


def test_other_custom_properties_stay_and_keep_their_numbers(tmp_path: Path) -> None:
    mine = (
        f'{XML}<op:Properties xmlns:op="{OFFICE}custom-properties" xmlns:vt="{OFFICE}docPropsVTypes">'
        f'<op:property fmtid="{FORMAT}" pid="7" name="Matter"><vt:lpwstr>A &lt; B</vt:lpwstr></op:property>'
        f'<op:property fmtid="{FORMAT}" pid="8" name="aigc"><vt:lpwstr>{LABEL.to_json()}</vt:lpwstr></op:property>'
        "</op:Properties>"
    )
    source = saved(tmp_path, "docx", docx(more={"docProps/custom.xml": mine}))
    assert len(read_file(source)["labels"]) == 1

    target, _ = labelled(source)

    custom = fromstring(parts_of(target.read_bytes())["docProps/custom.xml"])
    assert [(one.get("pid"), one.get("name")) for one in custom] == [
        ("7", "Matter"), ("8", "AIGC"), ("9", "DigitalSourceType"),
    ]  # fmt: skip
    assert custom[0][0].text == "A < B"
    check_package(target.read_bytes())


def test_word_online_numbers_its_main_part(tmp_path: Path) -> None:
    document = f'{XML}<w:document xmlns:w="{WORD}"><w:body><w:p/></w:body></w:document>'
    source = saved(
        tmp_path,
        "docx",
        package(
            {
                "[Content_Types].xml": types(("word/document2.xml", f"{MAIN}wordprocessingml.document.main+xml")),
                "_rels/.rels": rels(("rId1", f"{OFFICE}relationships/officeDocument", "/word/document2.xml")),
                "word/document2.xml": document,
            }
        ),
    )

    target, _ = labelled(source)

    assert paragraphs(target.read_bytes(), "word/document2.xml") == ["AI生成", "", "AI生成"]


def test_slides_first_and_last_of_those_that_are_shown(tmp_path: Path) -> None:
    slides = [slide("h", hidden=True), slide("a"), slide("b"), slide("c", extension=True), slide("h", hidden=True)]
    source = saved(tmp_path, "pptx", pptx(slides))

    target, report = labelled(source)

    parts = parts_of(target.read_bytes())
    marked = sorted(name for name, body in parts.items() if b"Hallmark AIGC label" in body)
    assert marked == ["ppt/slides/slide2.xml", "ppt/slides/slide4.xml"]
    tree = next(one for one in fromstring(parts["ppt/slides/slide2.xml"]).iter() if one.tag.endswith("}spTree"))
    names = [one.tag.rpartition("}")[2] for one in tree]
    assert names[-2:] == ["sp", "extLst"]
    ids = [one.get("id") for one in tree.iter() if one.tag.endswith("}cNvPr")]
    assert len(ids) == len(set(ids))
    assert report["measured"]["height"] >= 0.05 * 540
    check_package(target.read_bytes())


def test_one_slide_gets_one_box(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, "pptx", pptx([slide("only")])))

    assert parts_of(target.read_bytes())["ppt/slides/slide1.xml"].count(b"Hallmark AIGC label") == 1
    assert len(report["boxes"]) == 1


def test_a_presentation_that_shows_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        probe(saved(tmp_path, "pptx", pptx([slide("x", hidden=True)])))

    assert caught.value.code == "text.no_pages"


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_zipping_anew_keeps_the_content_digest(tmp_path: Path, kind: str) -> None:
    data = {"docx": docx, "pptx": pptx, "xlsx": xlsx}[kind]()
    source, again = saved(tmp_path, kind, data), tmp_path / f"again.{kind}"
    parts = parts_of(data)
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(parts, reverse=True):
            out.writestr(name, parts[name])

    content = carrier(CONTAINERS[kind]).content

    assert content(again) == content(source)
    changed = {
        name: body + b" " if name.startswith(("word/d", "ppt/p", "xl/w")) else body for name, body in parts.items()
    }
    assert content(saved(tmp_path, kind, package(changed), "changed")) != content(source)


def refused(tmp_path: Path, data: bytes, kind: str = "docx") -> str:
    """The code with which every function refuses these bytes; nothing is left behind."""
    source = saved(tmp_path, kind, data)
    codes = set()
    for attempt in (
        lambda: probe(source),
        lambda: label_file(source, tmp_path / f"out.{kind}", label=LABEL, digital_source_type=SOURCE),
        lambda: mark_file(source, tmp_path / f"out.{kind}", label=LABEL, digital_source_type=SOURCE),
    ):
        with pytest.raises(MediaError) as caught:
            attempt()
        codes.add(caught.value.code)
    assert list(tmp_path.iterdir()) == [source]
    return "/".join(sorted(codes))


def zip_of(rows: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        warnings.simplefilter("ignore")  # two parts of one name are what some of these are about
        for name, body in rows:
            out.writestr(name, body)
    return buffer.getvalue()


ROWS = list(parts_of(docx()).items())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (docx(more={"word/vbaProject.bin": b"x"}), "text.macros"),
        (docx(more={"_xmlsignatures/origin.sigs": b""}), "text.signed"),
        (zip_of([*ROWS, ROWS[2]]), "text.unsafe_package"),
        (zip_of([*ROWS, ("WORD/Document.xml", b"")]), "text.unsafe_package"),
        (zip_of([*ROWS, ("../evil.xml", b"")]), "text.unsafe_package"),
        (zip_of([*ROWS, ("word//x.xml", b"")]), "text.unsafe_package"),
        (zip_of([*ROWS, ("C:/x.xml", b"")]), "text.unsafe_package"),
        (b"MZ" + docx(), "media.not_recognised"),
        (docx() + b"tail", "text.unsafe_package"),
        (docx()[:-40], "media.unsupported_format"),
        (zip_of([row for row in ROWS if row[0] != "_rels/.rels"]), "text.unsafe_package"),
        (docx(more={"_rels/.rels": rels()}), "text.unsafe_package"),
        (docx(more={"_rels/.rels": "<x"}), "media.damaged"),
        (docx(more={"word/document.xml": "<w:document"}), "media.damaged"),
        (docx(more={"word/document.xml": f'{XML}<w:document xmlns:w="{WORD}"/>'}), "media.damaged"),
        (docx(more={"word/document.xml": "<a>" * 3000 + "</a>" * 3000}), "media.damaged"),
        (
            docx(more={"word/document.xml": f'<?xml version="1.0" encoding="utf-7"?><a xmlns="{WORD}"/>'}),
            "media.damaged",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_packages_that_no_program_writes(tmp_path: Path, data: bytes, code: str) -> None:
    assert code in refused_somewhere(tmp_path, data)


def refused_somewhere(tmp_path: Path, data: bytes) -> set[str]:
    """The codes of drawing, which looks into the main part."""
    source = saved(tmp_path, "docx", data)
    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.docx", label=LABEL, digital_source_type=SOURCE)
    assert list(tmp_path.iterdir()) == [source]
    return {caught.value.code}


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"])
def test_a_billion_laughs_are_no_joke_here(tmp_path: Path, part: str) -> None:
    assert refused_somewhere(tmp_path, docx(more={part: f"{LAUGHS}<x>&j;</x>"})) == {"media.damaged"}


def test_a_part_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = docx(more={"word/document.xml": b" " * (65 * 1024 * 1024)})

    assert refused_somewhere(tmp_path, bomb) == {"text.too_much"}


def test_a_directory_that_lies_about_sizes_is_damage(tmp_path: Path) -> None:
    data = bytearray(docx(more={"word/media/big.bin": b"\0" * 500_000}))
    at = data.rindex(b"word/media/big.bin") - 46
    struct.pack_into("<L", data, at + 24, 10)

    assert refused_somewhere(tmp_path, bytes(data)) == {"media.damaged"}


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    data = bytearray(docx())
    rows = [at for at in range(len(data)) if data[at : at + 4] == b"PK\1\2"]
    data[rows[-1] + 42 : rows[-1] + 46] = data[rows[-2] + 42 : rows[-2] + 46]

    assert refused(tmp_path, bytes(data)) == "text.unsafe_package"


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    data = bytearray(docx())
    for at in range(len(data)):
        if data[at : at + 4] == b"PK\1\2":
            data[at + 8] |= 1

    assert refused(tmp_path, bytes(data)) == "text.encrypted"


def test_more_entries_than_any_document_has(tmp_path: Path) -> None:
    many = zip_of([(f"{n}", b"") for n in range(20_001)])

    assert refused(tmp_path, many) == "media.unsupported_format"
    with pytest.raises(MediaError) as caught:
        Archive(tmp_path / "in.docx")
    assert caught.value.code == "text.unsafe_package"


@pytest.mark.parametrize("name", ["in.docm", "in.pptm", "in.xlsm"])
def test_macro_endings_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(docx())

    with pytest.raises(MediaError) as caught:
        probe(tmp_path / name)

    assert caught.value.code == "media.mismatched_type"


def test_labels_in_core_and_app_properties_are_read(tmp_path: Path) -> None:
    core = (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{LABEL.to_json()}</dc:description>'
        "</cp:coreProperties>"
    )
    app = f'{XML}<Properties xmlns="{OFFICE}extended-properties"><AIGC>{LABEL.to_json()}</AIGC></Properties>'
    source = saved(tmp_path, "docx", docx(more={"docProps/core.xml": core, "docProps/app.xml": app}))

    found = read_file(source)["labels"]

    assert [one["location"] for one in found] == ["ooxml.core.description", "ooxml.app.AIGC"]
    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.docx", label=LABEL, digital_source_type=SOURCE)
    assert caught.value.code == "text.label_elsewhere"
