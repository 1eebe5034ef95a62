"""Documents made by hand, in the shapes that real programs write."""

import io
import zipfile
from pathlib import Path

import pikepdf

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE, build

LABEL = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="text-1")
OTHER = AigcLabel.first(producer=build("91440300708461136T", "1XGW3"), produce_id="theirs-1")
SOURCE = TRAINED_ALGORITHMIC_MEDIA
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
STRICT = "http://purl.oclc.org/ooxml/"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument."
CORE = (
    f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A title</dc:title><dc:creator>The Author</dc:creator>'
    "<cp:lastModifiedBy>Li Lei</cp:lastModifiedBy><cp:revision>7</cp:revision></cp:coreProperties>"
)
APP = (
    f'{XML}<Properties xmlns="{OFFICE}extended-properties"><Template>C:\\Users\\lilei\\secret.dotm</Template>'
    "<Application>Microsoft Office Word</Application><Company>Secret Ltd</Company><Manager>Han Meimei</Manager>"
    "</Properties>"
)


def package(parts: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP of these parts, as office programs write them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, body in parts.items():
            row = zipfile.ZipInfo(name, (2026, 11, 24, 10, 20, 30))
            row.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            out.writestr(row, body)
    return buffer.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The unpacked parts of a ZIP, read by the standard library."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {row.filename: opened.read(row) for row in opened.infolist()}


def types(*overrides: tuple[str, str]) -> str:
    rows = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        f'{XML}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/>{rows}</Types>'
    )


def rels(*rows: tuple[str, str, str]) -> str:
    inside = "".join(f'<Relationship Id="{number}" Type="{kind}" Target="{to}"/>' for number, kind, to in rows)
    return f'{XML}<Relationships xmlns="{RELS}">{inside}</Relationships>'


BODY = (
    "<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>A heading</w:t></w:r></w:p>"
    '<w:p><w:ins w:id="1" w:author="Editor"><w:r><w:t xml:space="preserve">inserted  words</w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="Editor"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>'
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell &amp; more</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
SECTION = '<w:sectPr><w:headerReference w:type="default" r:id="rId9"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def docx(
    body: str = BODY, *, section: str = SECTION, strict: bool = False, more: dict[str, str | bytes] | None = None
) -> bytes:
    """A Word document with a header, comments, tracked changes, a preview and private properties."""
    word, office = (f"{STRICT}wordprocessingml/main", f"{STRICT}officeDocument/") if strict else (WORD, OFFICE)
    opened = f'{XML}<w:document xmlns:w="{word}" xmlns:r="{office}relationships"><w:body>'
    document = f"{opened}{body}{section}</w:body></w:document>"
    return package(
        {
            "[Content_Types].xml": types(
                ("word/document.xml", f"{MAIN}wordprocessingml.document.main+xml"),
                ("word/header1.xml", f"{MAIN}wordprocessingml.header+xml"),
                ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
                ("docProps/app.xml", f"{MAIN}extended-properties+xml"),
            ),
            "_rels/.rels": rels(
                ("rId1", f"{office}relationships/officeDocument", "word/document.xml"),
                (
                    "rId2",
                    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
                    "docProps/thumbnail.jpeg",
                ),
            ),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": rels(("rId9", f"{office}relationships/header", "header1.xml")),
            "word/header1.xml": f'{XML}<w:hdr xmlns:w="{word}"><w:p/></w:hdr>',
            "word/_rels/settings.xml.rels": rels(
                ("rId1", f"{office}relationships/attachedTemplate", "file:///C:\\Users\\lilei\\t.dotm")
            ),
            "docProps/thumbnail.jpeg": b"\xff\xd8\xff preview",
            "docProps/core.xml": CORE,
            "docProps/app.xml": APP,
            "word/media/image1.png": b"\x89PNG not compressed" * 50,
            **(more or {}),
        },
        stored=("word/media/image1.png",),
    )


def slide(text: str, *, hidden: bool = False, extension: bool = False) -> str:
    tail = '<p:extLst><p:ext uri="{1}"/></p:extLst>' if extension else ""
    return (
        f'{XML}<p:sld xmlns:a="{DRAWING}" xmlns:p="{SLIDES}"{" show=" + chr(34) + "0" + chr(34) if hidden else ""}>'
        '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        '<p:sp><p:nvSpPr><p:cNvPr id="12" name="Title"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
        f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>{tail}</p:spTree></p:cSld></p:sld>"
    )


def pptx(slides: list[str] | None = None) -> bytes:
    """A presentation of 16:9; slide parts are numbered against the order in which they are shown."""
    shown = slides or [slide("First"), slide("Hidden", hidden=True), slide("Last", extension=True)]
    names = [f"ppt/slides/slide{len(shown) - at}.xml" for at in range(len(shown))]
    ids = "".join(f'<p:sldId id="{256 + at}" r:id="rId{at + 10}"/>' for at in range(len(shown)))
    listed = f"<p:sldIdLst>{ids}</p:sldIdLst>"
    return package(
        {
            "[Content_Types].xml": types(
                ("ppt/presentation.xml", f"{MAIN}presentationml.presentation.main+xml"),
                *((name, f"{MAIN}presentationml.slide+xml") for name in names),
            ),
            "_rels/.rels": rels(("rId1", f"{OFFICE}relationships/officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": (
                f'{XML}<p:presentation xmlns:p="{SLIDES}" xmlns:r="{OFFICE}relationships">{listed}'
                '<p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
            ),
            "ppt/_rels/presentation.xml.rels": rels(
                *(
                    (f"rId{at + 10}", f"{OFFICE}relationships/slide", name.removeprefix("ppt/"))
                    for at, name in enumerate(names)
                )
            ),
            **dict(zip(names, shown, strict=True)),
        }
    )


def xlsx() -> bytes:
    """A workbook of one sheet."""
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return package(
        {
            "[Content_Types].xml": types(("xl/workbook.xml", f"{MAIN}spreadsheetml.sheet.main+xml")),
            "_rels/.rels": rels(("rId1", f"{OFFICE}relationships/officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'{XML}<workbook xmlns="{sheet}"><sheets/></workbook>',
        }
    )


def pdf(pages: int = 2, *, text: bool = True, **options: object) -> bytes:
    """A PDF of A4 pages with inherited resources; options go to every page (Rotate, CropBox, UserUnit, MediaBox)."""
    document = pikepdf.new()
    fonts = pikepdf.Dictionary(
        F1=pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(pages):
        said = b"BT /F1 14 Tf 72 700 Td (Page %d says so) Tj ET" % (number + 1)
        document.pages.append(
            pikepdf.Page(
                document.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Page,
                        MediaBox=options.get("MediaBox", [0, 0, 595, 842]),
                        Contents=document.make_stream(said if text else b"0.2 0.5 0.3 rg 0 0 300 300 re f"),
                        **{key: value for key, value in options.items() if key != "MediaBox"},
                    )
                )
            )
        )
    document.Root.Pages.Resources = pikepdf.Dictionary(Font=fonts)
    document.trailer.Info = document.make_indirect(
        pikepdf.Dictionary(
            Title=pikepdf.String("A title"), Author=pikepdf.String("The Author"), Company=pikepdf.String("Secret Ltd")
        )
    )
    buffer = io.BytesIO()
    document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


MARKDOWN = "---\ntitle: A title  # kept\ntags:\n- one\n- two\n---\nHeading\n=======\n\n- item\n\n```py\nx = 1\n```\n"
HTML = (
    '<!DOCTYPE html>\r\n<!-- a comment -->\r\n<html lang="en">\r\n<head>'
    '<meta charset="utf-8"><title>A <b> title</title>'
    "<script>if (a < b) document.write('</p></body>');</script></head>\r\n"
    '<body class="x > y">\r\n<p>Words &amp; more</p>\r\n</body>\r\n</html>\r\n<!-- end -->\r\n'
)
FILES: dict[str, bytes] = {
    "txt": "第一行\r\nsecond line\r\n".encode(),
    "md": MARKDOWN.encode(),
    "html": HTML.encode(),
    "docx": docx(),
    "pptx": pptx(),
    "pdf": pdf(),
}


def saved(folder: Path, kind: str, data: bytes | None = None, name: str = "in") -> Path:
    """One of FILES, or `data`, as a file."""
    path = folder / f"{name}.{kind}"
    path.write_bytes(FILES[kind] if data is None else data)
    return path
