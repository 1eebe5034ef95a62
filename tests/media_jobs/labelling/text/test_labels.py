"""Every kind of document: labelled first and last, one label in its place, the rest untouched, read back by others."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import ELEMENTS, KEYS, AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Theme, Wish
from media_jobs.labelling.writer import draw_file, label_file, mark_file
from tests.media_jobs.labelling.text.documents import FILES, LABEL, OTHER, SOURCE, docx, pdf, pptx, saved, xlsx
from tests.outside import require

KINDS = list(FILES)
PLACES = {
    "txt": "sidecar",
    "md": "markdown.front_matter",
    "html": "html.meta",
    "docx": "ooxml.custom",
    "pptx": "ooxml.custom",
    "pdf": "pdf.info",
}


def labelled(source: Path, *, label: AigcLabel = LABEL, name: str = "out", **wish: object) -> tuple[Path, dict]:
    """Label and read back; what is labelled here has to be conformant."""
    target = source.with_name(name + source.suffix)
    report = label_file(source, target, label=label, digital_source_type=SOURCE, wish=Wish(**wish))
    checked = check_file(target, expected=label, report=report, original=source)
    assert checked["conformant"], checked["findings"]
    return target, {**report, "measured": checked["measured"]}


@pytest.mark.parametrize("kind", KINDS)
def test_one_label_in_its_place_with_seven_strings(tmp_path: Path, kind: str) -> None:
    target, report = labelled(saved(tmp_path, kind))

    found = read_file(target)
    assert [(one["location"], one["form"]) for one in found["labels"]] == [(PLACES[kind], "")]
    assert report["location"] == PLACES[kind]
    text = json.loads(found["labels"][0]["text"])
    assert list(text) == list(KEYS)
    assert all(isinstance(value, str) for value in text.values())
    assert text["Label"] == "1"
    assert (text["ContentPropagator"], text["PropagateID"]) == (text["ContentProducer"], text["ProduceID"])
    assert all(re.fullmatch(r"[\x21\x23-\x5B\x5D-\x7E]+", text[key]) for key in ELEMENTS)
    assert found["digital_source_types"] == [SOURCE]
    assert report["measured"]["first"] == report["measured"]["last"] == "AI生成"
    beside = ["out.txt.aigc.json"] if kind == "txt" else []
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"in.{kind}", f"out.{kind}", *beside]


@pytest.mark.parametrize("kind", KINDS)
def test_the_eu_theme_adds_its_words_and_keeps_ours(tmp_path: Path, kind: str) -> None:
    _, report = labelled(saved(tmp_path, kind), theme=Theme.CN_EU, modified=True)

    words = re.sub(r"\s", "", report["measured"]["last"])
    assert words == "AI生成AIMODIFIED"


@pytest.mark.parametrize("kind", KINDS)
def test_without_explicit_label_only_metadata_are_added(tmp_path: Path, kind: str) -> None:
    target, report = labelled(saved(tmp_path, kind), explicit=False)

    assert report["text"] == ""
    assert len(read_file(target)["labels"]) == 1
    if kind == "txt":
        assert target.read_bytes() == FILES["txt"]
    if kind in {"md", "html"}:
        assert "生成".encode() not in target.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_labelling_twice_is_labelling_once(tmp_path: Path, kind: str) -> None:
    first, _ = labelled(saved(tmp_path, kind), name="first")
    second, report = labelled(first, name="second")
    third, _ = labelled(second, name="third", text="由AI生成", theme=Theme.CN_EU)

    assert second.read_bytes() == first.read_bytes()
    found = read_file(third)
    assert len(found["labels"]) == 1
    assert report["measured"]["labels"] == 1
    shown = "\n".join(text_of(third))
    assert shown.count("生成") == 2
    assert shown.count("AI GENERATED") == 2


def text_of(path: Path) -> list[str]:
    """What a document says, by hand: enough to count words in it."""
    data = path.read_bytes()
    if path.suffix in {".txt", ".md", ".html"}:
        return [re.sub(r"<[^>]*>", "", data.decode())]
    if path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            forms = [form for page in document.pages for form in page.resources.get("/XObject", {}).values()]
            # two lines of glyph numbers; the words are counted by readback, so they are spelt out here
            return ["生成 AI GENERATED"] * len({form.objgen for form in forms})
    from tests.media_jobs.labelling.text.documents import parts_of

    return [
        " ".join(re.findall(r"<[aw]:t[^>]*>([^<]*)<", body.decode()))
        for name, body in parts_of(data).items()
        if name.endswith(".xml")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_digest_outlives_the_metadata(tmp_path: Path, kind: str) -> None:
    source = saved(tmp_path, kind)
    drawn, marked = tmp_path / f"drawn.{kind}", tmp_path / f"marked.{kind}"

    report = draw_file(source, drawn, producer=LABEL.content_producer, wish=Wish())
    mark_file(drawn, marked, label=LABEL, digital_source_type=SOURCE)

    container = containers.recognise(source)
    for path in (drawn, marked):
        content = carrier(container).content(path)
        assert {"method": content.method, "sha256": content.sha256} == report["content"]
    assert carrier(container).content(source).sha256 != report["content"]["sha256"]


VALUES = st.text(st.sampled_from([chr(n) for n in range(0x21, 0x7F) if chr(n) not in '"\\']), min_size=1, max_size=40)
RESERVED = st.text(st.sampled_from([chr(n) for n in range(0x21, 0x7F)]), max_size=60)


@pytest.mark.parametrize("kind", KINDS)
@given(values=st.tuples(VALUES, VALUES, RESERVED, VALUES, VALUES, RESERVED))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_valid_label_comes_back(tmp_path: Path, kind: str, values: tuple[str, ...]) -> None:
    label = AigcLabel("1", *values)
    source, target = saved(tmp_path, kind), tmp_path / f"out.{kind}"
    before = carrier(containers.recognise(source)).content(source)

    mark_file(source, target, label=label, digital_source_type=SOURCE)

    assert [one["values"] for one in read_file(target)["labels"]] == [label.values()]
    assert carrier(containers.recognise(target)).content(target) == before


@pytest.mark.parametrize("kind", KINDS)
def test_another_producers_label_is_refused_and_stays(tmp_path: Path, kind: str) -> None:
    source, theirs = saved(tmp_path, kind), tmp_path / f"theirs.{kind}"
    mark_file(source, theirs, label=OTHER, digital_source_type=SOURCE)
    before = theirs.read_bytes()

    with pytest.raises(MediaError) as caught:
        label_file(theirs, tmp_path / f"out.{kind}", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code == "media.foreign_label"
    assert theirs.read_bytes() == before
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_document_does_not_pass(tmp_path: Path, kind: str) -> None:
    source = saved(tmp_path, kind)
    other = {
        "txt": FILES["txt"].replace(b"second", b"secund"),
        "md": FILES["md"].replace(b"item", b"atem"),
        "html": FILES["html"].replace(b"Words", b"Wards"),
        "docx": docx("<w:p><w:r><w:t>other</w:t></w:r></w:p>"),
        "pptx": pptx([FILES["pptx"] and s for s in _other_slides()]),
        "pdf": pdf(3),
    }[kind]
    target = tmp_path / f"out.{kind}"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)

    checked = check_file(target, expected=LABEL, report=report, original=saved(tmp_path, kind, other, "other"))

    assert "readback.text_rest" in {finding["code"] for finding in checked["findings"]}
    assert not checked["conformant"]


def _other_slides() -> list[str]:
    from tests.media_jobs.labelling.text.documents import slide

    return [slide("Frist"), slide("Hidden", hidden=True), slide("Last", extension=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_without_its_lines_does_not_pass(tmp_path: Path, kind: str) -> None:
    source, target = saved(tmp_path, kind), tmp_path / f"out.{kind}"
    report = draw_file(source, tmp_path / f"drawn.{kind}", producer=LABEL.content_producer, wish=Wish())
    report |= mark_file(source, target, label=LABEL, digital_source_type=SOURCE)

    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert {"readback.text_first", "readback.text_last"} <= {finding["code"] for finding in checked["findings"]}


def test_exiftool_reads_a_pdfs_label(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "pdf"))

    told = subprocess.run(
        [require("exiftool"), "-j", "-AIGC", "-Warning", "-DigitalSourceType", "-Title", str(target)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    row = json.loads(told.stdout)[0]
    assert json.loads(row["AIGC"]) == LABEL.values() if isinstance(row["AIGC"], str) else row["AIGC"] == LABEL.values()
    assert row["DigitalSourceType"].endswith("trainedAlgorithmicMedia")
    assert row["Title"] == "A title"
    assert "Warning" not in row


@pytest.mark.parametrize("kind", KINDS)
def test_the_probe_says_what_it_is(tmp_path: Path, kind: str) -> None:
    told = probe(saved(tmp_path, kind))

    assert (told["format"], told["medium"], told["duration"], told["has_sound"]) == (kind, "text", 0.0, False)
    assert told["pages"] == {"pdf": 2, "pptx": 3}.get(kind, 0)
    assert told["sha256"] == hashlib.sha256(FILES[kind]).hexdigest()


def test_a_worksheet_is_read_and_marked_but_not_drawn_on(tmp_path: Path) -> None:
    source = saved(tmp_path, "xlsx", xlsx())

    for attempt in (
        lambda: probe(source),
        lambda: label_file(source, tmp_path / "out.xlsx", label=LABEL, digital_source_type=SOURCE),
    ):
        with pytest.raises(MediaError) as caught:
            attempt()
        assert caught.value.code == "text.spreadsheet"
    target, _ = labelled(source, explicit=False)
    assert [one["values"] for one in read_file(target)["labels"]] == [LABEL.values()]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AI", "label.text_without_elements"),
        ("AI\n生成", "text.label_not_a_line"),
        ("AI生成" * 80, "text.label_not_a_line"),
    ],
)
def test_words_that_are_no_label_line_are_refused(tmp_path: Path, text: str, code: str) -> None:
    source = saved(tmp_path, "txt")

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.txt", label=LABEL, digital_source_type=SOURCE, wish=Wish(text=text))

    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == [source]
