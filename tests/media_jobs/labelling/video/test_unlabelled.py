"""Without explicit label (Labelling Measures Art. 9) not a frame is touched, and personal data go all the same."""

import re
import subprocess
from pathlib import Path

import pytest

from media_jobs.labelling.wish import Wish
from tests.media_jobs.labelling.pictures import LABEL
from tests.media_jobs.labelling.video.films import codes, ffprobe, film, labelled, packets
from tests.outside import require

PRIVATE = {
    "mp4": {"title": "A film", "location": "+31.2+121.4/", "com.apple.quicktime.make": "Acme", "serial": "X123456"},
    "mov": {"title": "A film", "make": "Acme", "model": "Telephone", "location": "+31.2+121.4/"},
    "mkv": {"TITLE": "A film", "LOCATION": "+31.2+121.4/", "MAKE": "Acme", "BPM": "99"},
    "webm": {"TITLE": "A film", "GPS_LATITUDE": "31.2", "MODEL": "Acme"},
}


def made(folder: Path, ending: str) -> Path:
    webm = ending == "webm"
    return film(
        folder / f"source.{ending}",
        seconds=0.5,
        tags=PRIVATE[ending],
        codec="libvpx-vp9" if webm else "libx264",
        sound="libopus" if webm else "aac",
        extras=ending == "mkv",
        late={"movflags": "+use_metadata_tags"} if ending == "mp4" else None,
    )


@pytest.mark.parametrize("ending", list(PRIVATE))
def test_the_media_are_the_same_and_the_implicit_label_is_there(tmp_path: Path, ending: str) -> None:
    source = made(tmp_path, ending)

    target, report, checked = labelled(source, Wish(explicit=False))

    assert codes(checked) == set()
    assert not report["explicit"]
    assert report["text"] == ""
    assert checked["measured"]["picture_identical"]
    for kind in ("video", "audio", "subtitle"):
        assert packets(target, kind) == packets(source, kind)
    assert {name.lower(): value for name, value in ffprobe(target)["format"]["tags"].items()}["aigc"] == LABEL.to_json()


@pytest.mark.parametrize("ending", list(PRIVATE))
def test_personal_data_are_gone_for_every_reader(tmp_path: Path, ending: str) -> None:
    source = made(tmp_path, ending)
    private = re.compile(rb"\+31\.2|31\.2|Acme|Telephone|X123456")
    assert private.search(source.read_bytes())

    target, _, _ = labelled(source, Wish(explicit=False))

    assert not private.search(target.read_bytes())
    tags = {name.lower(): value for name, value in ffprobe(target)["format"]["tags"].items()}
    assert tags["title"] == "A film"
    told = subprocess.run([require("exiftool"), "-a", "-G", str(target)], check=True, capture_output=True, text=True)
    assert "A film" in told.stdout
    assert "Warning" not in told.stdout
    assert complaints(target) == complaints(source)


def complaints(path: Path) -> int:
    """How many lines of warnings ffprobe writes."""
    told = subprocess.run([require("ffprobe"), "-v", "warning", str(path)], check=True, capture_output=True)
    return len(told.stderr.splitlines())


def test_an_addition_to_the_picture_is_found(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=0.5, sound=None)
    target, report, _ = labelled(source)
    from media_jobs.labelling.readback import check_file

    checked = check_file(target, expected=LABEL, report={**report, "explicit": False}, original=source)

    assert codes(checked) == {"readback.video_picture"}
