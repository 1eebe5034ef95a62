"""The sound of a video with its own label: heard in every track, as long and as coded as before, and listened to."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.wish import Sound, Where, Wish
from media_jobs.labelling.writer import label_file, mark_file
from tests.media_jobs.labelling.audio.sounds import programme
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.media_jobs.labelling.video.films import FORMATS, QUICK, Report, codes, ffprobe, labelled, packets

VOICE = Wish(sound_in_video=True)
RHYTHM = Wish(sound_in_video=True, sound=Sound.RHYTHM, where=Where.BOTH)
Change = Callable[[np.ndarray], np.ndarray]
KINDS: dict[str, tuple[str, Sequence[str], Wish, float]] = {
    "aac, spoken": ("mp4", ["aac"], VOICE, 0.0),
    "aac that begins late, rhythm": ("mp4", ["aac"], RHYTHM, 0.5),
    "pcm and alac, rhythm": ("mov", ["pcm_s24le", "alac"], RHYTHM, 0.0),
    "opus, spoken at the end": ("webm", ["libopus"], Wish(sound_in_video=True, where=Where.END), 0.0),
    "flac and aac, rhythm": ("mkv", ["flac", "aac"], RHYTHM, 0.0),
    "mp3, spoken": ("mkv", ["libmp3lame"], VOICE, 0.0),
}


def film_with(
    path: Path, sounds: Sequence[str], *, seconds: float = 6, late: float = 0.0, fps: Fraction = Fraction(5)
) -> Path:
    """A film whose sound never repeats itself, so that it can be told by how much it moved."""
    codec = "libvpx-vp9" if path.suffix == ".webm" else "libx264"
    with av.open(str(path), "w", format=FORMATS[path.suffix[1:]]) as out:
        picture = out.add_stream(codec, rate=fps, options=QUICK[codec])
        picture.width, picture.height, picture.pix_fmt = 192, 144, "yuv420p"
        tracks = [out.add_stream(one, rate=48_000, layout="stereo") for one in sounds]
        for track, language in zip(tracks, ("zho", "eng"), strict=False):
            track.metadata["language"] = language
        for number in range(round(fps * seconds)):
            grey = np.full((144, 192, 3), 60 + 3 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / fps
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        for track in tracks:
            sound_into(out, track, programme(seconds), late)
    return path


def sound_into(out: av.container.OutputContainer, track: av.AudioStream, samples: np.ndarray, late: float) -> None:
    for start in range(0, samples.shape[1], 1000):
        part = np.ascontiguousarray(samples[:, start : start + 1000], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
        frame.pts = start + round(late * 48_000)
        out.mux(track.encode(frame))
    out.mux(track.encode(None))


def heard(path: Path, track: int = 0) -> np.ndarray:
    """(channels, samples) of a sound track."""
    with av.open(str(path)) as opened:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
        parts = [
            one.to_ndarray()
            for frame in [*opened.decode(opened.streams.audio[track]), None]
            for one in resampler.resample(frame)
        ]
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("name", KINDS)
def test_every_track_is_labelled_and_stays_what_it_was(name: str, tmp_path: Path) -> None:
    ending, sounds, wish, late = KINDS[name]
    source = film_with(tmp_path / f"source.{ending}", sounds, late=late)

    target, report, checked = labelled(source, wish)

    assert checked["findings"] == []
    assert [one["form"] for one in report["sounds"]] == [str(wish.sound)] * len(sounds)
    told = checked["measured"]["sounds"]
    assert len(told) == len(sounds)
    assert not checked["measured"]["audio_identical"]
    for number, one in enumerate(told):
        assert abs(one["lag"]) < 0.001
        assert one["correlation"] > 0.97
        assert one["seconds"] == pytest.approx(one["original_seconds"], abs=0.03)
        before, after = heard(source, number), heard(target, number)
        length = min(before.shape[1], after.shape[1])
        changed = np.abs(after[:, :length] - before[:, :length]).max(axis=0) > 0.05
        if late == 0.0:
            edges = changed[:57_600].any(), changed[-57_600:].any()
            assert edges == (wish.where != Where.END, wish.where != Where.START)


@pytest.mark.parametrize("name", KINDS)
def test_ffprobe_sees_the_same_tracks(name: str, tmp_path: Path) -> None:
    ending, sounds, wish, late = KINDS[name]
    source = film_with(tmp_path / f"source.{ending}", sounds, late=late)
    target, _, _ = labelled(source, wish)
    names = ("codec_name", "profile", "sample_rate", "channels", "channel_layout", "bits_per_raw_sample", "disposition")

    tracks = [[one for one in ffprobe(path)["streams"] if one["codec_type"] == "audio"] for path in (source, target)]

    assert len(tracks[0]) == len(tracks[1]) == len(sounds)
    for old, new in zip(*tracks, strict=True):
        assert {name: old.get(name) for name in names} == {name: new.get(name) for name in names}
        assert old.get("tags", {}).get("language") == new.get("tags", {}).get("language")


def test_what_is_stored_without_loss_keeps_every_sample_outside_the_label(tmp_path: Path) -> None:
    source = film_with(tmp_path / "source.mkv", ["flac"])

    target, report, _ = labelled(source, RHYTHM)

    first = round(report["sounds"][0]["span"] * 48_000)
    assert np.array_equal(heard(source)[:, first:-first], heard(target)[:, first:-first])


def test_a_slide_show_of_few_frames_keeps_its_sound_beside_them(tmp_path: Path) -> None:
    source = film_with(tmp_path / "source.mkv", ["aac"], seconds=30, fps=Fraction(1, 5))

    _, _, checked = labelled(source, RHYTHM)

    assert codes(checked) == set()


def test_sound_too_short_for_words_gets_the_rhythm_or_is_refused(tmp_path: Path) -> None:
    short = film_with(tmp_path / "short.mp4", ["aac"], seconds=3)
    shorter = film_with(tmp_path / "shorter.mp4", ["aac"], seconds=1)

    _, report, checked = labelled(short, VOICE)

    assert (report["sounds"][0]["form"], codes(checked)) == ("rhythm", set())
    assert "rhythm_for_short_sound" in report["notes"]
    with pytest.raises(MediaError) as caught:
        labelled(shorter, VOICE)
    assert caught.value.code == "video.sound_short"


def test_a_codec_that_cannot_be_written_anew_is_refused(tmp_path: Path) -> None:
    source, target = film_with(tmp_path / "source.mp4", ["ac3"]), tmp_path / "out.mp4"

    with pytest.raises(MediaError) as caught:
        label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=VOICE)

    assert caught.value.code == "video.sound_codec"
    assert not target.exists()


def test_a_silent_video_and_one_without_explicit_label_are_left_alone(tmp_path: Path) -> None:
    silent = film_with(tmp_path / "silent.mp4", [], seconds=2)
    source = film_with(tmp_path / "source.mp4", ["aac"], seconds=2)

    _, report, checked = labelled(silent, VOICE)
    assert (report["sounds"], codes(checked)) == ([], set())
    target, _, checked = labelled(source, Wish(sound_in_video=True, explicit=False))
    assert (packets(source, "audio"), codes(checked)) == (packets(target, "audio"), set())


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Report]:
    """(original, labelled, report) with the rhythm at both ends."""
    source = film_with(tmp_path_factory.mktemp("good") / "source.mkv", ["flac"])
    target, report, checked = labelled(source, RHYTHM)
    assert codes(checked) == set()
    return source, target, report


SECOND = 48_000
DAMAGES: dict[str, tuple[Change, float, str]] = {
    "no label at the end": (lambda it: mixed(it, slice(-2 * SECOND, None)), 0.0, "readback.video_sound_label"),
    "no label at the start": (lambda it: mixed(it, slice(0, 2 * SECOND)), 0.0, "readback.video_sound_label"),
    "half a label": (lambda it: mixed(it, slice(0, SECOND // 2)), 0.0, "readback.video_sound_label"),
    "another content": (lambda it: replaced(it, slice(2 * SECOND, 4 * SECOND)), 0.0, "readback.video_sound_changed"),
    "cut off": (lambda it: it[:, : 4 * SECOND], 0.0, "readback.video_sound_length"),
    "late": (lambda it: it, 0.04, "readback.video_sound_late"),
}


def mixed(samples: np.ndarray, where: slice) -> np.ndarray:
    """The original's own sound in a place."""
    out = samples.copy()
    out[:, where] = programme(6)[:, where]
    return out


def replaced(samples: np.ndarray, where: slice) -> np.ndarray:
    """Other sound in a place."""
    out = samples.copy()
    out[:, where] = out[:, where][:, ::-1]
    return out


@pytest.mark.parametrize("name", [*DAMAGES, "nothing"])
def test_the_readback_hears_what_was_done_to_it(name: str, case: tuple[Path, Path, Report], tmp_path: Path) -> None:
    source, target, report = case
    change, late, code = DAMAGES.get(name, (lambda it: it, 0.0, ""))
    bare, again = tmp_path / "bare.mkv", tmp_path / "again.mkv"
    with av.open(str(target)) as old, av.open(str(bare), "w", format="matroska") as out:
        picture = out.add_stream_from_template(old.streams.video[0], opaque=True)
        track = out.add_stream("flac", rate=48_000, layout="stereo")
        track.metadata["language"], track.disposition = "zho", old.streams.audio[0].disposition
        for packet in old.demux(old.streams.video[0]):
            if packet.size:
                packet.stream = picture
                out.mux(packet)
        sound_into(out, track, change(heard(target)), late)
    mark_file(bare, again, label=LABEL, digital_source_type=SOURCE)

    checked = check_file(again, expected=LABEL, report=report, original=source)

    assert code in codes(checked) or (not code and codes(checked) <= {"readback.file_changed"})
    assert checked["measured"]["sounds"][0]["track"] == 1
