"""Regulation checks 1 to 5, 18 to 21, 24 to 26, 31, 33, 36 for every kind of picture, by readers that are not ours."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.probe import probe
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file, mark_file
from tests.media_jobs.labelling.images import made
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.outside import require

MARKED = [kind for kind in made.KINDS if not kind.startswith(("heic", "avif"))]


@pytest.mark.parametrize("kind", made.KINDS)
def test_every_frame_and_page_carries_a_lawful_label(tmp_path: Path, kind: str) -> None:
    _, report, measured = made.labelled(made.source(tmp_path, kind))

    assert "AI" in report["text"]
    assert "生成" in report["text"]
    assert measured["ink_height"] >= measured["required_height"] == 10
    assert measured["contrast"] >= 4.5
    assert measured["frames"] == max(report["frames"], report["pages"]) == measured["frames_checked"]
    box, width, height = report["box"], 300, 200
    assert min(box[0] / width, (width - box[2]) / width, box[1] / height, (height - box[3]) / height) <= 0.1
    if report["lossless"]:
        assert measured["mean_outside"] == 0 or report["notes"] == ["palette_merged"]


@pytest.mark.parametrize("kind", made.KINDS)
def test_without_the_explicit_label_no_pixel_is_touched(tmp_path: Path, kind: str) -> None:
    path = made.source(tmp_path, kind)

    target, report, _ = made.labelled(path, Wish(explicit=False))

    assert report["text"] == ""
    if kind in MARKED:
        assert [label["values"] for label in read_file(target)["labels"]] == [LABEL.values()]


def test_exiftool_finds_one_label_in_each(tmp_path: Path) -> None:
    files = {}
    for number, kind in enumerate(MARKED):
        folder = tmp_path / str(number)
        folder.mkdir()
        files[str(made.labelled(made.source(folder, kind))[0])] = kind

    told = subprocess.run(
        [require("exiftool"), "-j", "-G1", "-a", "-validate", "-warning", "-error", "-XMP:all", *files],
        capture_output=True,
        check=False,
    )

    rows = json.loads(told.stdout)
    assert len(rows) == len(files)
    for row in rows:
        kind = files[row["SourceFile"]]
        assert json.loads(row["XMP-TC260:Aigc"]) == LABEL.values(), kind
        assert row["XMP-iptcExt:DigitalSourceType"] == SOURCE, kind
        assert sum("Aigc" in key for key in row) == 1, kind
        assert "ExifTool:Error" not in row, (kind, row)
        assert row["ExifTool:Validate"] in {"OK"} or "Warning" in row["ExifTool:Validate"], (kind, row)


@pytest.mark.parametrize("kind", MARKED)
def test_labelling_again_leaves_one_label_and_the_media(tmp_path: Path, kind: str) -> None:
    path = made.source(tmp_path, kind)
    target, _, _ = made.labelled(path)
    second, third = tmp_path / "second", tmp_path / "third"
    again = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="second-2")

    mark_file(target, second, label=again, digital_source_type=SOURCE)
    mark_file(second, third, label=LABEL, digital_source_type=SOURCE)

    assert [one["values"]["ProduceID"] for one in read_file(second)["labels"]] == ["second-2"]
    assert second.read_bytes().count(b"ContentProducer") == third.read_bytes().count(b"ContentProducer") == 1
    if not kind.startswith("tiff"):  # which grows by a directory each time
        assert third.read_bytes() == target.read_bytes()
    with Image.open(target) as one, Image.open(third) as other:
        assert one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", made.KINDS)
def test_depth_profile_and_size_stay(tmp_path: Path, kind: str) -> None:
    path = made.source(tmp_path, kind)
    target, report, _ = made.labelled(path)

    if kind in MARKED:
        before, after = probe(path), probe(target)
        for key in ("width", "height", "bits", "frames", "pages", "has_icc", "orientation", "duration"):
            assert after[key] == before[key], key
    assert report["bits"] == {"png 16 bit": 16, "tiff 16 bit": 16, "heic 10 bit": 10, "tiff pages": 8}.get(kind, 8)
    if made.KINDS[kind][0] not in {"heic"}:
        with Image.open(path) as one, Image.open(target) as other:
            assert one.info.get("icc_profile") == other.info.get("icc_profile")
            assert one.info.get("dpi") == other.info.get("dpi")


@pytest.mark.parametrize("kind", ["png 16 bit", "tiff 16 bit"])
def test_sixteen_bits_stay_sixteen_bits(tmp_path: Path, kind: str) -> None:
    import cv2

    target, report, _ = made.labelled(made.source(tmp_path, kind))

    after = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert after is not None
    left, top, right, bottom = report["box"]
    change = (after != made.deep()).any(axis=2)
    assert after.dtype == np.uint16
    assert change[top:bottom, left:right].mean() > 0.9
    change[top:bottom, left:right] = False
    assert not change.any()


@pytest.mark.parametrize("kind", ["gif moving", "apng", "webp moving", "webp lossless moving", "gif cleared"])
def test_timing_and_loops_stay(tmp_path: Path, kind: str) -> None:
    path = made.source(tmp_path, kind)
    target, _, _ = made.labelled(path)

    def told(file: Path) -> list[object]:
        with Image.open(file) as image:
            found: list[object] = [image.info.get("loop")]
            for number in range(image.n_frames):  # type: ignore[attr-defined]
                image.seek(number)
                image.load()
                found.append(image.info["duration"])
            return found

    assert told(target) == told(path)
    assert told(target)[1:] == made.TIMES


def test_a_gifs_disposal_and_untouched_frames_stay_byte_for_byte(tmp_path: Path) -> None:
    from media_jobs.labelling.metadata import gif

    path = made.source(tmp_path, "gif over")
    target, _, _ = made.labelled(path)
    before, after = path.read_bytes(), target.read_bytes()

    def parts(data: bytes, kind: object) -> list[bytes]:
        return [data[block.start : block.end] for block in gif.blocks(data) if block.kind == kind]

    assert [part[3] & 0x1C for part in parts(after, gif.CONTROL)] == [
        part[3] & 0x1C for part in parts(before, gif.CONTROL)
    ]
    assert parts(after, "image")[1] == parts(before, "image")[1]  # the square is far from the label yet


@pytest.mark.parametrize("kind", ["apng", "apng over", "gif moving", "webp"])
def test_ffmpeg_sees_as_many_frames(tmp_path: Path, kind: str) -> None:
    path = made.source(tmp_path, kind)
    target, _, _ = made.labelled(path)

    def count(file: Path) -> str:
        return subprocess.run(
            [require("ffprobe"), "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv",
             str(file)], capture_output=True, check=True, text=True).stdout  # fmt: skip

    assert count(target) == count(path)


def test_a_label_of_the_whole_set_of_sizes(tmp_path: Path) -> None:
    for number, (size, least) in enumerate({(1000, 600): 30, (720, 1280): 36, (64, 64): 4}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "in.gif"
        path.write_bytes(made.saved(made.small().resize(size), "GIF"))
        _, report, measured = made.labelled(path)
        assert measured["ink_height"] >= least
        assert report["illegible"] == (measured["ink_height"] < 12)


def test_a_half_size_thumbnail_still_has_a_label_high_enough(tmp_path: Path) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(made.saved(made.small().resize((1000, 600)), "PNG"))
    target, report, _ = made.labelled(path)

    with Image.open(target) as image:
        half = np.asarray(image.convert("L").resize((500, 300), Image.Resampling.LANCZOS)).astype(int)
    left, top, right, bottom = (value // 2 for value in report["capitals_box"])
    part = half[top - 2 : bottom + 3, left:right]
    ink = np.abs(part - part[0].mean()) > 60
    assert ink.any(axis=1).sum() >= 15


def test_the_writer_never_replaces_a_label_of_somebody_else(tmp_path: Path) -> None:
    from media_jobs.labelling.errors import MediaError
    from tests.media_jobs.labelling.pictures import OTHER

    for number, kind in enumerate(("gif", "tiff")):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = made.source(folder, kind)
        theirs = folder / "theirs"
        mark_file(path, theirs, label=OTHER, digital_source_type=SOURCE)

        with pytest.raises(MediaError) as caught:
            label_file(theirs, folder / "out", label=LABEL, digital_source_type=SOURCE)

        assert caught.value.code == "media.foreign_label"
        assert not (folder / "out").exists()
