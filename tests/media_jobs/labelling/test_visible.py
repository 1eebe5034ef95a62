"""The visible label: high enough, at the edge, whole, and legible on whatever lies behind it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.visible import Drawn, colour, draw, font, layout
from tests.media_jobs.labelling.pictures import noise, sample


def drawn_on(image: Image.Image, **options: str) -> tuple[Image.Image, Drawn]:
    copy = image.copy()
    return copy, draw(copy, **options)


def assert_lawful(image: Image.Image, drawn: Drawn) -> None:
    """GB 45438-2025 5.2 as the brief states it."""
    left, top, right, bottom = drawn.layout.plate
    width, height = image.size
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert drawn.layout.ink_height >= math.ceil(0.05 * min(width, height))
    assert drawn.contrast >= 4.5
    assert min(left / width, (width - right) / width, top / height, (height - bottom) / height) <= 0.1
    for box in drawn.layout.line_boxes:
        assert left < box[0] < box[2] < right
        assert top < box[1] < box[3] < bottom


@pytest.mark.parametrize(
    "size",
    [
        (1000, 600),
        (720, 1280),
        (4096, 4096),
        (64, 64),
        (32, 32),
        (2000, 40),
        (40, 2000),
        (33, 900),
        (600, 600),
        (301, 299),
    ],
)
def test_every_size_carries_a_lawful_label(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "#7f7f7f")

    image, drawn = drawn_on(image)

    assert_lawful(image, drawn)
    assert layout.has_elements("".join(drawn.layout.lines))


@pytest.mark.parametrize(("size", "least"), [((1000, 600), 30), ((720, 1280), 36), ((4096, 4096), 205), ((64, 64), 4)])
def test_the_heights_that_the_brief_names(size: tuple[int, int], least: int) -> None:
    _, drawn = drawn_on(Image.new("L", size, 200))

    assert drawn.layout.required == least
    assert drawn.layout.ink_height >= least


def test_a_small_picture_gets_a_legible_label_when_it_has_room() -> None:
    _, drawn = drawn_on(sample().resize((200, 150)))

    assert drawn.layout.ink_height >= layout.LEGIBLE > drawn.layout.required


@given(st.integers(0, 10_000), st.integers(32, 400), st.integers(32, 400), st.integers(0, 255), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_the_label_is_legible_on_any_background(seed: int, width: int, height: int, one: int, other: int) -> None:
    image = noise(width, height, seed, low=min(one, other), high=max(one, other))

    image, drawn = drawn_on(image)

    assert_lawful(image, drawn)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
@settings(max_examples=200, deadline=None)
def test_the_scheme_holds_for_any_pair_of_extremes(one: colour.Rgb, other: colour.Rgb) -> None:
    darkest = tuple(min(pair) for pair in zip(one, other, strict=True))
    brightest = tuple(max(pair) for pair in zip(one, other, strict=True))
    mean = tuple((a + b) // 2 for a, b in zip(one, other, strict=True))

    scheme = colour.choose(darkest=darkest, brightest=brightest, mean=mean, transparent=False)

    for under in (darkest, brightest):
        assert colour.contrast(scheme.text, colour.blended(scheme.plate, under, scheme.opacity)) >= 4.5


def test_contrast_is_wcags() -> None:
    assert colour.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colour.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_nothing_outside_the_plate_changes() -> None:
    before = sample()
    after, drawn = drawn_on(before)

    left, top, right, bottom = drawn.layout.plate
    changed = (np.asarray(before) != np.asarray(after)).any(axis=2)
    inside = changed[top:bottom, left:right].copy()
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert inside.mean() > 0.9


@pytest.mark.parametrize("corner", ["bottom-right", "bottom-left", "top-right", "top-left"])
def test_each_corner(corner: str) -> None:
    image, drawn = drawn_on(sample(), corner=corner)

    assert_lawful(image, drawn)
    left, top, *_ = drawn.layout.plate
    assert (left > image.width / 2) == corner.endswith("right")
    assert (top > image.height / 2) == corner.startswith("bottom")


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_each_mode_stays_what_it_is(mode: str) -> None:
    image, drawn = drawn_on(sample().convert(mode))

    assert image.mode == mode
    assert_lawful(image, drawn)


def test_sixteen_bit_grey_keeps_its_depth() -> None:
    ramp = np.linspace(0, 65535, 400 * 300).reshape(300, 400).astype(np.uint16)
    image = Image.fromarray(ramp)

    after, drawn = drawn_on(image)

    left, top, right, bottom = drawn.layout.plate
    values = np.asarray(after).copy()
    assert after.mode == "I;16"
    assert_lawful(after, drawn)
    assert not np.array_equal(values[top:bottom, left:right], ramp[top:bottom, left:right])
    values[top:bottom, left:right] = ramp[top:bottom, left:right]
    assert np.array_equal(values, ramp)


def test_on_a_transparent_picture_the_plate_is_solid() -> None:
    image, drawn = drawn_on(Image.new("RGBA", (400, 300), (255, 0, 0, 0)))

    left, top, right, _ = drawn.layout.plate
    assert drawn.scheme.opacity == 1.0
    assert image.getpixel(((left + right) // 2, top + 2))[3] == 255
    assert image.getpixel((5, 5)) == (255, 0, 0, 0)


def test_text_that_is_too_long_wraps_then_gives_way_to_the_short_one() -> None:
    text = "本内容由人工智能生成合成"
    _, wide = drawn_on(Image.new("RGB", (1200, 800)), text=text)
    _, wrapped = drawn_on(Image.new("RGB", (300, 300)), text=text + "仅供参考")
    _, short = drawn_on(Image.new("RGB", (60, 300)), text=text)

    assert wide.layout.lines == (text,)
    assert len(wrapped.layout.lines) == 2
    assert "".join(wrapped.layout.lines) == text + "仅供参考"
    assert "".join(short.layout.lines) == "AI生成"


def test_a_label_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(MediaError) as caught:
        layout.arrange(8, 3000, text="AI生成")

    assert caught.value.code == "label.text_does_not_fit"


@pytest.mark.parametrize("text", ["AI", "AI播客", "虚拟主播", "AI创作", "AI-generated", "生成", ""])
def test_a_text_without_both_elements_is_refused(text: str) -> None:
    with pytest.raises(MediaError) as caught:
        draw(sample(), text=text)

    assert caught.value.code == "label.text_without_elements"


@pytest.mark.parametrize("text", ["AI生成龘", "AI生成\n", "AI生成🎨", "AI生成\u200b"])
def test_a_character_that_the_font_lacks_is_named(text: str) -> None:
    with pytest.raises(MediaError) as caught:
        draw(sample(), text=text)

    assert caught.value.code == "label.text_not_drawable"


@pytest.mark.parametrize(
    "text",
    [
        "AI生成",
        "AI合成",
        "人工智能生成",
        "人工智能合成",
        "由AI生成",
        "本内容由人工智能生成合成",
        "部分内容由AI编辑生成",
    ],
)
def test_lawful_texts_are_drawn_as_they_are(text: str) -> None:
    image, drawn = drawn_on(sample(), text=text)

    assert "".join(drawn.layout.lines) == text
    assert_lawful(image, drawn)


def test_the_font_covers_every_label_and_all_of_ascii() -> None:
    assert font.uncovered("".join(chr(c) for c in range(0x21, 0x7F)) + "人工智能生成合成由本内容部分编辑修改") == ""
    assert font.PATH.stat().st_size < 100_000


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("AI生成", True), ("本内容由人工智能生成", True), ("AI生成，非真实内容", True), ("人工智能合成", True),
        ("非AI生成", False), ("not AI生成", False), ("本图并非由人工智能生成", False), ("AI并未生成", False),
        ("AI生成式", False), ("NON-AI 合成", False),
    ],
)  # fmt: skip
def test_words_that_deny_are_no_label(words: str, label: bool) -> None:
    assert layout.has_elements(words) is label
