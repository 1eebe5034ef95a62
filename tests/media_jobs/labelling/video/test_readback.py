"""The independent path finds every way in which a labelled video can be wrong."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_jobs.labelling.readback import check_file
from media_jobs.labelling.readback.findings import TEXTS
from media_jobs.labelling.writer import mark_file
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.media_jobs.labelling.video.films import Report, codes, film, labelled, sound_track, tone_into, turned

Paint = Callable[[np.ndarray, int], np.ndarray | None]
Case = tuple[Path, Path, Report]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """(original, labelled, report), made once."""
    source = film(tmp_path_factory.mktemp("good") / "source.mp4", seconds=2.6, size=(320, 240))
    target, report, checked = labelled(source)
    assert codes(checked) == set()
    return source, target, report


def remade(
    case: Case, folder: Path, paint: Paint, *, shift: int = 0, sound: bool = True, turn: int | None = None
) -> set[str]:
    """The errors after the labelled frames were painted on (None drops one), encoded and marked again."""
    source, target, report = case
    bare, again = folder / "bare.mp4", folder / "again.mp4"
    with av.open(str(target)) as old, av.open(str(bare), "w") as out:
        tracks = old.streams.video[0], old.streams.audio[0]
        picture = out.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "10"})
        picture.width, picture.height, picture.pix_fmt = tracks[0].width, tracks[0].height, "yuv420p"
        picture.codec_context.time_base = picture.time_base = tracks[0].time_base
        copy = out.add_stream_from_template(tracks[1], opaque=True) if sound else sound_track(out, "aac", "zho")
        number = 0
        for packet in old.demux(tracks):
            if packet.stream_index == tracks[0].index:
                for frame in packet.decode():
                    pixels = paint(frame.to_ndarray(format="rgb24"), number)
                    number += 1
                    if pixels is not None:
                        new = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels)).reformat(format="yuv420p")
                        new.pts, new.time_base = frame.pts + (shift if number > 4 else 0), frame.time_base
                        out.mux(picture.encode(new))
            elif sound and packet.size:
                packet.stream = copy
                out.mux(packet)
        out.mux(picture.encode(None))
        if not sound:
            tone_into(out, copy, 2.0)
    if turn is not None:
        turned(bare, turn)
    mark_file(bare, again, label=LABEL, digital_source_type=SOURCE)
    checked = check_file(again, expected=LABEL, report=report, original=source)
    assert all(finding["message"] == TEXTS[finding["code"]] for finding in checked["findings"])
    return codes(checked) - {"readback.file_changed"}


def plate(report: Report) -> tuple[slice, slice]:
    left, top, right, bottom = report["box"]
    return slice(top, bottom), slice(left, right)


def test_a_remade_file_that_is_as_good_passes(case: Case, tmp_path: Path) -> None:
    assert remade(case, tmp_path, lambda pixels, _: pixels) == set()


@pytest.mark.parametrize("missing", [0, 1, 7, 19])
def test_a_single_frame_without_label_within_the_first_two_seconds(case: Case, tmp_path: Path, missing: int) -> None:
    def paint(pixels: np.ndarray, number: int) -> np.ndarray:
        if number == missing:
            pixels[plate(case[2])] = 128
        return pixels

    assert remade(case, tmp_path, paint) & {"readback.video_short", "readback.video_no_label"}


def test_a_label_that_ends_before_the_last_frame(case: Case, tmp_path: Path) -> None:
    def paint(pixels: np.ndarray, number: int) -> np.ndarray:
        if number >= 25:
            pixels[plate(case[2])] = 128
        return pixels

    assert "readback.video_no_label" in remade(case, tmp_path, paint)


def test_a_plate_without_words(case: Case, tmp_path: Path) -> None:
    def paint(pixels: np.ndarray, _: int) -> np.ndarray:
        pixels[plate(case[2])] = 30
        return pixels

    assert "readback.video_no_label" in remade(case, tmp_path, paint)


def test_other_words(case: Case, tmp_path: Path) -> None:
    def paint(pixels: np.ndarray, _: int) -> np.ndarray:
        pixels[plate(case[2])] = pixels[plate(case[2])][:, ::-1]
        return pixels

    assert "readback.video_words" in remade(case, tmp_path, paint)


def test_pale_words(case: Case, tmp_path: Path) -> None:
    def paint(pixels: np.ndarray, _: int) -> np.ndarray:
        pixels[plate(case[2])] = pixels[plate(case[2])] // 4 + 60
        return pixels

    assert "readback.video_contrast" in remade(case, tmp_path, paint)


def test_something_added_elsewhere(case: Case, tmp_path: Path) -> None:
    def paint(pixels: np.ndarray, _: int) -> np.ndarray:
        pixels[32:64, 32:64] = (255, 0, 0)
        return pixels

    assert remade(case, tmp_path, paint) == {"readback.video_elsewhere"}


def test_a_lost_frame(case: Case, tmp_path: Path) -> None:
    assert "readback.video_frames" in remade(case, tmp_path, lambda pixels, n: None if n == 12 else pixels)


def test_frames_that_come_late(case: Case, tmp_path: Path) -> None:
    assert "readback.video_times" in remade(case, tmp_path, lambda pixels, _: pixels, shift=320)


def test_sound_that_was_coded_anew(case: Case, tmp_path: Path) -> None:
    assert "readback.video_tracks" in remade(case, tmp_path, lambda pixels, _: pixels, sound=False)


def test_a_picture_that_is_turned(case: Case, tmp_path: Path) -> None:
    assert "readback.video_kind" in remade(case, tmp_path, lambda pixels, _: pixels, turn=180)


def test_a_label_that_was_reported_elsewhere(case: Case) -> None:
    source, target, report = case
    for box in ([0, 0, 60, 40], [100, 100, 9999, 200], "nonsense", None):
        checked = check_file(target, expected=LABEL, report={**report, "box": box}, original=source)

        assert codes(checked)


def test_a_film_without_an_index_is_read_all_the_same(tmp_path: Path) -> None:
    source = film(tmp_path / "source.webm", codec="libvpx-vp9", sound="libopus", seconds=2.5, late={"live": "1"})

    _, report, checked = labelled(source)

    assert codes(checked) == set()
    assert report["seconds_labelled"] == pytest.approx(2.5, abs=0.11)


def test_colours_that_changed_are_found(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=0.4, sound=None, colours=(1, 1, 1))
    target, report, _ = labelled(source)
    other = film(tmp_path / "other.mp4", seconds=0.4, sound=None, colours=(9, 16, 9), aspect=Fraction(4, 3))

    checked = check_file(target, expected=LABEL, report=report, original=other)

    assert "readback.video_kind" in codes(checked)
