"""What a page shows of a file: a frame, a waveform, the first lines; with the label where it is synthetic."""

import contextlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling import seeing
from media_jobs.uploads import excerpt, thumb
from tests.media_jobs.labelling import specimens

LABEL = "人工智能生成"


def still(path: Path, medium: str, text: str, **options: object) -> Image.Image:
    output = path.with_suffix(".thumb.jpg")
    thumb.make({"path": str(path), "output": str(output), "text": text, "medium": medium, **options})
    return Image.open(output).convert("L")


@pytest.mark.parametrize(("name", "medium"), [("mp4", "video"), ("webm", "video"), ("wav", "audio"), ("opus", "audio")])
def test_a_recording_is_shown_as_a_labelled_still(name: str, medium: str, tmp_path: Path) -> None:
    path = specimens.make(name, tmp_path)

    labelled, bare = still(path, medium, LABEL), still(path, medium, "")

    assert labelled.size == bare.size
    assert max(labelled.size) <= 320
    changed = np.abs(np.asarray(labelled, dtype=int) - np.asarray(bare, dtype=int)) > 60
    rows, columns = np.nonzero(changed)
    assert changed.sum() > 200
    assert rows.min() > labelled.height / 2  # at the bottom edge, and nowhere else
    assert columns.max() > labelled.width * 0.8


def test_a_waveform_is_as_high_as_the_sound_is_loud(tmp_path: Path) -> None:
    path = tmp_path / "half.wav"
    rate, loud = 8000, (np.sin(np.arange(8000) * 0.3) * 30000).astype("<i2")
    data = np.concatenate([np.zeros(rate, "<i2"), loud]).tobytes()
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = b"\1\0\1\0" + rate.to_bytes(4, "little") + (rate * 2).to_bytes(4, "little") + b"\2\0\x10\0"
    path.write_bytes(head + form + b"data" + len(data).to_bytes(4, "little") + data)

    ink = np.asarray(still(path, "audio", "")) < 128

    half = ink.shape[1] // 2
    assert ink[:, : half - 4].any(axis=1).sum() <= 4  # silence: a line
    assert ink[:, half + 4 :].any(axis=1).sum() > ink.shape[0] * 0.8


@pytest.mark.parametrize(
    ("name", "words"),
    [("txt", None), ("md", "Title"), ("html", "words"), ("docx", "Paragraph 0"), ("pptx", ""), ("pdf", "")],
)
def test_the_beginning_of_a_text_stands_between_two_labels(name: str, words: str | None, tmp_path: Path) -> None:
    path, output = specimens.make(name, tmp_path), tmp_path / "excerpt"

    excerpt.make({"path": str(path), "output": str(output), "format": name, "text": LABEL, "characters": 2000})

    lines = output.read_text().splitlines()
    assert lines[0] == lines[-1] == LABEL
    assert (path.read_text().strip() if words is None else words) in "\n".join(lines)
    assert "<" not in output.read_text()


def test_a_long_text_is_cut_and_an_unpacking_bomb_is_not_unpacked(tmp_path: Path) -> None:
    long, bomb, output = tmp_path / "long.txt", tmp_path / "bomb.docx", tmp_path / "excerpt"
    long.write_text("字" * 10_000)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package, package.open("word/document.xml", "w") as part:
        for _number in range(64):
            part.write(b"x" * (1 << 20))

    for path, name in ((long, "txt"), (bomb, "docx")):
        told = excerpt.make({"path": str(path), "output": str(output), "format": name, "characters": 100})
        assert told == {"characters": 100, "whole": False}
        assert output.stat().st_size < 400


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"\x00\x80\xff" * 50, "中文".encode("gb18030"), b"<p" + b"<" * 9000]
)
@pytest.mark.parametrize("name", ["txt", "md", "html"])
def test_no_text_is_too_strange(data: bytes, name: str, tmp_path: Path) -> None:
    path, output = tmp_path / "strange", tmp_path / "excerpt"
    path.write_bytes(data)

    excerpt.make({"path": str(path), "output": str(output), "format": name, "text": LABEL, "characters": 50})

    assert output.read_text().startswith(LABEL)


@pytest.mark.parametrize("name", ["mp4", "mkv", "wav", "flac", "ogg"])
def test_a_broken_recording_is_a_plain_error(name: str, tmp_path: Path) -> None:
    whole = specimens.make(name, tmp_path).read_bytes()
    path = tmp_path / f"broken.{name}"
    for cut in (5, 60, len(whole) // 3):
        path.write_bytes(whole[:cut] + bytes(200))
        for look in (lambda: list(seeing.frames(path, most=4)), lambda: seeing.loudness(path, columns=8)):
            with contextlib.suppress(ValueError):
                look()


@pytest.mark.parametrize("piece", ["<", "<script>", "<!--", "<p", "</", "<style><"])
def test_a_page_that_never_closes_its_tags_costs_no_more_than_reading_it(piece: str, tmp_path: Path) -> None:
    path, output = tmp_path / "a.html", tmp_path / "excerpt"
    path.write_text("<p>words</p>" + piece * (2_000_000 // len(piece)))

    told = excerpt.make({"path": str(path), "output": str(output), "format": "html", "characters": 100})

    assert output.read_text().startswith("words")
    assert told["characters"] <= 100


def test_what_a_browser_does_not_show_is_not_shown(tmp_path: Path) -> None:
    path, output = tmp_path / "a.html", tmp_path / "excerpt"
    path.write_text(
        "<html><head><title>t</title></head><!-- c --><script>s<b></script><P>one<BR>İ two &lt;b&gt;</p>x</html>"
    )

    excerpt.make({"path": str(path), "output": str(output), "format": "html", "characters": 100})

    assert output.read_text() == "one\nİ two <b>\nx"
