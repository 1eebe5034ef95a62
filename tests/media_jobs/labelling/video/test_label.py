"""A labelled video: the label on screen by the standard, everything else as it was, whatever the container."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from media_jobs.labelling.wish import Theme, Wish
from tests.media_jobs.labelling.pictures import LABEL
from tests.media_jobs.labelling.video.films import (
    Report,
    codes,
    ffprobe,
    film,
    frames,
    labelled,
    mediainfo,
    packets,
    picture_track,
    turned,
)

Case = tuple[Path, Path, Report, Report]
KINDS: dict[str, dict[str, object]] = {
    "h264.mp4": {"extras": True, "sound": "aac"},
    "h264.mov": {"tags": {"title": "A film", "make": "Acme", "location": "+31.2+121.4/"}},
    "h264.mkv": {"extras": True, "sound": "flac", "tags": {"TITLE": "A film", "BPM": "99", "LOCATION": "+31+121/"}},
    "vp9.webm": {"codec": "libvpx-vp9", "sound": "libopus"},
    "vp8.webm": {"codec": "libvpx", "sound": None},
    "av1.mkv": {"codec": "libsvtav1", "sound": "libopus", "pixels": "yuv420p10le"},
    "hevc10.mp4": {"codec": "libx265", "pixels": "yuv420p10le", "sound": None},
    "h264-422-10.mov": {"pixels": "yuv422p10le", "sound": None},
    "h264-444-full.mkv": {"pixels": "yuvj444p", "sound": None},
    "grey.mp4": {"pixels": "gray", "sound": None},
}


@pytest.fixture(scope="module", params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """(original, labelled, report, read-back), made once per kind of file."""
    name = request.param.partition(".")
    source = film(tmp_path_factory.mktemp(name[0]) / f"source.{name[2]}", **KINDS[request.param])
    return source, *labelled(source)


def test_the_file_is_conformant_by_the_independent_path(case: Case) -> None:
    _, _, report, checked = case

    assert checked["findings"] == []
    measured = checked["measured"]
    assert measured["first_frame"]
    assert measured["ink_height"] >= measured["required_height"] == 8
    assert measured["contrast"] >= 4.5
    assert measured["seconds_on_screen"] == pytest.approx(2.4, abs=0.06)
    assert measured["audio_identical"]
    assert measured["location"] == report["location"]
    assert report["frames"] == report["frames_labelled"] == measured["frames"] == 24


def test_every_frame_carries_the_label_and_little_else_changes(case: Case) -> None:
    source, target, report, _ = case
    left, top, right, bottom = report["box"]

    for (before, old), (after, new) in zip(frames(source), frames(target), strict=True):
        assert after - before == pytest.approx(0, abs=0.0011)
        inside = np.abs(new.astype(int) - old)[top:bottom, left:right]
        assert inside.mean() > 20
        outside = np.abs(new.astype(int) - old)
        outside[max(0, top - 16) : bottom + 16, max(0, left - 16) : right + 16] = 0
        assert outside.mean() < 4


def test_sound_and_subtitles_are_the_same_packets_at_the_same_times(case: Case) -> None:
    source, target, _, _ = case

    for kind in ("audio", "subtitle"):
        assert packets(target, kind) == packets(source, kind)


def test_ffprobe_sees_the_same_tracks(case: Case) -> None:
    source, target, report, _ = case
    before, after = ffprobe(source), ffprobe(target)

    names = ("codec_type", "codec_name", "pix_fmt", "width", "height", "r_frame_rate", "time_base", "color_range")
    old = [{name: one.get(name) for name in names} for one in before["streams"]]
    new = [{name: one.get(name) for name in names} for one in after["streams"]]
    if "vp8_to_vp9" in report["notes"]:
        old[0] |= {"codec_name": "vp9", "color_range": new[0]["color_range"]}
    if "full" in str(source.parent):
        assert new[0]["color_range"] == "pc"
    if old[0]["color_range"] is None:  # nothing said means limited; an encoder says so
        assert new[0]["color_range"] in {None, "tv"}
        old[0]["color_range"] = new[0]["color_range"]
    assert sorted(map(str, new)) == sorted(map(str, old))
    languages = [one["tags"].get("language") for one in before["streams"] if one["codec_type"] == "audio"]
    assert [one["tags"].get("language") for one in after["streams"] if one["codec_type"] == "audio"] == languages
    assert [one["tags"]["title"] for one in after["chapters"]] == [one["tags"]["title"] for one in before["chapters"]]
    assert float(after["format"]["duration"]) == pytest.approx(float(before["format"]["duration"]), abs=0.06)


def test_private_tags_go_and_others_stay(case: Case) -> None:
    source, target, _, _ = case
    before = {name.lower(): value for name, value in ffprobe(source)["format"]["tags"].items()}
    after = {name.lower(): value for name, value in ffprobe(target)["format"]["tags"].items()}

    for name in ("title", "bpm"):
        assert after.get(name) == before.get(name)
    assert not {name for name in after if "location" in name or "make" in name}
    assert b"+31" not in target.read_bytes()
    assert after["aigc"] == LABEL.to_json()


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_video_stays_turned_and_its_label_is_upright(tmp_path: Path, degrees: int) -> None:
    source = turned(film(tmp_path / "source.mp4", seconds=0.5, sound=None), degrees)

    target, report, checked = labelled(source)

    assert codes(checked) == set()
    assert (report["seen_width"], report["seen_height"]) == ((144, 192) if degrees != 180 else (192, 144))
    before, after = picture_track(source), picture_track(target)
    assert after["side_data_list"] == before["side_data_list"]
    assert mediainfo(target)["Rotation"] == mediainfo(source)["Rotation"]


def test_a_label_for_some_seconds_stays_two_seconds_and_five_percent(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=4, sound=None)

    target, report, checked = labelled(source, Wish(seconds=0.5))

    assert codes(checked) == set()
    assert report["seconds_wished"] == 2.0
    assert report["seconds_labelled"] == checked["measured"]["seconds_on_screen"] == pytest.approx(2.0, abs=0.01)
    left, top, right, bottom = report["box"]
    marked = [
        float(np.abs(new.astype(int) - old)[top:bottom, left:right].mean()) > 20
        for (_, old), (_, new) in zip(frames(source), frames(target), strict=True)
    ]
    assert marked == [True] * 20 + [False] * 20


def test_a_clip_under_two_seconds_is_labelled_on_all_frames(tmp_path: Path) -> None:
    _, report, checked = labelled(film(tmp_path / "source.mp4", seconds=1.2), Wish(seconds=0.2))

    assert codes(checked) == set()
    assert report["frames"] == report["frames_labelled"] == 12
    assert checked["measured"]["seconds_on_screen"] == pytest.approx(1.2, abs=0.01)


def test_irregular_times_stay_exact(tmp_path: Path) -> None:
    times = [0, 40, 45, 300, 333, 700, 701, 1500, 2200]
    source = film(tmp_path / "source.mp4", times=times, sound=None)

    target, _, checked = labelled(source)

    assert codes(checked) == set()
    assert [round(time * 1000) for time, _ in frames(target)] == times


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_a_picture_that_begins_later_than_its_sound_still_does(tmp_path: Path, ending: str) -> None:
    source = film(tmp_path / f"source.{ending}", seconds=1, start=0.437)

    target, _, checked = labelled(source)

    assert codes(checked) == set()
    gap = packets(source, "audio")[0][1] - frames(source)[0][0]
    assert packets(target, "audio")[0][1] - frames(target)[0][0] == pytest.approx(gap, abs=1e-6)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_pixels_that_are_not_square_stay_so_and_the_label_is_not_squeezed(tmp_path: Path, ending: str) -> None:
    source = film(tmp_path / f"source.{ending}", seconds=0.5, sound=None, aspect=Fraction(16, 11), bright=120)

    target, report, checked = labelled(source)

    assert codes(checked) == set()
    assert report["seen_width"] == 279
    assert picture_track(target)["sample_aspect_ratio"] == picture_track(source)["sample_aspect_ratio"] == "16:11"


def test_hdr_keeps_its_colours_and_mastering_data_and_the_label_is_paper_white(tmp_path: Path) -> None:
    master = "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400"
    source = film(
        tmp_path / "source.mp4", codec="libx265", pixels="yuv420p10le", sound=None, seconds=0.5, colours=(9, 16, 9),
        options={"x265-params": f"log-level=none:{master}"},
    )  # fmt: skip

    target, report, checked = labelled(source)

    assert codes(checked) == set()
    assert report["hdr"] == "pq"
    for one in (source, target):
        told = mediainfo(one)
        assert told["transfer_characteristics"] == "PQ"
        assert told["colour_primaries"] == "BT.2020"
        assert told["MasteringDisplay_Luminance"] == "min: 0.0050 cd/m2, max: 1000 cd/m2"
        assert str(told["MaxCLL"]).startswith("1000")
    left, top, right, bottom = report["ink_boxes"][0]
    brightest = frames(target)[0][1][top:bottom, left:right].max()
    assert 135 <= brightest <= 165  # 203 cd/m², 58 % of the signal, not 10 000


def test_an_interlaced_picture_stays_interlaced(tmp_path: Path) -> None:
    options = {"flags": "+ildct+ilme", "x264-params": "tff=1"}
    source = film(tmp_path / "source.mp4", seconds=0.5, sound=None, options=options)
    if mediainfo(source).get("ScanType") != "MBAFF":
        assert mediainfo(source).get("ScanType") == "Interlaced"

    target, _, checked = labelled(source)

    assert codes(checked) == set()
    assert mediainfo(target)["ScanType"] == mediainfo(source)["ScanType"]


@pytest.mark.parametrize("bright", [0, 255])
def test_the_plate_stands_out_from_black_and_from_white(tmp_path: Path, bright: int) -> None:
    _, report, checked = labelled(film(tmp_path / "source.mp4", seconds=0.3, sound=None, bright=bright))

    assert codes(checked) == set()
    assert report["plate"] == ("dark" if bright else "light")
    assert checked["measured"]["contrast"] >= 7


def test_the_european_theme_stands_top_right_in_both_languages(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=0.3, size=(480, 320), sound=None)

    _, report, checked = labelled(source, Wish(theme=Theme.CN_EU, modified=True))

    assert codes(checked) == set()
    assert report["corner"] == "top-right"
    assert "AI生成" in report["text"]
    assert "AI MODIFIED" in report["text"]


def test_the_label_leaves_a_face_alone_when_another_corner_is_free(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=0.3, sound=None)

    _, report, checked = labelled(source, Wish(faces=((120, 90, 192, 144),)))

    assert codes(checked) == set()
    assert report["corner"] == "bottom-left"


def test_a_panorama_is_labelled_in_its_start_view(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=0.3, size=(512, 256), sound=None)

    _, report, checked = labelled(source, Wish(panorama=True))

    assert codes(checked) == set()
    left, top, right, bottom = report["box"]
    assert 192 <= left < right <= 320
    assert 64 <= top < bottom <= 192


def test_a_cut_copy_relabelled_passes_again(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", seconds=3)
    whole, _, _ = labelled(source)
    cut = film(tmp_path / "cut.mp4", seconds=1)
    cut.unlink()
    import av

    with av.open(str(whole)) as old, av.open(str(cut), "w", format="mp4") as new:
        track = new.add_stream_from_template(old.streams.video[0], opaque=True)
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None and packet.size and (packet.pts or 0) * packet.time_base < 2.3:
                packet.stream = track
                new.mux(packet)

    target, _, checked = labelled(cut)

    assert codes(checked) == set()
    assert checked["measured"]["labels"] == 1
    assert target.read_bytes().count(b"ContentProducer") == 1


def test_progress_is_told_at_least_once_per_second(tmp_path: Path) -> None:
    told: list[tuple[float, float]] = []

    labelled(film(tmp_path / "source.mp4", seconds=3.5), Wish(progress=lambda done, total: told.append((done, total))))

    assert [round(done) for done, _ in told] == [0, 1, 2, 3]
    assert all(total == pytest.approx(3.5, abs=0.1) for _, total in told)


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_the_index_stands_before_the_media(tmp_path: Path, ending: str) -> None:
    target, _, _ = labelled(film(tmp_path / f"source.{ending}", seconds=0.3))
    data = target.read_bytes()

    assert data.index(b"moov") < data.index(b"mdat")


def test_a_noisy_source_does_not_explode(tmp_path: Path, make_noise: Callable[[Path], Path]) -> None:
    source = make_noise(tmp_path / "source.mp4")

    target, _, _ = labelled(source)

    assert target.stat().st_size < 5 * source.stat().st_size + 200_000


@pytest.fixture
def make_noise() -> Callable[[Path], Path]:
    """A low-rate film of a picture that is hard to code."""
    return lambda path: film(path, seconds=1, sound=None, size=(320, 240), options={"crf": "45"})
