"""What a document shows cannot be exchanged behind a content digest that stays the same."""

import io
from pathlib import Path

import pikepdf
import pytest

from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier
from tests.media_jobs.labelling.text.documents import FILES, MAIN, OFFICE, package, parts_of, rels, saved, types


def digest(folder: Path, kind: str, data: bytes) -> str:
    return carrier(CONTAINERS[kind]).content(saved(folder, kind, data)).sha256


def layered(*, said: bytes, name: str = "/P", flags: int = 2, hidden: bool = True, twice: bool = False) -> bytes:
    """A page with a form under a name of our choice, an annotation and a layer."""
    with pikepdf.open(io.BytesIO(FILES["pdf"])) as document:
        form = document.make_stream(said, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        forms = document.make_indirect(pikepdf.Dictionary({name: form}))
        page = document.pages[0].obj
        page.Resources = pikepdf.Dictionary({"/XObject": forms} | ({"/A": forms} if twice else {}))
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 9, 9], F=flags)
        page.Annots = pikepdf.Array([note])
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("a")))
        shown = pikepdf.Dictionary({"/OFF" if hidden else "/ON": [layer]})
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=shown)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"said": b"0 g"}, {"said": b"1 g"}),
        ({"said": b"0 g", "twice": True}, {"said": b"1 g", "twice": True}),
        ({"said": b"0 g", "name": "/Thumb"}, {"said": b"1 g", "name": "/Thumb"}),
        ({"said": b"0 g", "flags": 2}, {"said": b"0 g", "flags": 4}),
        ({"said": b"0 g", "hidden": True}, {"said": b"0 g", "hidden": False}),
    ],
    ids=["form", "form-met-before", "thumb", "annotation-flags", "layer"],
)
def test_a_pdf(tmp_path: Path, before: dict[str, object], after: dict[str, object]) -> None:
    first, again, second = (digest(tmp_path, "pdf", layered(**one)) for one in (before, before, after))  # type: ignore[arg-type]

    assert first == again != second


@pytest.mark.parametrize("name", ["AIGC", "DigitalSourceType"])
def test_a_page_that_leads_elsewhere(tmp_path: Path, name: str) -> None:
    text = FILES["html"].decode()
    label = f'<meta name="{name}" content="{{}}"></head>'
    leads = f'<meta name="{name}" http-equiv="refresh" content="0;url=https://example.invalid/"></head>'

    plain, said, led = (
        digest(tmp_path, "html", text.replace("</head>", one).encode()) for one in ("</head>", label, leads)
    )

    assert plain == said != led


def test_a_document_whose_main_part_is_another(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = dict(parts_of(FILES["docx"]))
    parts["word/other.xml"] = parts["word/document.xml"]
    kind = f"{MAIN}wordprocessingml.document.main+xml"

    def made(main: str) -> bytes:
        parts["[Content_Types].xml"] = types((main, kind))
        parts["_rels/.rels"] = rels(("rId1", f"{OFFICE}relationships/officeDocument", main))
        return package(parts)

    assert digest(tmp_path, "docx", made("word/document.xml")) != digest(tmp_path, "docx", made("word/other.xml"))
    parts["docProps/custom.xml"] = parts["word/document.xml"]
    with pytest.raises(MediaError) as caught:
        digest(tmp_path, "docx", made("docProps/custom.xml"))
    assert caught.value.code == "text.unsafe_package"
