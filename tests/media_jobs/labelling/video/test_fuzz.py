"""Broken, cut and lying videos: a reason code or a whole labelled file, never a crash, never something left behind."""

import random
from pathlib import Path

import pytest

from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.media_jobs.labelling.video.films import film

ENDINGS = ("mp4", "mov", "mkv", "webm")


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One small film per container."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        ending: film(
            folder / f"a.{ending}",
            seconds=0.4,
            size=(96, 64),
            codec="libvpx-vp9" if ending == "webm" else "libx264",
            sound="libopus" if ending == "webm" else "aac",
            extras=ending == "mkv",
            tags={"title": "A film", "location": "+1+2/"},
        ).read_bytes()
        for ending in ENDINGS
    }


def survives(folder: Path, name: str, data: bytes) -> str:
    """The outcome of probing and labelling these bytes: "ok" or a code; whatever it is, nothing else may remain."""
    source, target = folder / name, folder / f"out.{name}"
    for old in folder.iterdir():
        old.unlink()
    source.write_bytes(data)
    outcome = "ok"
    for explicit in (True, False):
        report = None
        try:
            probe(source)
            report = label_file(
                source, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(explicit=explicit, faces=())
            )
        except MediaError as error:
            outcome = error.code
        if report is not None:
            assert check_file(target, expected=LABEL, report=report, original=source)["measured"]["labels"] == 1
    assert outcome in {"ok", *TEXTS}
    assert {one.name for one in folder.iterdir()} <= {name, f"out.{name}"}
    return outcome


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_whole_film_passes(tmp_path: Path, wholes: dict[str, bytes], ending: str) -> None:
    assert survives(tmp_path, f"a.{ending}", wholes[ending]) == "ok"


@pytest.mark.parametrize("ending", ENDINGS)
def test_cut_anywhere(tmp_path: Path, wholes: dict[str, bytes], ending: str) -> None:
    data = wholes[ending]
    places = [3, 7, 11, 30, 64, *(len(data) * part // 8 for part in range(1, 8)), len(data) - 1]

    outcomes = {survives(tmp_path, f"a.{ending}", data[:at]) for at in places}

    assert outcomes <= {"media.truncated", "media.damaged", "media.not_recognised", "media.unsupported_format",
                        "media.mismatched_type"}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_single_bytes_changed(tmp_path: Path, wholes: dict[str, bytes], ending: str) -> None:
    chance = random.Random(ending)
    for _ in range(6):
        data = bytearray(wholes[ending])
        for _ in range(chance.choice((1, 1, 4, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)

        survives(tmp_path, f"a.{ending}", bytes(data))


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_lying_boxes(tmp_path: Path, wholes: dict[str, bytes], ending: str) -> None:
    for kind in (b"moov", b"trak", b"stsd", b"stsz", b"stco", b"stts", b"ctts", b"elst", b"udta", b"avcC", b"tkhd"):
        data = bytearray(wholes[ending])
        at = data.find(kind)
        if at < 4:
            continue
        for size in (0, 1, 7, 8, 0x7FFFFFFF, 0xFFFFFFFF):
            data[at - 4 : at] = size.to_bytes(4, "big")
            survives(tmp_path, f"a.{ending}", bytes(data))
        data[at - 4 : at] = wholes[ending][at - 4 : at]
        data[at + 8 : at + 16] = b"\xff" * 8  # counts and lengths of what follows
        survives(tmp_path, f"a.{ending}", bytes(data))


def test_two_files_in_one(tmp_path: Path, wholes: dict[str, bytes]) -> None:
    for first, second in (("mp4", "mkv"), ("mkv", "mp4"), ("webm", "webm"), ("mov", "mp4")):
        survives(tmp_path, f"a.{first}", wholes[first] + wholes[second])


def test_nothing_but_zeros_where_media_should_be(tmp_path: Path, wholes: dict[str, bytes]) -> None:
    data = wholes["mp4"]
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4 if data.index(b"moov") > start else len(data)

    assert survives(tmp_path, "a.mp4", data[:start] + bytes(end - start) + data[end:]) in {
        "media.damaged",
        "video.no_frames",
    }
