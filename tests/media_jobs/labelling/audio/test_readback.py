"""The readback of sound finds what a careless labeller would get wrong."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from media_jobs.labelling.audio import sound
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.wish import Sound, Theme, Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.audio.sounds import LABEL, SOURCE, chunked, encoded, programme, riff, written

Samples = npt.NDArray[np.int16]


def labelled(folder: Path, wish: Wish, name: str = "wav") -> tuple[Path, Path, dict[str, Any]]:
    source, target = written(folder, name), folder / f"out.{name}"
    return source, target, label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=wish)


def found(source: Path, target: Path, report: dict[str, Any]) -> set[str]:
    report = {**report, "sha256": hashlib.sha256(target.read_bytes()).hexdigest()}
    checked = check_file(target, expected=LABEL, report=report, original=source)
    assert checked["conformant"] is False
    return {str(row["code"]) for row in checked["findings"]}


def change(target: Path, edit: Any) -> None:
    """Rewrite the samples of a 16-bit stereo WAV."""
    chunks = []
    for kind, data in riff(target.read_bytes()):
        if kind == b"data":
            samples = np.frombuffer(data, dtype="<i2").reshape(-1, 2).copy()
            changed = edit(samples)
            chunks.append((kind, (samples if changed is None else changed).astype("<i2").tobytes()))
        else:
            chunks.append((kind, data))
    target.write_bytes(chunked(chunks))


RHYTHM = Wish(sound=Sound.RHYTHM)


def _swapped(samples: Samples) -> None:
    """Long before short."""
    tones = samples[4800 : 4800 + 51840].copy()
    short, long = tones[0:5760].copy(), tones[11520:28800].copy()
    samples[4800:56640] = 0
    samples[4800:22080], samples[27840:33600] = long, short
    samples[39360:45120], samples[50880:56640] = tones[34560:40320], tones[46080:51840]


def _five(samples: Samples) -> None:
    samples[58000:62000] = samples[4800:8800]


def _quiet(samples: Samples) -> None:
    samples[:60_000] //= 40


def _loud(samples: Samples) -> None:
    samples[:56_640] = np.clip(samples[:56_640].astype(int) * 100, -32768, 32767)


def _none(samples: Samples) -> None:
    samples[:60_000] = 0


def _elsewhere(samples: Samples) -> None:
    samples[-20_000] += 1


def _shorter(samples: Samples) -> Samples:
    return samples[:-7]


def _click(samples: Samples) -> None:
    samples[0] = 20_000


def _over_the_content(samples: Samples) -> None:
    samples[68_000:73_440] = samples[-5440:]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_swapped, "readback.rhythm"), (_five, "readback.rhythm"), (_quiet, "readback.no_audible_label"),
        (_loud, "readback.clipped"), (_none, "readback.no_audible_label"), (_elsewhere, "readback.sound_changed"),
        (_shorter, "readback.sound_length"), (_click, "readback.click"), (_over_the_content, "readback.overlap"),
    ],
)  # fmt: skip
def test_a_spoilt_rhythm_is_found(edit: Any, code: str, tmp_path: Path) -> None:
    source, target, report = labelled(tmp_path, RHYTHM)

    change(target, edit)

    assert code in found(source, target, report)


def test_a_spoken_label_that_is_missing_hurried_or_another_is_found(tmp_path: Path) -> None:
    source, target, report = labelled(tmp_path, Wish())
    fine = target.read_bytes()
    length = round(report["label_seconds"] * 48_000)

    def mute(samples: Samples) -> None:
        samples[: 4800 + length] = np.random.default_rng(1).integers(-3000, 3000, (4800 + length, 2))

    def hurry(samples: Samples) -> None:
        fast = samples[4800 : 4800 + length : 2].copy()
        samples[4800 : 4800 + length] = 0
        samples[4800 : 4800 + len(fast)] = fast

    for edit in (mute, hurry):
        target.write_bytes(fine)
        change(target, edit)
        assert "readback.no_audible_label" in found(source, target, report)
    target.write_bytes(fine)
    assert "readback.no_audible_label" in found(source, target, {**report, "clip": "zh_modified"})
    assert "readback.no_audible_label" in found(source, target, {**report, "clip": "../../etc/passwd"})


def test_two_labels_none_and_a_label_elsewhere_are_found(tmp_path: Path) -> None:
    source, target, report = labelled(tmp_path, RHYTHM)
    chunks = riff(target.read_bytes())
    ours = next(one for one in chunks if one[0] == b"AIGC")

    target.write_bytes(chunked([*chunks, ours]))
    assert found(source, target, report) == {"readback.label_count"}
    target.write_bytes(chunked([one for one in chunks if one != ours]))
    assert "readback.label_count" in found(source, target, report)
    target.write_bytes(chunked([(b"note" if kind == b"AIGC" else kind, data) for kind, data in chunks]))
    assert "readback.label_count" in found(source, target, report)
    target.write_bytes(chunked(chunks) + b"\0\0")
    assert "readback.container" in found(source, target, report)


@pytest.mark.parametrize("name", ["mp3", "opus", "ogg"])
def test_another_programme_is_found_in_lossy_files_too(name: str, tmp_path: Path) -> None:
    _, target, report = labelled(tmp_path, RHYTHM, name)
    other = written(tmp_path, name, encoded(name, np.random.default_rng(3).normal(0, 0.1, (2, 72_000))))

    assert "readback.sound_changed" in found(other, target, report)


def test_another_rate_or_fewer_channels_are_found(tmp_path: Path) -> None:
    _, target, report = labelled(tmp_path, RHYTHM, "flac")
    for other in (
        encoded("flac", programme(rate=44_100), rate=44_100),
        encoded("flac", programme(channels=1), layout="mono"),
    ):
        assert "readback.sound_form" in found(written(tmp_path, "flac", other), target, report)


def test_a_label_where_none_was_wished_is_found(tmp_path: Path) -> None:
    source, target, report = labelled(tmp_path, RHYTHM)

    assert "readback.sound_changed" in found(source, target, {**report, "explicit": False})


def test_files_that_are_no_sound_are_found(tmp_path: Path) -> None:
    source, target, report = labelled(tmp_path, RHYTHM)

    target.write_bytes(target.read_bytes()[:60])

    assert "readback.unreadable" in found(source, target, report)


def test_the_clip_follows_language_theme_and_kind() -> None:
    assert sound.clip_name(Wish()) == "zh_generated"
    assert sound.clip_name(Wish(language="en", modified=True)) == "en_modified"
    assert sound.clip_name(Wish(theme=Theme.CN_EU)) == "en_generated"
    assert sound.clip_name(Wish(language="fr")) == "zh_generated"


@pytest.mark.parametrize("name", sound.SPOKEN)
def test_the_clips_say_what_their_table_tells(name: str) -> None:
    """The Chinese words begin after the last long pause and take as long as stated."""
    samples = sound.spoken(name, 48_000)
    told = sound.SPOKEN[name]

    loud = np.flatnonzero(np.abs(samples) > 0.01)
    pauses = np.flatnonzero(np.diff(loud) > 12_000)
    start = loud[pauses[-1] + 1] / 48_000 if pauses.size else 0.0

    assert start == pytest.approx(told.start, abs=0.05)
    assert loud[-1] / 48_000 - start == pytest.approx(told.seconds, abs=0.1)
    assert 120 <= told.rate <= 160
    assert len(told.text.rpartition(" ")[2]) == told.characters
    assert ("人工智能" in told.text, "生成" in told.text or "合成" in told.text) == (True, True)
    assert sum(path.stat().st_size for path in sound.CLIPS.iterdir()) < 400_000
