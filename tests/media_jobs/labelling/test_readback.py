"""The independent path finds every way in which a labelled file can be wrong."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.metadata import jpeg, png, webp
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.readback.findings import TEXTS
from media_jobs.labelling.visible import font
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import INJECT, LABEL, SOURCE, encoded, foreign, sample, saved, small

Report = dict[str, object]
MODULES = {"jpeg": jpeg, "png": png, "webp": webp}


@pytest.fixture(scope="module", params=["jpeg", "png", "webp"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Report]:
    """(original, labelled, report), made once."""
    folder = tmp_path_factory.mktemp(request.param)
    source, target = saved(folder, small(), request.param), folder / "out"
    return source, target, label_file(source, target, label=LABEL, digital_source_type=SOURCE)


@pytest.fixture
def made(written: tuple[Path, Path, Report], tmp_path: Path) -> tuple[Path, Path, Report]:
    """(original, labelled, report), the labelled file a fresh copy to tamper with."""
    source, target, report = written
    copy = tmp_path / "out"
    copy.write_bytes(target.read_bytes())
    return source, copy, dict(report)


def codes(source: Path, target: Path, report: Report, expected: AigcLabel = LABEL) -> set[str]:
    checked = check_file(target, expected=expected, report=report, original=source)
    found = {str(finding["code"]) for finding in checked["findings"] if finding["severity"] == "error"}
    assert checked["conformant"] == (not found)
    assert all(finding["message"] == TEXTS[finding["code"]] for finding in checked["findings"])
    return found


def repainted(made: tuple[Path, Path, Report], paint: Callable[[Image.Image, list[int]], Image.Image]) -> set[str]:
    """The findings after the labelled picture was painted on and its metadata put back."""
    source, target, report = made
    container = str(report["container"])
    original = target.read_bytes()
    with Image.open(io.BytesIO(original)) as image:
        changed = paint(image.convert("RGB"), list(report["box"]))
    xmp = MODULES[container].xmp(original)[0]
    options = {"quality": 95} if container == "jpeg" else {"lossless": True} if container == "webp" else {}
    target.write_bytes(INJECT[container](encoded(changed, container, **options), xmp))
    return codes(source, target, report) - {"readback.file_changed"}


def test_a_good_file_is_conformant_and_measured(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made

    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert checked["conformant"]
    assert checked["findings"] == []
    measured = checked["measured"]
    assert measured["ink_height"] == pytest.approx(report["ink_height"], abs=1)
    assert measured["contrast"] == pytest.approx(report["contrast"], rel=0.25)
    assert measured["values"] == LABEL.values()
    assert measured["labels"] == 1
    if report["lossless"]:
        assert measured["mean_outside"] == 0


@pytest.mark.parametrize("key", ["label", "content_producer", "produce_id", "content_propagator", "propagate_id",
                                 "reserved_code1", "reserved_code2"])  # fmt: skip
def test_each_of_the_seven_values_is_compared(made: tuple[Path, Path, Report], key: str) -> None:
    values = {**LABEL.__dict__, key: "2"}

    assert codes(*made, expected=AigcLabel(**values)) == {"readback.label_value"}


def test_an_unlabelled_file(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made
    target.write_bytes(source.read_bytes())

    assert codes(source, target, report) >= {
        "readback.file_changed", "readback.label_count", "readback.source_type", "readback.no_visible_label",
    }  # fmt: skip


def test_metadata_alone_is_not_enough(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made
    target.write_bytes(foreign(source.read_bytes(), str(report["container"]), LABEL))

    assert "readback.no_visible_label" in codes(source, target, report)


def test_a_second_label_elsewhere_is_counted(tmp_path: Path) -> None:
    source = saved(tmp_path, small(), "png")
    target = tmp_path / "out"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    parts = list(png.chunks(target.read_bytes()))
    text = LABEL.to_json(wrapped=True).encode()
    for kind, body in ((b"tEXt", text), (b"zTXt", b"\0" + zlib.compress(text))):
        target.write_bytes(png.assemble([parts[0], png.Chunk(kind, b"AIGC\0" + body), *parts[1:]]))

        assert codes(source, target, report) == {"readback.file_changed", "readback.label_count"}


def test_a_picture_changed_elsewhere(made: tuple[Path, Path, Report]) -> None:
    def paint(image: Image.Image, _box: list[int]) -> Image.Image:
        ImageDraw.Draw(image).rectangle((20, 20, 90, 90), fill="blue")
        return image

    assert repainted(made, paint) == {"readback.elsewhere"}


def test_a_label_painted_over(made: tuple[Path, Path, Report]) -> None:
    def paint(image: Image.Image, box: list[int]) -> Image.Image:
        ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="#404040")
        return image

    assert "readback.no_visible_label" in repainted(made, paint)


def test_too_small_text(made: tuple[Path, Path, Report]) -> None:
    def paint(image: Image.Image, box: list[int]) -> Image.Image:
        ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="black")
        words = font.line("AI生成", 8)
        report = made[2]
        capitals = report["capitals_box"]
        image.paste("white", (capitals[0], capitals[1] + 3), words)
        return image

    assert "readback.too_small" in repainted(made, paint)


def test_faint_text(made: tuple[Path, Path, Report]) -> None:
    def paint(image: Image.Image, box: list[int]) -> Image.Image:
        ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="#808080")
        ink = made[2]["ink_boxes"][0]
        image.paste("#a8a8a8", (ink[0], ink[1]), font.line("AI生成", int(made[2]["font_size"])))
        return image

    assert "readback.contrast" in repainted(made, paint)


@pytest.mark.parametrize("words", ["合格产品", "真实照片", "IIIIIII"])
def test_other_words(made: tuple[Path, Path, Report], words: str) -> None:
    def paint(image: Image.Image, box: list[int]) -> Image.Image:
        ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="black")
        left, top, right, bottom = made[2]["ink_boxes"][0]
        drawable = "".join(c for c in words if not font.uncovered(c))
        image.paste("white", (left, top), font.line(drawable, 60).resize((right - left, bottom - top)))
        return image

    assert "readback.words" in repainted(made, paint)


def test_another_size(made: tuple[Path, Path, Report]) -> None:
    assert repainted(made, lambda image, _box: image.resize((150, 100))) == {"readback.size"}


def test_a_label_in_the_middle_is_not_at_an_edge(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made

    assert "readback.not_at_edge" in codes(source, target, {**report, "box": [100, 70, 200, 110]})


@pytest.mark.parametrize("box", [None, [1, 2, 3], [0, 0, 5000, 20], [50, 50, 40, 60], "box"])
def test_a_senseless_report_never_passes(made: tuple[Path, Path, Report], box: object) -> None:
    source, target, report = made

    assert "readback.no_visible_label" in codes(source, target, {**report, "box": box})
    assert codes(source, target, {})


def test_a_text_without_elements_never_passes(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made

    assert "readback.elements" in codes(source, target, {**report, "text": "AI"})


def test_another_container(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made
    other = "png" if report["container"] != "png" else "jpeg"
    with Image.open(target) as image:
        target.write_bytes(encoded(image.convert("RGB"), other))

    assert {"readback.container_changed", "readback.label_count"} <= codes(source, target, report)


@pytest.mark.slow
def test_damage_is_a_finding_not_a_crash(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made
    data = target.read_bytes()
    for cut in (0, 1, 7, 30, len(data) // 2, len(data) - 3):
        target.write_bytes(data[:cut])
        assert codes(source, target, report)
    for at in range(0, min(len(data), 3000), 211):
        changed = bytearray(data)
        changed[at] ^= 0x55
        target.write_bytes(changed)
        assert "readback.file_changed" in codes(source, target, report)


def test_a_missing_file(tmp_path: Path) -> None:
    assert codes(tmp_path / "a", tmp_path / "b", {}) == {"readback.unreadable"}


def test_a_label_under_another_namespace_does_not_count(made: tuple[Path, Path, Report]) -> None:
    source, target, report = made
    container = str(report["container"])
    data = foreign(source.read_bytes(), container, LABEL)
    packet = MODULES[container].xmp(data)[0]
    target.write_bytes(INJECT[container](data, packet.replace(b"www.tc260.org.cn", b"example.org")))

    assert "readback.label_count" in codes(source, target, report)


def test_the_development_code_is_what_these_tests_carry() -> None:
    assert LABEL.content_producer == DEVELOPMENT_CODE


@pytest.mark.parametrize(("gamma", "seen"), [(45_455, True), (1_000_000, False)])
def test_a_gamma_that_washes_the_label_out_is_seen(tmp_path: Path, gamma: int, seen: bool) -> None:
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    kind = b"gAMA" + gamma.to_bytes(4, "big")
    png = encoded(sample(), "png")
    source.write_bytes(png[:33] + b"\0\0\0\4" + kind + zlib.crc32(kind).to_bytes(4, "big") + png[33:])

    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert checked["conformant"] is seen
    assert ("readback.contrast" not in {row["code"] for row in checked["findings"]}) is seen
