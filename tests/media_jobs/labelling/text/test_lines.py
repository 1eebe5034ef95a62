"""TXT, Markdown, HTML: encodings, line ends, blocks that must not break, labels as others write them."""

import codecs
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling import sidecar
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.text.documents import LABEL, SOURCE, saved
from tests.media_jobs.labelling.text.test_labels import labelled

INNER = LABEL.to_json()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("gb18030", b""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
def test_encoding_mark_and_line_ends_stay(
    tmp_path: Path, encoding: str, mark: bytes, newline: str, final: bool
) -> None:
    body = newline.join(["深度合成 𠮷", "second", ""][: 3 if final else 2]).encode(encoding)
    line = f"AI生成{newline}".encode(encoding)
    gap = b"" if final else newline.encode(encoding)

    target, _ = labelled(saved(tmp_path, "txt", mark + body))

    assert target.read_bytes() == mark + line + body + gap + line


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=200)
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("kind", ["txt", "md"])
def test_any_text_stays_whole_between_the_lines(tmp_path: Path, kind: str, text: str) -> None:
    source = saved(tmp_path, kind, text.encode())
    target = tmp_path / f"out.{kind}"
    try:
        report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    except MediaError as error:
        if error.code not in {"text.unclosed", "text.front_matter", "media.not_recognised"}:
            raise
        return

    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert checked["conformant"], checked["findings"]
    assert text.strip("\n") in target.read_text(encoding="utf-8") or "生成" in text


def test_a_text_of_one_line_that_is_a_label_gets_both(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "txt", "AI生成".encode()))

    assert target.read_text(encoding="utf-8") == "AI生成\nAI生成\n"


@pytest.mark.parametrize("data", [b"caf\xe9 au lait", b"\x84\x31\xff\x30 abc", b"abc \xff\xff\xff def\n" * 3])
def test_a_text_whose_encoding_nobody_can_tell_is_refused(tmp_path: Path, data: bytes) -> None:
    source = saved(tmp_path, "txt", data)

    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.txt", label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code in {"text.encoding", "media.not_recognised"}
    assert list(tmp_path.iterdir()) == [source]


def test_a_sidecar_is_bound_to_its_text(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, "txt"))
    beside = sidecar.beside(target)
    assert report["sidecar"] == beside.name == "out.txt.aigc.json"

    target.write_bytes(target.read_bytes() + b"more\n")

    assert [(one["location"], one["form"]) for one in read_file(target)["labels"]] == [("sidecar", "other_content")]
    checked = check_file(target, expected=LABEL, report=report, original=tmp_path / "in.txt")
    assert "readback.container" in {finding["code"] for finding in checked["findings"]}


def test_a_sidecar_outlives_another_encoding_of_its_text(tmp_path: Path) -> None:
    target, _ = labelled(saved(tmp_path, "txt"))

    target.write_text(target.read_text(encoding="utf-8"), encoding="utf-16", newline="\n")

    assert [one["form"] for one in read_file(target)["labels"]] == [""]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 60_000, b"x" * 70_000, b"\xff\xfe"])
def test_a_broken_sidecar_is_damage_and_nobody_labels_over_it(tmp_path: Path, body: bytes) -> None:
    source = saved(tmp_path, "txt")
    sidecar.beside(source).write_bytes(body)

    assert read_file(source)["damaged"] == "label.not_json"


@pytest.mark.parametrize(
    ("tail", "closing"),
    [("```py\nx = 1\n", "```"), ("~~~~\n~~~\n", "~~~~"), ("````\n```\n", "````")],
)
def test_an_open_code_block_is_closed_before_the_last_line(tmp_path: Path, tail: str, closing: str) -> None:
    target, report = labelled(saved(tmp_path, "md", f"Words\n\n{tail}".encode()))

    assert target.read_text(encoding="utf-8").endswith(f"Words\n\n{tail}{closing}\n\nAI生成\n")
    assert report["notes"] == ["fence_closed"]


def test_a_code_block_left_open_in_a_list_ends_with_the_list(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, "md", b"- item\n  ```\n  code\n"))

    assert target.read_text(encoding="utf-8").endswith("  code\n\nAI生成\n")
    assert report["notes"] == []


@pytest.mark.parametrize("tail", ["<!-- never closed\n", "<pre>\ncode\n", "<script>\n"])
def test_markdown_that_would_swallow_the_label_is_refused(tmp_path: Path, tail: str) -> None:
    with pytest.raises(MediaError) as caught:
        labelled(saved(tmp_path, "md", f"Words\n\n{tail}".encode()))

    assert caught.value.code == "text.unclosed"


@pytest.mark.parametrize(
    "body",
    [
        "Title\n=====\n\nwords",
        "    indented code\n",
        "> quotation",
        "- item",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "---\n\nafter a rule\n",
    ],
)
def test_the_label_is_a_paragraph_of_its_own(tmp_path: Path, body: str) -> None:
    target, _ = labelled(saved(tmp_path, "md", body.encode()))

    text = target.read_text(encoding="utf-8")
    text = text[text.index("\n---\n", 4) + 5 :]
    assert text.startswith(f"AI生成\n\n{body}")
    assert text.endswith("\n\nAI生成\n")


def test_special_characters_of_the_label_stay_words(tmp_path: Path) -> None:
    target, report = labelled(saved(tmp_path, "md", b"Words\n"), text="# <AI生成>")

    assert "\\# \\<AI生成\\>\n\nWords" in target.read_text(encoding="utf-8")
    assert report["measured"]["first"] == "# <AI生成>"


@pytest.mark.parametrize(
    "head",
    [
        "title: x\n",
        'title: "a: b"\nlist:\n- a\n- b\ntext: |\n  AIGC is not a key here\n\n  more\n# a comment\nlast: {a: 1}\n',
        "",
        "# only a comment\n",
        '"quoted key": 1\nkey with spaces: 2\n',
    ],
)
def test_front_matter_stays_and_yaml_readers_see_the_mapping(tmp_path: Path, head: str) -> None:
    source = saved(tmp_path, "md", f"---\n{head}---\nWords\n".encode())

    target, _ = labelled(source)

    text = target.read_text(encoding="utf-8")
    assert text.startswith(f"---\n{head}AIGC:\n")
    loaded = yaml.safe_load(text[4 : text.index("\n---\n", 3)])
    assert loaded.pop("AIGC") == LABEL.values()
    assert loaded.pop("DigitalSourceType") == SOURCE
    assert loaded == (yaml.safe_load(head) or {})


@pytest.mark.parametrize("head", ["{title: x}\n", "title: x\nprose without a colon\n"])
def test_front_matter_that_cannot_take_a_key_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(MediaError) as caught:
        labelled(saved(tmp_path, "md", f"---\n{head}---\nWords\n".encode()))

    assert caught.value.code == "text.front_matter"


def test_toml_front_matter_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        labelled(saved(tmp_path, "md", b'+++\ntitle = "x"\n+++\nWords\n'))

    assert caught.value.code == "text.front_matter"


PAIRS = LABEL.values().items()


@pytest.mark.parametrize(
    "written",
    [
        "AIGC:\n" + "".join(f"  {key}: {json.dumps(value)}\n" for key, value in PAIRS),
        "AIGC:\n" + "".join(f"    {key}: '{value}'\n" for key, value in PAIRS),
        "AIGC: " + INNER + "\n",
        "AIGC: {" + ", ".join(f"{key}: '{value}'" for key, value in PAIRS) + "}\n",
        f"AIGC: '{INNER}'\n",
        f"AIGC: {json.dumps(INNER)}\n",
        f"AIGC: |\n  {INNER}\n",
        "aigc:\n"
        + "".join(f"  {key}: {value or chr(34) * 2}\n" for key, value in PAIRS).replace("Label: 1", 'Label: "1"'),
    ],
    ids=["block", "single quotes", "json", "flow", "string", "escaped string", "literal", "plain"],
)
def test_labels_in_any_yaml_style_are_read(tmp_path: Path, written: str) -> None:
    assert yaml.safe_load(written)
    source = saved(tmp_path, "md", f"---\ntitle: x\n{written}---\nWords\n".encode())

    found = read_file(source)["labels"]

    assert [one["values"] for one in found] == [LABEL.values()]
    target, _ = labelled(source)
    assert target.read_text(encoding="utf-8").count("ContentProducer") == 1


def test_a_number_for_a_string_is_noted(tmp_path: Path) -> None:
    source = saved(tmp_path, "md", b"---\nAIGC:\n  Label: 1\n  ContentProducer: doubao\n---\nWords\n")

    assert "Label:not_a_string" in read_file(source)["labels"][0]["notes"]


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        ("md", "Words\n\n<!-- AIGC: %s -->\n", "markdown.comment"),
        ("html", '<!doctype html><title>x</title><!-- {"AIGC": %s} --><p>w</p>', "html.comment"),
        ("html", '<html><head><script type="application/ld+json">{"AIGC": %s}</script></head></html>', "html.json_ld"),
        ("html", "<html><head><META CONTENT='%s' NAME=aigc></head></html>", "html.meta"),
        ("txt", "%s\nWords\n", "text.line"),
    ],
)
def test_labels_in_other_places_are_read(tmp_path: Path, kind: str, body: str, place: str) -> None:
    said = json.dumps({"AIGC": LABEL.values()}) if kind == "txt" else INNER
    source = saved(tmp_path, kind, (body % said).encode())

    found = read_file(source)["labels"]

    assert [(one["location"], one["values"]["ProduceID"]) for one in found] == [(place, "text-1")]
    if place == "html.meta":
        target, _ = labelled(source)
        assert len(read_file(target)["labels"]) == 1
    else:
        with pytest.raises(MediaError) as caught:
            label_file(source, tmp_path / f"out.{kind}", label=LABEL, digital_source_type=SOURCE)
        assert caught.value.code == "text.label_elsewhere"


def test_a_text_that_only_talks_about_labels_carries_none(tmp_path: Path) -> None:
    source = saved(tmp_path, "md", f"A label reads:\n\n```json\n{INNER}\n```\n\nAIGC: not here\n".encode())

    assert read_file(source)["labels"] == []
    labelled(source)


class Seen(HTMLParser):
    """The visible text of a page, by the element around it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


@pytest.mark.parametrize(
    "page",
    [
        "<p>a fragment</p>",
        "just words &lt; and more",
        "<!doctype html><title>x</title><p>no body tag",
        "<html><head></head><body><p>x</p></body></html>",
        "<HTML><BODY onload='a(\"</body>\")'><p>x</BODY></HTML>\n\n",
        "<html><body><p>x</p></body></html><!-- a --><!-- </body> -->",
        "<html><body>x</body>late words</html>",
        "<!doctype html><html><head><style>a>b{}</style><noscript><p>in head</p></noscript></head><body><pre>\n</pre>x",
        "<!-- <body> --><html><body><textarea></body></textarea>x</body></html>",
        "<html><head><meta charset=gb2312></head><body><p>\u4e2d\u6587</p></body></html>",
    ],
)
def test_a_page_begins_and_ends_with_its_label(tmp_path: Path, page: str) -> None:
    encoding = "gb2312" if "gb2312" in page else "utf-8"
    source = saved(tmp_path, "html", page.encode(encoding))

    target, report = labelled(source)

    seen = Seen()
    written = target.read_bytes().decode(encoding)
    seen.feed(written[written.index('<p data-aigc-label="first"') :])
    assert seen.words[0] == seen.words[-1] == report["text"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><frameset><frame src=a></frameset></html>", "text.frameset"),
        ("<html><body><script>never", "text.unclosed"),
        ("<html><body><!-- never", "text.unclosed"),
        ("<html><body><p title='never", "text.unclosed"),
        ("<html><body><plaintext>x</body>", "text.unclosed"),
        ("<html><head><meta charset=utf-8></head><body>\udce9</body>", "text.encoding"),
        ("<html><head><meta charset=shift_jis></head><body>x</body>", ""),
    ],
)
def test_a_page_that_would_swallow_its_label_is_refused(tmp_path: Path, page: str, code: str) -> None:
    source = saved(tmp_path, "html", page.encode("utf-8", "surrogateescape"))

    if not code:
        target, _ = labelled(source)
        assert "生成".encode("shift_jis", "xmlcharrefreplace") in target.read_bytes()
        return
    with pytest.raises(MediaError) as caught:
        label_file(source, tmp_path / "out.html", label=LABEL, digital_source_type=SOURCE, wish=Wish())

    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == [source]


def test_the_label_is_spelt_where_the_encoding_lacks_it(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>caf\xe9</p></body></html>'

    target, _ = labelled(saved(tmp_path, "html", page.encode("latin-1")))

    assert b"AI&#29983;&#25104;</p>" in target.read_bytes()
    assert b"caf\xe9" in target.read_bytes()


def test_a_head_too_long_to_be_read_is_not_taken_for_text(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text("---\n" + "key: value\n" * 30_000 + "AIGC: '{}'\n---\n# x\n", encoding="utf-8")

    assert read_file(source)["damaged"] == "text.too_much"
    with pytest.raises(MediaError) as refused:
        label_file(source, tmp_path / "b.md", label=LABEL, digital_source_type=SOURCE)
    assert refused.value.code == "text.too_much"
