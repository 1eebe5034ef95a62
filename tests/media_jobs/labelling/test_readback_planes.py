"""A JPEG's planes tell at least what its red, green and blue tell."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling.readback import check_file, pixels, planes
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, saved, small

NOWHERE = (0, 0, 0, 0)
RECOLOURED, STRIPED, DOTTED = 60, 70, 40


def _recoloured(array: np.ndarray) -> None:
    array[:40, :, 1] ^= RECOLOURED


def _striped(array: np.ndarray) -> None:
    array[1::2, :, 0] = np.clip(array[1::2, :, 0].astype(int) + STRIPED, 0, 255)


def _faint(array: np.ndarray) -> None:
    array[:60, :60] ^= DOTTED


@pytest.mark.parametrize("damage", [_recoloured, _striped, _faint], ids=["colour alone", "every other row", "faint"])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_planes_never_tell_less_than_colours(
    tmp_path: Path, damage: Callable[[np.ndarray], None], subsampling: int
) -> None:
    picture = small().convert("YCbCr")
    changed = np.array(picture)
    damage(changed)
    files = [tmp_path / name for name in ("before.jpg", "after.jpg")]
    for file, one in zip(files, (picture, Image.fromarray(changed, "YCbCr")), strict=True):
        one.save(file, "JPEG", quality=98, subsampling=subsampling)
    before, after = (planes.decoded(file) for file in files)
    assert before is not None
    assert after is not None
    assert before.comparable(after)
    told = planes.change(after, before, NOWHERE, spill=0)
    was, now = (np.asarray(cv2.imread(str(file))) for file in files)
    seen = pixels.change(now, was, NOWHERE, spill=0)
    assert told.mean_outside >= seen.mean_outside * 0.99
    assert told.strong_outside >= seen.strong_outside * 0.99
    assert told.mean_outside > 0


def test_a_part_in_colours_is_what_others_decode(tmp_path: Path) -> None:
    small().save(tmp_path / "a.jpg", "JPEG", quality=98)
    one = planes.decoded(tmp_path / "a.jpg")
    assert one is not None
    box = (11, 7, 91, 60)
    with Image.open(tmp_path / "a.jpg") as image:
        expected = np.asarray(image.crop(box)).astype(int)
    assert np.abs(one.colours(box).astype(int) - expected).mean() < 2


def test_the_hole_does_not_count(tmp_path: Path) -> None:
    small().save(tmp_path / "a.jpg", "JPEG")
    one = planes.decoded(tmp_path / "a.jpg")
    assert one is not None
    other = planes.Planes(one.luma.copy(), tuple(plane.copy() for plane in one.chroma), one.across, one.down)
    other.luma[20:40, 20:60] ^= 255
    assert planes.change(other, one, (20, 20, 60, 40), spill=2) == pixels.Change(0.0, 0.0, 0.0, 1.0)


def test_recoloured_elsewhere_is_found_whatever_the_subsampling(tmp_path: Path) -> None:
    source, target = saved(tmp_path, small(), "jpeg"), tmp_path / "out.jpeg"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE)
    for subsampling in (0, 2):  # the original has one of the two: the other goes by way of red, green and blue
        with Image.open(target) as image:
            array = np.array(image.convert("YCbCr"))
        array[: array.shape[0] // 2, :, 1] ^= RECOLOURED
        Image.fromarray(array, "YCbCr").save(tmp_path / "x.jpeg", "JPEG", quality=95, subsampling=subsampling)
        found = check_file(tmp_path / "x.jpeg", expected=LABEL, report=report, original=source)["findings"]
        assert "readback.elsewhere" in {row["code"] for row in found}


def test_what_is_no_jpeg_has_no_planes(tmp_path: Path) -> None:
    small().save(tmp_path / "a.png")
    assert planes.decoded(tmp_path / "a.png") is None
    Image.new("CMYK", (64, 64)).save(tmp_path / "a.jpg", "JPEG")
    assert planes.decoded(tmp_path / "a.jpg") is None
