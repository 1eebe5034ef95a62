"""PDF: upright whatever the page's rotation, other pages untouched, found by other readers, hostile ones refused."""

import io
import json
import re
import zlib
from pathlib import Path

import pikepdf
import pytest

from media_jobs.labelling.conformance import pdf_text
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import check_file, pdf_bytes
from media_jobs.labelling.readback.pdf_page import Screen
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Theme, Wish
from media_jobs.labelling.writer import label_file, mark_file
from tests.media_jobs.labelling.text.documents import LABEL, SOURCE, pdf, saved
from tests.media_jobs.labelling.text.test_labels import labelled

PDF = CONTAINERS["pdf"]


def changed(data: bytes, change: object, **options: object) -> bytes:
    """The document after `change(document)`."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(buffer, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize(
    "box",
    [
        {},
        {"CropBox": [50, 100, 500, 700]},
        {"UserUnit": 2, "MediaBox": [-100, -100, 300, 400]},
        {"MediaBox": [595, 842, 0, 0]},
    ],
)
def test_the_lines_are_upright_at_top_and_bottom(tmp_path: Path, rotate: int, box: dict) -> None:
    target, report = labelled(saved(tmp_path, "pdf", pdf(1, Rotate=rotate, **box)), theme=Theme.CN_EU)

    with pikepdf.open(target) as document:
        screen = Screen(document.pages[0])
    ours = [run for run in screen.runs if "生成" in run.text]
    assert [run.text for run in ours] == ["AI生成 AI GENERATED"] * 2
    assert all(run.upright and run.size > 11.99 for run in ours)
    assert ours[0].y > 0.9 * screen.height
    assert ours[1].y < 0.1 * screen.height
    assert report["measured"]["contrast"] >= 4.5


def test_a_page_without_text_is_a_picture(tmp_path: Path) -> None:
    _, report = labelled(saved(tmp_path, "pdf", pdf(2, text=False)))

    assert report["measured"]["height"] * 0.733 >= 0.05 * 595


def test_the_pages_between_stay_as_they_are(tmp_path: Path) -> None:
    source = saved(tmp_path, "pdf", pdf(4))

    target, _ = labelled(source)

    with pikepdf.open(source) as before, pikepdf.open(target) as after:
        assert after.get_warnings() == []
        assert after.check_pdf_syntax() == []
        for number in (1, 2):
            then, now = before.pages[number], after.pages[number]
            assert now.Contents.read_bytes() == then.Contents.read_bytes()
            assert "/XObject" not in now.resources
        words = [bytes(part.read_bytes()) for part in after.pages[0].Contents]
        assert before.pages[0].Contents.read_bytes() in words


def test_open_graphics_states_do_not_move_the_label(tmp_path: Path) -> None:
    def open_states(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Contents = document.make_stream(b"Q q 3 0 0 3 50 50 cm q 0.1 g BT /F1 9 Tf (x) Tj ET")

    labelled(saved(tmp_path, "pdf", changed(pdf(1), open_states)))


def test_a_label_painted_over_or_shrunk_does_not_pass(tmp_path: Path) -> None:
    source, target = saved(tmp_path, "pdf"), tmp_path / "out.pdf"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    for paint in (b"1 g 0 0 595 842 re f", b""):
        with pikepdf.open(target, allow_overwriting_input=True) as document:
            page = document.pages[0]
            if paint:
                page.contents_add(paint)
            else:
                form = page.resources.XObject["/HallmarkAigcLabelTop"]
                form.write(form.read_bytes().replace(b" rg 0 Tr", b" rg 3 Tr"))
            document.save(target)

        codes = {one["code"] for one in check_file(target, expected=LABEL, report=report, original=source)["findings"]}

        assert "readback.text_hidden" in codes
        label_file(source, target, label=LABEL, digital_source_type=SOURCE)


def test_the_label_is_a_literal_string_outside_object_streams(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "pdf"))

    data = target.read_bytes()
    assert data.count(b"/AIGC ") == 1
    literal = re.search(rb"/AIGC \((.*?)\)\s*[/>]", data)
    assert literal is not None
    assert json.loads(literal[1].decode("ascii").replace("\\", "")) == LABEL.values()
    info = pdf_bytes.info(data)
    assert info is not None
    assert pdf_bytes.strings(info, b"/Title") == ["A title"]


def test_the_author_stays_and_the_company_goes(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, "pdf"))

    with pikepdf.open(target) as document:
        assert str(document.docinfo["/Author"]) == "The Author"
        assert "/Company" not in document.docinfo
    assert report["notes"] == ["personal_properties_removed"]


PACKET = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='kept' "
    "xmlns:pdfx='http://ns.adobe.com/pdfx/1.3/' pdfx:Company='Secret Ltd'{}/></rdf:RDF></x:xmpmeta>"
)


def with_xmp(packet: str) -> bytes:
    return changed(pdf(1), lambda document: setattr(
        document.Root, "Metadata", document.make_stream(packet.encode(), Type=pikepdf.Name.Metadata)
    ))  # fmt: skip


def test_other_xmp_stays(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "pdf", with_xmp(PACKET.format(""))))

    with pikepdf.open(target) as document:
        packet = document.Root.Metadata.read_bytes()
    assert b'dc:format="kept"' in packet
    assert b"Secret" not in packet
    assert packet.count(b"trainedAlgorithmicMedia") == 1


def test_a_label_in_xmp_is_read_and_moves_to_its_place(tmp_path: Path) -> None:
    theirs = f" xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/' TC260:AIGC='{LABEL.to_json()}'"
    source = saved(tmp_path, "pdf", with_xmp(PACKET.format(theirs)))
    assert [one["location"] for one in read_file(source)["labels"]] == ["pdf.xmp"]

    target, _ = labelled(source)

    assert [one["location"] for one in read_file(target)["labels"]] == ["pdf.info"]


@pytest.mark.parametrize(
    "options",
    [
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "linearize": True},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "recompress_flate": True},
    ],
)
def test_saving_anew_keeps_the_content_digest(tmp_path: Path, options: dict) -> None:
    source, target = saved(tmp_path, "pdf", pdf(3)), tmp_path / "out.pdf"
    label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    again = saved(tmp_path, "pdf", changed(target.read_bytes(), lambda _: None, **options), "again")

    assert carrier(PDF).content(again) == carrier(PDF).content(target)
    assert carrier(PDF).content(again) != carrier(PDF).content(source)
    assert [one["values"] for one in read_file(again)["labels"]] == [LABEL.values()]


def test_linearised_and_tagged_files_stay_so(tmp_path: Path) -> None:
    def tag(document: pikepdf.Pdf) -> None:
        document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        document.Root.StructTreeRoot = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=[])
        )

    source = saved(tmp_path, "pdf", changed(pdf(2), tag, linearize=True))

    target, _ = labelled(source)

    with pikepdf.open(target) as document:
        assert document.is_linearized
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        drawn = document.pages[0].resources.XObject["/HallmarkAigcLabelTop"].read_bytes()
    assert b"/Artifact" in drawn


def refused(tmp_path: Path, data: bytes) -> str:
    """The code with which every function refuses; nothing is left behind."""
    source = saved(tmp_path, "pdf", data)
    codes = []
    for attempt in (
        lambda: label_file(source, tmp_path / "out.pdf", label=LABEL, digital_source_type=SOURCE),
        lambda: mark_file(source, tmp_path / "out.pdf", label=LABEL, digital_source_type=SOURCE),
        lambda: probe(source),
    ):
        with pytest.raises(MediaError) as caught:
            attempt()
        codes.append(caught.value.code)
    assert list(tmp_path.iterdir()) == [source]
    return "/".join(sorted(set(codes)))


def sign(document: pikepdf.Pdf) -> None:
    signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=pikepdf.String("x"))
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=document.make_indirect(signature))
    parent = pikepdf.Dictionary(T=pikepdf.String("p"), Kids=[document.make_indirect(field)])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[document.make_indirect(parent)], SigFlags=3)


def xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=document.make_stream(b"<xdp/>"))


def looped_fields(document: pikepdf.Pdf) -> None:
    field = document.make_indirect(pikepdf.Dictionary(T=pikepdf.String("p")))
    field.Kids = pikepdf.Array([field, field])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[field])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (changed(pdf(), sign), "text.signed"),
        (changed(pdf(), xfa), "text.xfa"),
        (changed(pdf(), lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u")), "text.encrypted"),
        (changed(pdf(), lambda _: None, encryption=pikepdf.Encryption(owner="o", user="")), "text.encrypted"),
        (pdf()[:-200], "media.truncated"),
        (pdf()[:400] + pdf()[600:], "media.damaged"),
        (b"%PDF-1.7\n%%EOF\n", "media.damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_labelled_is_refused_by_name(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(tmp_path, data) == code


def test_form_fields_in_a_loop_are_no_signature(tmp_path: Path) -> None:
    labelled(saved(tmp_path, "pdf", changed(pdf(), looped_fields)))


def test_a_page_too_small_for_its_label(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        labelled(saved(tmp_path, "pdf", pdf(1, MediaBox=[0, 0, 12, 12])))

    assert caught.value.code == "text.page_too_small"


def test_a_stream_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    def bomb(document: pikepdf.Pdf) -> None:
        body = zlib.compress(b" " * (80 * 1024 * 1024), 9)
        document.pages[0].obj.Contents = pikepdf.Stream(document, body, Filter=pikepdf.Name.FlateDecode)

    source = saved(tmp_path, "pdf", changed(pdf(1), bomb, stream_decode_level=pikepdf.StreamDecodeLevel.none))

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.pdf", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code in {"media.damaged", "text.too_much"}
    assert list(tmp_path.iterdir()) == [source]


def test_a_page_of_a_million_operators_is_refused(tmp_path: Path) -> None:
    def draw(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Contents = document.make_stream(b"n " * 1_500_001)

    source = saved(tmp_path, "pdf", changed(pdf(1), draw))

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.pdf", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code == "text.too_much"


@pytest.mark.parametrize(("pages", "code"), [(10_001, "text.too_many_pages"), (2_000, "")])
def test_many_pages(tmp_path: Path, pages: int, code: str) -> None:
    """All pages are one and the same object's copies: small on disk, many in the tree."""
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /MediaBox [0 0 595 842] /Resources << >> /Kids [%s] >>" % (pages, kids),
        b"<< /Length 0 >>\nstream\n\nendstream",
        *(b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>" for _ in range(pages)),
    ]
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    source = saved(tmp_path, "pdf", bytes(data))

    if code:
        assert refused(tmp_path, bytes(data)) == code
    else:
        labelled(source)


def test_words_that_the_font_lacks_are_refused(tmp_path: Path) -> None:
    source = saved(tmp_path, "pdf")

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.pdf", label=LABEL, digital_source_type=SOURCE, wish=Wish(text="AI生成😀"))

    assert caught.value.code == "label.text_not_drawable"


def test_escapes_in_literal_strings() -> None:
    body = rb"/AIGC (a\(b\)c (nested) \\ \101\n) /AIGCX (no) /Title (/AIGC \(x\)) /AIGC <41>"

    assert pdf_bytes.strings(body, b"/AIGC") == ["a(b)c (nested) \\ A\n"]


def leaves_open(document: pikepdf.Pdf, content: bytes) -> None:
    """Give every page this content, a layer that is off as MC0, and a transparent state as G0."""
    layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="L"))
    document.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
    for page in document.pages:
        page.Resources.Properties = pikepdf.Dictionary(MC0=layer)
        page.Resources.ExtGState = pikepdf.Dictionary(G0=pikepdf.Dictionary(ca=0))
        page.Contents = document.make_stream(content)


@pytest.mark.parametrize(
    "content",
    [
        b"/OC /MC0 BDC 0 0 9 9 re f",
        b"BT 3 Tr 9 9 Td",
        b"Q /G0 gs",
        b"q q Q Q Q Q Q 0 0 1 1 re W n",
        b"Q .001 0 0 .001 0 0 cm",
    ],
)
def test_nothing_that_a_page_leaves_open_reaches_the_label(tmp_path: Path, content: bytes) -> None:
    source = saved(tmp_path, "pdf", changed(pdf(1), lambda document: leaves_open(document, content)))

    target, _ = labelled(source)

    with pikepdf.open(target) as document:
        assert [run.unseen for run in Screen(document.pages[0]).runs if "生成" in run.text] == ["", ""]


@pytest.mark.parametrize("kind", ["Stamp", "FreeText", "Link"])
def test_a_label_under_an_annotation_is_none(tmp_path: Path, kind: str) -> None:
    def cover(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            face = document.make_stream(b"1 g 0 0 9 9 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
            page.Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name(f"/{kind}"), Rect=[0, 0, 595, 842],
                                              F=4, AP=pikepdf.Dictionary(N=face))]  # fmt: skip

    source, target = saved(tmp_path, "pdf", changed(pdf(1), cover)), tmp_path / "labelled.pdf"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    checked = check_file(target, expected=LABEL, report=report, original=source)

    seen = [line for page in pdf_text.pages(target) for line in page if "生成" in line]
    assert checked["conformant"] is (kind == "Link")
    assert bool(seen) is (kind == "Link")
