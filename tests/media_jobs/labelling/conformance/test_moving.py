"""Explicit labels in films, sounds and texts, found without the original."""

import zipfile
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pikepdf
import pytest
from PIL import Image

from media_jobs.labelling.conformance import audio, text, video
from media_jobs.labelling.conformance.report import check_file
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.visible import draw
from tests.media_jobs.labelling.pictures import sample
from tests.media_jobs.labelling.text.documents import xlsx

RATE = 16_000


def examined(module: Any, path: Path, container: str) -> tuple[set[str], dict[str, Any]]:
    findings, measured = Findings(), dict[str, Any]()
    module.examine(
        path, container=container, found={"properties": []}, read_foreign=False, findings=findings, measured=measured
    )
    return {str(row["code"]) for row in findings.rows}, measured


def film(path: Path, frames: Iterable[Image.Image], rate: int = 8) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.fixture(scope="module")
def plain() -> Image.Image:
    return sample().resize((320, 240))


@pytest.fixture(scope="module")
def labelled(plain: Image.Image) -> Image.Image:
    image = plain.copy()
    draw(image)
    return image


def test_a_film_is_looked_at_from_its_first_frame_on(tmp_path: Path, plain: Image.Image, labelled: Image.Image) -> None:
    path = tmp_path / "film.mp4"
    for name, frames, expected in (
        ("whole", [labelled] * 32, set()),
        ("two seconds", [labelled] * 17 + [plain] * 15, set()),
        ("short film", [labelled] * 9, set()),
        ("one second", [labelled] * 8 + [plain] * 24, {"explicit.too_short"}),
        ("not at first", [plain] * 8 + [labelled] * 24, {"explicit.not_in_first_frame"}),
        ("never", [plain] * 20, {"explicit.not_found"}),
    ):
        film(path, frames)
        codes, measured = examined(video, path, "mp4")
        assert codes == expected, name
        if name == "whole":
            assert measured["missing_at"] == []
            assert len(measured["seen_at"]) >= 2
        if name == "two seconds":
            assert measured["missing_at"]


def test_a_turned_film_is_looked_at_as_people_see_it(tmp_path: Path, labelled: Image.Image) -> None:
    lying, path = tmp_path / "lying.mp4", tmp_path / "turned.mp4"
    upright = Image.new("RGB", (240, 320), (30, 60, 30))
    draw(upright)
    film(lying, [upright.transpose(Image.Transpose.ROTATE_90)] * 20)
    with av.open(str(lying)) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 4 + 40  # the matrix of a version 0 header
    turn = [0, 1, 0, -1, 0, 0, 240, 0]
    for index, value in enumerate(turn):
        data[at + 4 * index : at + 4 * index + 4] = (value * (1 << 16) & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(data)

    codes, measured = examined(video, path, "mp4")

    assert (codes, measured["text"]) == (set(), "AI生成")
    assert (measured["width"], measured["height"]) == (240, 320)


def test_what_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(100))

    assert examined(video, path, "mp4")[0] == {"explicit.unreadable"}
    assert examined(audio, path, "m4a")[0] == {"explicit.unreadable"}


def tone(seconds: float, frequency: float = 1046.5) -> npt.NDArray[np.float64]:
    count = round(seconds * RATE)
    return 0.3 * np.sin(2 * np.pi * frequency * np.arange(count) / RATE) * np.minimum(1, np.hanning(count) * 20)


def rhythm(lengths: tuple[float, ...] = (0.12, 0.36, 0.12, 0.12)) -> npt.NDArray[np.float64]:
    gap = np.zeros(round(0.12 * RATE))
    return np.concatenate([part for length in lengths for part in (tone(length), gap)])


def speech(seconds: float) -> npt.NDArray[np.float64]:
    """Something with syllables and no pure tone."""
    rng = np.random.default_rng(1)
    count = round(seconds * RATE)
    return 0.3 * rng.normal(size=count) * (np.sin(2 * np.pi * 4 * np.arange(count) / RATE) > 0)


def wav(path: Path, samples: npt.NDArray[np.float64]) -> None:
    data = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    head = b"WAVEfmt " + bytes.fromhex("10000000 0100 0100 803e0000 007d0000 0200 1000") + b"data"
    body = head + len(data).to_bytes(4, "little") + data
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)


@pytest.mark.parametrize(
    ("samples", "where"),
    [
        (lambda: np.concatenate([rhythm(), speech(3)]), ["start"]),
        (lambda: np.concatenate([speech(20), np.zeros(RATE // 4), rhythm()]), ["end"]),
        (lambda: np.concatenate([rhythm(), speech(30), np.zeros(RATE // 4), rhythm()]), ["start", "end"]),
        (lambda: speech(5), []),
        (lambda: np.concatenate([rhythm((0.12, 0.12, 0.36, 0.12)), speech(3)]), []),
        (lambda: np.concatenate([rhythm((0.12, 0.2, 0.12, 0.12)), speech(3)]), []),
        (lambda: np.zeros(RATE), []),
    ],
)
def test_the_rhythm_is_heard_at_either_end(
    samples: Callable[[], npt.NDArray[np.float64]], where: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    wav(path, samples())

    codes, measured = examined(audio, path, "wav")

    assert [one["where"] for one in measured["audible"]] == where
    assert codes == (set() if where else {"explicit.no_rhythm"})
    for one in measured["audible"]:
        assert one["ratio"] >= 2


WORDS = "本内容由AI生成"


def office(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, body in parts.items():
            package.writestr(name, body)


def docx(path: Path, *lines: str) -> None:
    body = "".join(f"<w:p><w:r><w:t>{line[:2]}</w:t></w:r><w:r><w:t>{line[2:]}</w:t></w:r></w:p>" for line in lines)
    office(path, {"word/document.xml": f'<w:document xmlns:w="http://w"><w:body>{body}</w:body></w:document>'})


def pptx(path: Path, *slides: str) -> None:
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in numbers)
    relations = "".join(f'<Relationship Id="rId{number}" Target="slides/s{number}.xml"/>' for number in numbers)
    shown = {
        f"ppt/slides/s{number}.xml": f'<p:sld xmlns:p="http://p" xmlns:a="http://a"><a:p><a:r><a:t>Title</a:t></a:r></a:p>'
        f"<a:p><a:r><a:t>{slide}</a:t></a:r></a:p></p:sld>"
        for number, slide in zip(numbers, slides, strict=True)
    }
    presentation = (
        f'<p:presentation xmlns:p="http://p" xmlns:r="http://r"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'
    )
    office(path, {"ppt/presentation.xml": presentation, "ppt/_rels/presentation.xml.rels": relations} | shown)


def pdf(path: Path, *lines: str) -> None:
    """Pages whose font tells its characters only through a ToUnicode map."""
    document = pikepdf.new()
    letters = sorted(set("".join(lines)))
    pairs = "\n".join(f"<{number:04X}> <{ord(letter):04X}>" for number, letter in enumerate(letters, 1))
    cmap = document.make_stream(f"{len(letters)} beginbfchar\n{pairs}\nendbfchar".encode())
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, ToUnicode=cmap)
    for line in lines:
        page = document.add_blank_page(page_size=(200, 200))
        codes = "".join(f"{letters.index(letter) + 1:04X}" for letter in line)
        page.Contents = document.make_stream(f"BT /F0 12 Tf 20 100 Td <{codes}> Tj ET".encode())
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
    document.save(path)


@pytest.mark.parametrize("container", ["txt", "md", "html", "docx", "pptx", "pdf"])
def test_the_first_or_last_line_of_a_text(container: str, tmp_path: Path) -> None:
    prose = (
        "一篇关于 AI 与内容生成的文章：它很长，长到没有人会把它当作标识来读，"
        "因为它讲的是别的事情，而不是说明自己的来源。"
    )
    path = tmp_path / f"text.{container}"

    def write(*lines: str) -> None:
        if container in {"docx", "pptx", "pdf"}:
            {"docx": docx, "pptx": pptx, "pdf": pdf}[container](path, *lines)
        elif container == "html":
            head = "<head><title>AI生成</title><style>p{}</style></head>"
            body = "".join(f"<p>{line}</p>" for line in lines)
            path.write_text(f"<!doctype html><html>{head}<body>{body}</body></html>")
        else:
            path.write_text(("---\nAIGC: AI生成\n---\n" if container == "md" else "") + "\n\n".join(lines))

    for lines, where in (
        ((WORDS, prose, "Ende"), "start"),
        (("Titel", prose, WORDS), "end"),
        ((WORDS, prose, WORDS), "both"),
        ((prose, WORDS, "Ende"), ""),
        ((prose, "Ende"), ""),
        (("AI创作", "Ende"), ""),
        (("AI 生成式模型综述", "Ende"), ""),
    ):
        write(*lines)
        codes, measured = examined(text, path, container)
        assert measured.get("where", "") == where, (lines[0], codes)
        assert codes == (set() if where else {"explicit.no_line"})


@pytest.mark.parametrize("container", ["docx", "pptx", "pdf"])
def test_a_broken_text_is_a_finding(container: str, tmp_path: Path) -> None:
    path = tmp_path / "text"
    for data in (b"", b"PK\3\4" + bytes(200), b"%PDF-1.7\n" + bytes(100)):
        path.write_bytes(data)
        assert examined(text, path, container)[0] == {"explicit.unreadable"}


def test_a_worksheet_has_no_place_for_an_explicit_label(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx())

    report = check_file(path)

    assert report.explicit == "not_examined"
    assert {row["code"] for row in report.findings} >= {"explicit.not_examined", "label.missing"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<p>AI生成</p><p style="color:red">x</p>', True),
        ('<p style="display: none">AI生成</p><p>x</p>', False),
        ("<div hidden><div>AI生成</div></div><p>x</p>", False),
        ("<p>非AI生成</p><p>x</p>", False),
    ],
)
def test_hidden_or_denying_words_in_html_are_no_label(tmp_path: Path, body: str, found: bool) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")

    codes, _ = examined(text, path, "html")

    assert ("explicit.no_line" not in codes) is found
