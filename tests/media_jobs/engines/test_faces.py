"""Both paintings' faces are found, in displayed coordinates; cups, rockets and cats have none."""

from pathlib import Path

import pytest
from PIL import Image

from media_jobs.engines import faces
from media_jobs.engines.errors import EngineError

SAMPLES = Path(__file__).parents[2] / "samples"
MONA_LISA = SAMPLES / "leonardo_mona_lisa.png"
TANGUY = SAMPLES / "van_gogh_pere_tanguy.png"


@pytest.mark.parametrize(("name", "left", "top"), [(MONA_LISA.name, 113, 64), (TANGUY.name, 159, 82)])
def test_painted_faces_are_found(name: str, left: int, top: int) -> None:
    found = faces.detect(SAMPLES / name)

    assert len(found) == 1
    assert abs(found[0].x - left) < 12
    assert abs(found[0].y - top) < 12
    assert found[0].score > 0.8


@pytest.mark.parametrize("name", ["sk_coffee.png", "sk_rocket.png", "sk_chelsea.png"])
def test_things_and_animals_have_no_face(name: str) -> None:
    assert faces.detect(SAMPLES / name) == []


def test_boxes_are_in_displayed_coordinates(tmp_path: Path) -> None:
    upright = faces.detect(MONA_LISA)[0]
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: viewers turn it clockwise
    with Image.open(MONA_LISA) as picture:
        picture.convert("RGB").rotate(90, expand=True).save(turned, exif=exif, quality=95)

    found = faces.detect(turned)

    assert len(found) == 1
    assert abs(found[0].x - upright.x) < 8
    assert abs(found[0].y - upright.y) < 8


@pytest.mark.parametrize("long_side", [200, 3000])
def test_small_and_large_pictures(tmp_path: Path, long_side: int) -> None:
    path = tmp_path / "scaled.jpg"
    with Image.open(MONA_LISA) as picture:
        scale = long_side / max(picture.size)
        picture.convert("RGB").resize((round(picture.width * scale), round(picture.height * scale))).save(path)

    found = faces.detect(path)

    assert len(found) == 1
    assert abs(found[0].w - 85 * scale) < 20 * scale


def test_two_faces_side_by_side_are_both_found(tmp_path: Path) -> None:
    both = Image.new("RGB", (720, 500), "white")
    for index, path in enumerate((MONA_LISA, TANGUY)):
        with Image.open(path) as picture:
            both.paste(picture.convert("RGB"), (index * 325, 0))
    both.save(tmp_path / "both.png")

    assert len(faces.detect(tmp_path / "both.png")) == 2


def test_garbage_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "garbage.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"no picture" * 20)

    with pytest.raises(EngineError) as refused:
        faces.detect(path)

    assert refused.value.code == "engines.unreadable"
