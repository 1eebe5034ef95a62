"""The audible label, put in and measured by other eyes (checks 11, 12, 27, 36), whatever the programme is like."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media_jobs.labelling import containers
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.labellers import ProbeLimits, labeller
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import audio, check_file
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.wish import Sound, Where, Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.audio.sounds import (
    CONTAINERS,
    LABEL,
    SOURCE,
    TAGS,
    chunked,
    decoded,
    encoded,
    programme,
    riff,
    tags,
    written,
)

ALL = (*CONTAINERS, "m4a", "alac")
RHYTHM = Wish(sound=Sound.RHYTHM, where=Where.BOTH)


def put(source: Path, wish: Wish) -> tuple[Path, dict[str, Any]]:
    """Label without metadata: the carrier of M4A is another topic's."""
    container = containers.recognise(source)
    target = source.with_name("labelled" + source.suffix)
    report = labeller(container).put(source, target, container=container, wish=wish)
    return target, {**report, "explicit": wish.explicit, "container": container.name}


def heard(source: Path, target: Path, report: dict[str, Any]) -> dict[str, Any]:
    """What the readback measures; it finds nothing wrong."""
    findings, measured = Findings(), dict[str, Any]()
    audio.measure(target, source, report=report, findings=findings, measured=measured)
    assert findings.rows == []
    return measured


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize(
    "wish",
    [Wish(), Wish(sound=Sound.RHYTHM, where=Where.END), Wish(explicit=False)],
    ids=["voice", "rhythm", "without"],
)
def test_labelled_files_conform(name: str, wish: Wish, tmp_path: Path) -> None:
    source, target = written(tmp_path, name), tmp_path / f"out.{name}"

    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=wish)
    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert checked["findings"] == []
    assert checked["measured"]["labels"] == 1
    assert checked["measured"]["location"] == containers.CONTAINERS[name].place
    assert TAGS.items() <= tags(target).items()
    assert report["content"]["sha256"] == carrier(containers.CONTAINERS[name]).content(target).sha256
    assert [path.name for path in tmp_path.iterdir() if path not in {source, target}] == []


@pytest.mark.parametrize("name", ALL)
def test_four_tones_short_long_short_short(name: str, tmp_path: Path) -> None:
    source = written(tmp_path, name, encoded(name, programme()) if name in {"m4a", "alac"} else None)

    target, report = put(source, RHYTHM)
    measured = heard(source, target, report)

    for side in ("label_before", "label_after"):
        lengths = [end - start for start, end in measured[side]["tones"]]
        assert lengths == pytest.approx([0.12, 0.36, 0.12, 0.12], abs=0.015)
        assert measured[side]["frequency"] == pytest.approx(1046.5, abs=2)
    added = round((report["before_seconds"] + report["after_seconds"]) * report["rate"])
    frame = {"mp3": 1152, "m4a": 1024, "ogg": 2048, "opus": 960}.get(name, 0)
    assert measured["samples"] - measured["original_samples"] == pytest.approx(added, abs=frame)
    assert TAGS.items() <= tags(target).items()


@pytest.mark.parametrize(
    ("language", "modified"),
    [
        ("zh", False),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in (("zh", True), ("en", False), ("en", True))),
    ],
)
def test_the_voice_says_both_elements_at_a_normal_rate(language: str, modified: bool, tmp_path: Path) -> None:
    source = written(tmp_path, "flac")

    target, report = put(source, Wish(language=language, modified=modified, where=Where.BOTH))
    measured = heard(source, target, report)

    assert ("人工智能合成" if modified else "人工智能生成") in report["text"]
    for side in ("label_before", "label_after"):
        assert 120 <= measured[side]["characters_per_minute"] <= 160
        assert measured[side]["characters_per_minute"] == pytest.approx(report["characters_per_minute"], abs=2)
        assert measured[side]["likeness"] > 0.98


CASES = {
    "silent": ("flac", encoded("flac", np.zeros((2, 48_000)))),
    "faint": ("wav", encoded("wav", programme(gain=0.0005))),
    "very loud": ("wav", encoded("wav", programme(gain=30))),
    "mono": ("mp3", encoded("mp3", programme(channels=1), layout="mono")),
    "5.1": ("flac", encoded("flac", programme(channels=6), layout="5.1")),
    "5.1 wav": ("wav", encoded("wav", programme(channels=6), layout="5.1", codec="pcm_s24le")),
    "telephone": ("wav", encoded("wav", programme(channels=1, rate=8000), rate=8000, layout="mono", codec="pcm_alaw")),
    "telephone mp3": ("mp3", encoded("mp3", programme(channels=1, rate=8000), rate=8000, layout="mono", bit_rate=8000)),
    "a third of a second": ("opus", encoded("opus", programme(0.3))),
    "24 bits": ("flac", encoded("flac", programme(rate=96_000), rate=96_000, bits=24)),
    "24 bits alac": ("m4a", encoded("alac", programme(), bits=24)),
    "8 bits": ("wav", encoded("wav", programme(), codec="pcm_u8")),
    "32 bits": ("wav", encoded("wav", programme(), codec="pcm_s32le")),
    "float": ("wav", encoded("wav", programme(), codec="pcm_f32le")),
    "µ-law": ("wav", encoded("wav", programme(), codec="pcm_mulaw")),
}


@pytest.mark.parametrize("case", CASES)
def test_whatever_the_programme_the_label_is_heard_and_does_not_clip(case: str, tmp_path: Path) -> None:
    name, data = CASES[case]
    source = written(tmp_path, name, data)

    target, report = put(source, RHYTHM)
    measured = heard(source, target, report)

    before = decoded(source)
    assert measured["label_before"]["label_lufs"] > -30
    assert measured["label_before"]["peak_dbfs"] < -0.9
    assert decoded(target).dtype == before.dtype
    if report["lossless"]:
        start = round(report["before_seconds"] * report["rate"])
        assert (decoded(target)[:, start : start + before.shape[1]] == before).all()


def test_the_label_is_as_loud_as_the_programme(tmp_path: Path) -> None:
    for gain in (0.2, 0.5):
        source = written(tmp_path, "wav", encoded("wav", programme(3, gain=gain)))

        target, report = put(source, Wish())
        measured = heard(source, target, report)

        assert measured["label_before"]["label_lufs"] == pytest.approx(measured["programme_lufs"], abs=1.0)


@pytest.mark.parametrize("name", ALL)
def test_without_explicit_label_the_coded_sound_is_the_same(name: str, tmp_path: Path) -> None:
    source = written(tmp_path, name, encoded(name, programme()) if name in {"m4a", "alac"} else None)

    target, report = put(source, Wish(explicit=False))

    assert (decoded(target) == decoded(source)).all()
    assert heard(source, target, report)["identical"]
    if name in CONTAINERS:
        content = carrier(containers.CONTAINERS[name]).content
        assert content(source) == content(target)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("explicit", [True, False])
def test_credits_stay_and_personal_data_go(name: str, explicit: bool, tmp_path: Path) -> None:
    kept = {"title": "T", "artist": "Ann Example", "album": "B"}
    personal = {"comment": "write to ann@example.org"}
    if name in {"mp3", "flac", "ogg", "opus"}:
        personal |= {"location": "+48.1+11.5/", "serial_number": "SN-77123", "ownername": "Ann Example of Ulm"}
    source = written(tmp_path, name, encoded(name, programme(), tags=kept | personal))

    target, _ = put(source, RHYTHM if explicit else Wish(explicit=False))

    assert kept.items() <= tags(target).items()
    for value in personal.values():
        assert value.encode() not in target.read_bytes()
        assert value.encode() in source.read_bytes()


def test_cue_points_move_with_the_programme_and_the_recorder_stays_unnamed(tmp_path: Path) -> None:
    cue = (
        (1).to_bytes(4, "little")
        + b"\1\0\0\0"
        + (500).to_bytes(4, "little")
        + b"data"
        + bytes(8)
        + (500).to_bytes(4, "little")
    )
    bext = bytearray(
        b"A walk".ljust(256, b"\0") + b"ZOOM H5".ljust(32, b"\0") + b"JPZOOMSERIAL1234".ljust(32, b"\0") + bytes(284)
    )
    ixml = b"<BWFXML><SCENE>1</SCENE><LOCATION><GPS>48.1 11.5</GPS></LOCATION></BWFXML>"
    base = riff(encoded("wav", programme()))
    source = written(
        tmp_path, "wav", chunked([base[0], (b"bext", bytes(bext)), (b"iXML", ixml), (b"cue ", cue), *base[1:]])
    )

    target, report = put(source, RHYTHM)
    chunks = dict(riff(target.read_bytes()))

    moved = 500 + round(report["before_seconds"] * 48_000)
    assert [int.from_bytes(chunks[b"cue "][at : at + 4], "little") for at in (8, 24)] == [moved, moved]
    assert b"A walk" in chunks[b"bext"]
    assert b"SERIAL" not in chunks[b"bext"]
    assert chunks[b"iXML"] == b"<BWFXML><SCENE>1</SCENE></BWFXML>"
    assert probe(source)["camera"] is True


def test_progress_comes_in_seconds_of_media(tmp_path: Path) -> None:
    for name in ("wav", "mp3"):
        told: list[tuple[float, float]] = []
        source = written(tmp_path, name, encoded(name, programme(3)))

        put(source, Wish(sound=Sound.RHYTHM, progress=lambda done, total, told=told: told.append((done, total))))

        assert told[-1] == (pytest.approx(3, abs=0.06), pytest.approx(3, abs=0.06))
        assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("name", ALL)
def test_probe_tells_what_it_is(name: str, tmp_path: Path) -> None:
    source = written(tmp_path, name, encoded(name, programme()) if name in {"m4a", "alac"} else None)
    container = containers.recognise(source)

    told = labeller(container).probe(source, container=container, limits=ProbeLimits())

    assert told["duration"] == pytest.approx(1.5, abs=0.05)
    assert (told["rate"], told["channels"], told["has_sound"], told["camera"]) == (48_000, 2, True, False)
    with pytest.raises(MediaError) as caught:
        labeller(container).probe(source, container=container, limits=ProbeLimits(max_seconds=1))
    assert caught.value.code == "audio.too_long"


def test_vorbis_that_the_encoder_cannot_write_is_refused(tmp_path: Path) -> None:
    from media_jobs.labelling.audio import coded, encode, level

    source = written(tmp_path, "ogg")
    coding = coded.coding_of(source, "ogg")
    coding.layout, coding.channels = "mono", ("FC",)
    label = level.placed(Wish(), programme=-20, rate=48_000, channels=("FC",))

    with pytest.raises(MediaError) as caught:
        encode.transcode(source, tmp_path / "out.ogg", name="ogg", coding=coding, placed=label, wish=Wish())

    assert caught.value.code == "audio.codec"
