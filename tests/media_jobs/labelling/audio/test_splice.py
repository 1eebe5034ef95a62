"""MP3 labelled without coding the programme anew: its frames stay, and every decoder plays on as if alone."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from media_jobs.labelling.audio import splice
from media_jobs.labelling.metadata import id3
from media_jobs.labelling.metadata import mp3 as tags
from media_jobs.labelling.wish import Sound, Where, Wish
from tests.media_jobs.labelling.audio.sounds import decoded, encoded, programme, sample, written
from tests.media_jobs.labelling.audio.test_put import heard, put
from tests.outside import require

WISH = Wish(sound=Sound.RHYTHM, where=Where.BOTH)
KINDS = {
    "stereo": encoded("mp3", programme()),
    "320 kbit/s": encoded("mp3", programme(), bit_rate=320_000),
    "mono, half rate": encoded("mp3", programme(channels=1, rate=22_050), rate=22_050, layout="mono"),
    "telephone": encoded("mp3", programme(channels=1, rate=8000), rate=8000, layout="mono", bit_rate=8000),
    "short": encoded("mp3", programme(0.1)),
}


def frames_of(path: Path) -> bytes:
    """The frames of sound, without the information frame."""
    with path.open("rb") as file:
        here = tags.layout(file)
        found = splice.frames(file, here.start, here.end)
        assert found is not None
        return path.read_bytes()[found.start : found.end]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", list(Where))
def test_frames_and_decoded_samples_stay(kind: str, where: Where, tmp_path: Path) -> None:
    source = written(tmp_path, "mp3", KINDS[kind])

    target, report = put(source, Wish(sound=Sound.RHYTHM, where=where))
    measured = heard(source, target, report)

    assert report["lossless"]
    assert measured["identical"]
    assert frames_of(source) in frames_of(target)
    start = round(report["before_seconds"] * report["rate"])
    assert (decoded(target)[:, start : start + decoded(source).shape[1]] == decoded(source)).all()


def test_the_information_frame_tells_the_whole_length(tmp_path: Path) -> None:
    source = written(tmp_path, "mp3", encoded("mp3", programme(4)))

    target, report = put(source, WISH)

    seconds = report["seconds"] + report["before_seconds"] + report["after_seconds"]
    probed = json.loads(
        subprocess.run(
            [require("ffprobe"), "-v", "error", "-show_entries", "format=duration", "-of", "json", target],
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    assert float(probed["format"]["duration"]) == pytest.approx(seconds, abs=0.06)
    assert decoded(target).shape[1] / 48_000 == pytest.approx(seconds, abs=0.0001)
    played = subprocess.run(
        [require("ffprobe"), "-v", "warning", "-show_frames", target],
        capture_output=True,
        text=True,
        check=True,
    )
    assert played.stderr == ""


def cut() -> bytes:
    """Cut out of a stream: the first frame needs bits of one that is no longer there."""
    data = encoded("mp3", programme(2, gain=0.6), bit_rate=128_000)
    at = id3.length_at(data[:10])
    for _ in range(60):
        found = splice.header(data[at : at + 4])
        assert found is not None
        at += found.length
        if int.from_bytes(data[at + 4 : at + 6], "big") >> 7:
            return data[at:]
    raise AssertionError("no frame uses the reservoir")


def test_what_cannot_be_spliced_is_coded_anew(tmp_path: Path) -> None:
    """First frames that need a predecessor, and rubbish between frames."""
    data = sample("mp3")
    begin = id3.length_at(data[:10])
    middle = begin + sum(found.length for found in [splice.header(data[begin : begin + 4])] if found)
    for broken in (cut(), data[:middle] + b"\0" * 777 + data[middle:]):
        source = written(tmp_path, "mp3", broken)

        target, report = put(source, WISH)
        measured = heard(source, target, report)

        assert not report["lossless"]
        assert measured["correlation"] > 0.9


def test_files_without_an_information_frame_are_spliced_too(tmp_path: Path) -> None:
    data = sample("mp3")
    begin = id3.length_at(data[:10])
    found = splice.header(data[begin : begin + 4])
    assert found is not None
    source = written(tmp_path, "mp3", data[begin + found.length :])

    for where in Where:
        target, report = put(source, Wish(sound=Sound.RHYTHM, where=where))

        assert report["lossless"]
        assert heard(source, target, report)["identical"]


def test_the_table_of_positions_rises_to_the_end(tmp_path: Path) -> None:
    source = written(tmp_path, "mp3", encoded("mp3", programme(3)))

    target, _ = put(source, WISH)
    data = target.read_bytes()
    at = max(data.find(b"Info"), data.find(b"Xing"))
    table = list(data[at + 16 : at + 116])

    assert table == sorted(table)
    assert table[-1] > 250
    assert np.diff(table).max() < 8
