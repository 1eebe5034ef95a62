"""Where the label goes: never over a face when another place is free, beside English words, in a start view."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.visible import faces, place
from media_jobs.labelling.wish import Theme, Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.images import made
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, sample

FACES = {"leonardo_mona_lisa": (113, 96, 197, 178), "van_gogh_pere_tanguy": (158, 108, 245, 236)}


def cornered(name: str, corner: str) -> Image.Image:
    """The painted head alone in one corner of a larger grey picture."""
    box = FACES[name]
    wide, high = box[2] - box[0], box[3] - box[1]
    head = sample(name).crop((box[0] - wide // 2, box[1] - high // 2, box[2] + wide // 2, box[3] + high // 8))
    head = head.resize((200, 220))
    out = Image.new("RGB", (900, 600), "#909090")
    out.paste(head, (900 - 200 if corner.endswith("right") else 0, 600 - 220 if corner.startswith("bottom") else 0))
    return out


def saved(folder: Path, image: Image.Image, ending: str = "jpg") -> Path:
    path = folder / f"in.{ending}"
    image.save(path, quality=92)
    return path


@pytest.mark.parametrize("name", FACES)
def test_the_label_gives_way_to_a_face_in_its_corner(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, cornered(name, "bottom-right"))

    _, report, _ = made.labelled(path)

    assert report["corner"] == "bottom-left"
    assert (report["faces"], report["faces_avoided"], report["faces_covered"]) == (1, 1, 0)
    assert report["box"][2] < 900 - 200


@pytest.mark.parametrize("name", FACES)
def test_a_face_elsewhere_moves_nothing(tmp_path: Path, name: str) -> None:
    _, report, _ = made.labelled(saved(tmp_path, cornered(name, "top-left")))

    assert (report["corner"], report["faces_avoided"], report["faces_covered"]) == ("bottom-right", 0, 0)


def test_a_turned_picture_is_looked_at_as_people_see_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = cornered("leonardo_mona_lisa", "bottom-right").transpose(Image.Transpose.ROTATE_90)
    path = tmp_path / "in.jpg"
    stored.save(path, quality=92, exif=exif.tobytes())

    _, report, _ = made.labelled(path)

    assert (report["corner"], report["faces_avoided"]) == ("bottom-left", 1)


@pytest.mark.parametrize("kind", ["gif", "tif", "png", "webp"])
def test_other_containers_look_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"in.{kind}"
    cornered("leonardo_mona_lisa", "bottom-right").save(path)

    _, report, _ = made.labelled(path)

    assert (report["corner"], report["faces_avoided"]) == ("bottom-left", 1)


def test_told_faces_count_instead_of_found_ones(tmp_path: Path) -> None:
    path = saved(tmp_path, cornered("leonardo_mona_lisa", "bottom-right"))

    for told, corner in ((((500, 400, 900, 600), (0, 400, 400, 600)), "top-right"), ((), "bottom-right")):
        target = path.with_name("out.jpg")
        report = label_file(path, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(faces=told))
        assert (report["corner"], report["faces"]) == (corner, len(told))


def test_edges_come_after_corners_and_the_least_evil_last() -> None:
    corners = [(0, 0, 300, 200), (600, 0, 900, 200), (0, 400, 300, 600), (600, 400, 900, 600)]

    assert place.choose(900, 600, text="AI生成", faces=corners).corner == "bottom"
    everywhere = place.choose(900, 600, text="AI生成", faces=[(0, 0, 900, 540)])
    assert (everywhere.corner, everywhere.covered) == ("bottom-right", 1)


def test_a_picture_without_faces_has_none() -> None:
    for name in ("sk_chelsea", "sk_coffee", "sk_rocket"):
        assert faces.boxes(faces.looked_at(sample(name)), sample(name).size) == ()


@pytest.mark.parametrize(("modified", "words"), [(False, "AI GENERATED"), (True, "AI MODIFIED")])
@pytest.mark.parametrize("kind", ["jpeg", "png", "gif moving", "tiff 16 bit"])
def test_the_eu_theme_says_both_top_right(tmp_path: Path, kind: str, modified: bool, words: str) -> None:
    path = made.source(tmp_path, kind)

    _, report, _ = made.labelled(path, Wish(theme=Theme.CN_EU, modified=modified))

    assert report["corner"] == "top-right"
    assert report["text"] == f"AI生成 {words}"
    assert report["box"][0] > 100
    assert report["box"][3] < 100


@pytest.mark.parametrize("size", [(1000, 600), (300, 200), (64, 64), (40, 900), (900, 40)])
def test_the_eu_theme_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    path = saved(tmp_path, sample().resize(size), "png")

    _, report, measured = made.labelled(path, Wish(theme=Theme.CN_EU))

    assert report["text"].replace(" ", "") == "AI生成AIGENERATED"
    assert measured["ink_height"] >= measured["required_height"]


def test_where_english_words_find_no_room_the_label_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, sample().resize((33, 33)), "png")

    with pytest.raises(MediaError) as caught:
        label_file(path, tmp_path / "out.png", label=LABEL, digital_source_type=SOURCE, wish=Wish(theme=Theme.CN_EU))

    assert caught.value.code == "label.text_does_not_fit"


def test_a_label_without_its_english_words_is_found_out(tmp_path: Path) -> None:
    from media_jobs.labelling.readback import check_file

    path, target = saved(tmp_path, sample(), "png"), tmp_path / "out.png"
    report = label_file(path, target, label=LABEL, digital_source_type=SOURCE)

    checked = check_file(target, expected=LABEL, report={**report, "theme": "cn_eu"}, original=path)

    assert [finding["code"] for finding in checked["findings"]] == ["readback.english"]


def start_view(panorama: np.ndarray, *, width: int = 640, height: int = 360, degrees: float = 90.0) -> np.ndarray:  # type: ignore[type-arg]
    """What a viewer shows of an equirectangular panorama when it opens: a plane in front of the eye."""
    focal = width / 2 / np.tan(np.radians(degrees / 2))
    x, y = np.meshgrid(np.arange(width) - width / 2 + 0.5, np.arange(height) - height / 2 + 0.5)
    longitude, latitude = np.arctan2(x, focal), np.arctan2(-y, np.hypot(x, focal))
    rows, columns = panorama.shape[:2]
    return panorama[
        np.clip(((0.5 - latitude / np.pi) * rows).astype(int), 0, rows - 1),
        np.clip(((longitude / (2 * np.pi) + 0.5) * columns).astype(int), 0, columns - 1),
    ]


@pytest.mark.parametrize("theme", [Theme.CN, Theme.CN_EU])
def test_a_panoramas_start_view_shows_the_label(tmp_path: Path, theme: Theme) -> None:
    image = sample().resize((1600, 800))
    path = tmp_path / "in.jpg"
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:GPano='http://ns.google.com/photos/1.0/panorama/' "
        "GPano:ProjectionType='equirectangular'/></rdf:RDF></x:xmpmeta>"
    )
    image.save(path, quality=92, xmp=packet.encode())

    target, report, _ = made.labelled(path, Wish(panorama=True, theme=theme))

    assert b'GPano:ProjectionType="equirectangular"' in target.read_bytes()
    mask = np.zeros((800, 1600), dtype=bool)
    left, top, right, bottom = report["capitals_box"]
    mask[top:bottom, left:right] = True
    seen = start_view(mask)
    assert seen.any(axis=1).sum() >= 0.05 * 360
    with Image.open(path) as before, Image.open(target) as after:
        views = [start_view(np.asarray(one.convert("L")).astype(int)) for one in (before, after)]
    changed = np.abs(views[0] - views[1]) > 60
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert theme == Theme.CN_EU or rows[0] > 180  # below the horizon, when it is one line
    assert rows[0] > 0
    assert columns[0] > 0
    assert columns[0] < 320 < columns[-1] < 639
    assert rows[-1] < 359


def test_what_is_no_panorama_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, sample(), "png")

    with pytest.raises(MediaError) as caught:
        label_file(path, tmp_path / "out.png", label=LABEL, digital_source_type=SOURCE, wish=Wish(panorama=True))

    assert caught.value.code == "media.not_panorama"


def test_a_panoramas_label_at_the_edge_is_found_out(tmp_path: Path) -> None:
    from media_jobs.labelling.readback import check_file

    path, target = saved(tmp_path, sample().resize((800, 400)), "png"), tmp_path / "out.png"
    report = label_file(path, target, label=LABEL, digital_source_type=SOURCE)

    checked = check_file(target, expected=LABEL, report={**report, "panorama": True}, original=path)

    assert [finding["code"] for finding in checked["findings"]] == ["readback.not_in_start_view"]
