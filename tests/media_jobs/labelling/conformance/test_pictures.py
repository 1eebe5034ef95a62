"""The explicit label found in the pixels without the original: ours at any size, and none where there is none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from media_jobs.labelling.conformance import pictures, seeking
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.visible import draw
from tests.media_jobs.labelling.pictures import SAMPLES, encoded, noise, sample

FONT = seeking._FONT


def judged(image: Image.Image, **options: bool) -> tuple[set[str], dict[str, Any]]:
    """Codes found, and what was measured."""
    findings, measured = Findings(), dict[str, Any]()
    given = {"read_foreign": False, "panorama": False} | options
    pictures.judge(image, findings=findings, measured=measured, **given)
    return {str(row["code"]) for row in findings.rows}, measured


def again(image: Image.Image, container: str = "jpeg", **options: Any) -> Image.Image:
    """What comes back after encoding."""
    import io

    with Image.open(io.BytesIO(encoded(image, container, **options))) as opened:
        return opened.convert("RGB")


@pytest.mark.parametrize(
    ("text", "size", "seen"),
    [
        ("AI生成", (600, 400), "AI生成"),
        ("AI生成", (96, 64), "AI生成"),
        ("人工智能合成", (720, 1280), "人工智能合成"),
        ("本内容由AI生成", (1200, 900), "AI生成"),
        ("由AI合成", (1600, 500), "AI合成"),
    ],
)
def test_our_label_is_found_and_measured(text: str, size: tuple[int, int], seen: str) -> None:
    image = sample().resize(size)
    drawn = draw(image, text=text)

    codes, measured = judged(again(image, quality=80))

    assert codes == set()
    assert measured["text"] == seen
    assert measured["required_height"] == -(-min(size) // 20)
    # Chinese characters are taller than Latin capitals of the same size
    assert measured["ink_height"] >= drawn.layout.ink_height - 1
    if "AI" in text:
        assert abs(measured["ink_height"] - drawn.layout.ink_height) <= 1
    assert measured["contrast"] >= 4.5
    left, top, right, bottom = drawn.layout.plate
    box = measured["box"]
    assert left <= box[0] <= box[2] <= right + 1
    assert top <= box[1] <= box[3] <= bottom + 1


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.png")), ids=lambda path: path.stem)
def test_a_picture_without_words_has_no_label(path: Path) -> None:
    with Image.open(path) as opened:
        codes, _ = judged(opened.convert("RGB"))

    assert codes == {"explicit.not_found"}


def test_on_the_worst_background(tmp_path: Path) -> None:
    image = noise(640, 480)
    assert judged(image)[0] == {"explicit.not_found"}

    draw(image)

    assert judged(again(image, quality=90))[0] == set()


def lettered(text: str, em: int, place: tuple[int, int], *, ink: int = 255, ground: int = 0) -> Image.Image:
    """A plain picture with words of our own drawing."""
    image = Image.new("RGB", (1000, 800), (ground, ground, ground))
    font = ImageFont.truetype(FONT, em)
    ImageDraw.Draw(image).text(place, text, font=font, fill=(ink, ink, ink))
    return image


def test_each_fault_is_named() -> None:
    assert judged(lettered("AI生成", 60, (30, 700)))[0] == set()
    assert judged(lettered("AI生成", 60, (400, 350)))[0] == {"explicit.not_at_edge"}
    codes, measured = judged(lettered("AI生成", 46, (30, 720)))
    assert codes == {"explicit.too_small"}
    assert measured["ink_height"] < measured["required_height"] == 40
    codes, measured = judged(lettered("AI生成", 60, (30, 700), ink=150, ground=90))
    assert codes == {"explicit.contrast"}
    assert measured["contrast"] < 4.5
    for half in ("AI创作", "生成", "AI", "即梦"):
        assert judged(lettered(half, 60, (30, 700)))[0] == {"explicit.not_found"}


def test_two_lines_are_one_label() -> None:
    image = lettered("人工智能", 60, (30, 640))
    ImageDraw.Draw(image).text((30, 720), "生成合成", font=ImageFont.truetype(FONT, 60), fill=(255, 255, 255))

    codes, measured = judged(image)

    assert codes == set()
    assert measured["text"] in {"人工智能生成", "人工智能合成"}


def test_a_panorama_carries_it_in_the_start_view() -> None:
    sphere = Image.fromarray(np.full((1000, 2000, 3), 40, np.uint8))
    font = ImageFont.truetype(FONT, 80)
    centre, corner = sphere.copy(), sphere.copy()
    ImageDraw.Draw(centre).text((850, 560), "AI生成", font=font, fill=(255, 255, 255))
    ImageDraw.Draw(corner).text((1650, 880), "AI生成", font=font, fill=(255, 255, 255))

    assert judged(centre, panorama=True)[0] == set()
    assert judged(corner, panorama=True)[0] == {"explicit.not_in_start_view"}
    assert judged(corner)[0] == set()


def test_an_animation_needs_it_on_every_frame(tmp_path: Path) -> None:
    plain = sample().resize((300, 200))
    labelled = plain.copy()
    draw(labelled)
    path = tmp_path / "moving.webp"
    for frames, expected in (
        ([labelled] * 4, set()),
        ([labelled, plain, plain, plain], {"explicit.not_on_all_frames"}),
    ):
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, lossless=True)
        findings, measured = Findings(), dict[str, Any]()

        pictures.examine(
            path,
            container="webp",
            found={"properties": []},
            read_foreign=False,
            findings=findings,
            measured=measured,
        )

        assert {row["code"] for row in findings.rows} == expected


def test_damage_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(encoded(sample(), "jpeg")[:300])
    findings = Findings()

    pictures.examine(
        path, container="jpeg", found={"properties": []}, read_foreign=False, findings=findings, measured={}
    )

    assert [row["code"] for row in findings.rows] == ["explicit.unreadable"]


@pytest.mark.slow
def test_a_foreign_typeface_is_read_with_the_ocr_extra() -> None:
    pytest.importorskip("rapidocr")
    image = lettered("AI生成", 60, (30, 700))
    slanted = image.transform(image.size, Image.Transform.AFFINE, (1, 0.45, -300, 0, 1, 0))

    assert judged(slanted)[0] == {"explicit.not_found"}
    codes, measured = judged(slanted, read_foreign=True)
    assert "explicit.not_read" not in codes
    assert (measured["search"], measured["text"]) == ("ocr", "AI生成")
    codes, measured = judged(lettered("即梦AI", 60, (30, 700)), read_foreign=True)
    assert codes & {"explicit.elements", "explicit.not_read"}  # the subset font may lack the vendor's name
