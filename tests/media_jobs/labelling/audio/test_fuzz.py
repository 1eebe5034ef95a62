"""Cut, flipped and lying sound files: an answer or a MediaError with a known code, no file left, no memory taken."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling import containers
from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.labellers import ProbeLimits, labeller
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.metadata.ogg import Page
from media_jobs.labelling.readback import audio
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Sound, Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.audio.sounds import (
    CONTAINERS,
    LABEL,
    MARKS,
    SOURCE,
    chunked,
    encoded,
    programme,
    riff,
    sample,
    written,
)

WISH = Wish(sound=Sound.RHYTHM)
SHORT = {name: encoded(name, programme(0.2)) for name in (*CONTAINERS, "m4a")}


def survive(path: Path) -> None:
    """Each function answers, or refuses by name; what it labelled it can read."""
    target = path.with_name("out")

    def measured() -> None:
        audio.walk(path, container="wav")
        audio.measure(
            path,
            path,
            report={"explicit": True, "where": "start", "before_seconds": 1.0},
            findings=Findings(),
            measured={},
        )

    def put() -> None:
        container = containers.recognise(path)
        labeller(container).probe(path, container=container, limits=ProbeLimits())
        labeller(container).put(path, target, container=container, wish=WISH)

    def labelled() -> None:
        label_file(path, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(explicit=False))
        assert len(read_file(target)["labels"]) == 1

    for attempt in (lambda: read_file(path), put, labelled, measured):
        try:
            attempt()
        except MediaError as error:
            if error.code not in TEXTS:
                raise
    # what is left of a header may read as plain text, whose label stands beside it
    beside = target.with_name("out.aigc.json")
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, "out", beside.name}
    target.unlink(missing_ok=True)
    beside.unlink(missing_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
@given(cut=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_by_name_or_labelled(
    name: str, cut: float, flips: list[tuple[float, int]], tmp_path: Path
) -> None:
    data = bytearray(SHORT[name][: max(1, int(len(SHORT[name]) * (cut if not flips else 1)))])
    for place, value in flips:
        data[int(place * len(data))] ^= value

    survive(written(tmp_path, name, bytes(data)))


@pytest.mark.parametrize("name", SHORT)
def test_header_bytes_flipped_and_files_cut(name: str, tmp_path: Path) -> None:
    for at in range(0, 120, 23):
        data = bytearray(SHORT[name])
        data[at] ^= 0xFF
        survive(written(tmp_path, name, bytes(data)))
    for share in (0.02, 0.3, 0.97):
        survive(written(tmp_path, name, SHORT[name][: int(len(SHORT[name]) * share)]))


def seven(value: int) -> bytes:
    return bytes((value >> shift) & 127 for shift in (21, 14, 7, 0))


MP3 = sample("mp3")
LIES = {
    "riff beyond the end": b"RIFF\xf0\xff\xff\x7fWAVEfmt \x10\0\0\0" + bytes(16),
    "data beyond the end": b"RIFF\x40\0\0\0WAVEdata\xff\xff\xff\x7f" + bytes(52),
    "no samples": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0\x80\xbb\0\0\0\xee\2\0\4\0\x10\0data\0\0\0\0",
    "many channels": b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\xe8\3\x80\xbb\0\0\0\xee\2\0\xd0\7\x10\0data\4\0\0\0abcd",
    "no channels": b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\0\0\x80\xbb\0\0\0\xee\2\0\0\0\x10\0data\4\0\0\0abcd",
    "too many chunks": b"RIFF" + struct.pack("<I", 8 * 11_000 + 4) + b"WAVE" + b"junk\0\0\0\0" * 11_000,
    "id3 beyond the end": b"ID3\4\0\0" + seven(0xFFFFFFF) + bytes(100),
    "id3 frame beyond its tag": b"ID3\3\0\0" + seven(30) + b"TIT2\x7f\xff\xff\xff\0\0" + bytes(20) + MP3[500:9000],
    "id3 of id3 of id3": (b"ID3\3\0\0" + seven(0)) * 5000,
    "id3 extended header lies": b"ID3\3\0\x40" + seven(20) + b"\xff\xff\xff\xff" + bytes(16) + MP3[500:9000],
    "zipped frame": b"ID3\3\0\0" + seven(60) + b"TXXX\0\0\0\x32\0\x80" + b"\x7f\xff\xff\xff" + b"x\x9c" + bytes(44),
    "ape as long as the file": MP3[300:6000]
    + b"APETAGEX" + struct.pack("<IIII", 2000, 0xFFFFFFF, 9, 0) + bytes(8),
    "lyrics": MP3[300:6000] + b"999999LYRICS200",
    "flac without end of blocks": b"fLaC" + b"\0\0\0\x22" + bytes(34) + b"\1\0\0\0" * 3000,
    "flac block beyond the end": b"fLaC" + b"\0\0\0\x22" + bytes(34) + b"\x84\xff\xff\xff" + bytes(50),
    "flac comments without end": b"fLaC\0\0\0\x22" + bytes(34) + b"\x84\0\0\x10"
    + bytes(4) + b"\xff\xff\xff\xff" + bytes(8),
    "ogg page of nothing": b"OggS\0\2" + bytes(20) + b"\0",
    "ogg comments lie": sample("opus").replace(b"OpusTags", b"OpusTag\xff"),
    "wav in mp3's clothes": b"ID3\3\0\0" + seven(0) + sample("wav")[:3000],
    "mp3 that is a zip too": sample("mp3") + b"PK\3\4" + bytes(30) + b"PK\5\6" + bytes(18),
    "packed frames by the thousand": b"ID3\3\0\0" + seven(60_000) + (b"TXXX\0\0\0\x14\0\x80" + bytes(20)) * 2000 + MP3,
    "a list of nothing": chunked([*riff(sample("wav")), (b"LIST", b"INFO" + b"ICMT\0\0\0\0" * 100_000)]),
    "empty ogg pages": Page(2, 0, 1, 0, b"\x13", b"OpusHead\1\2\0\0\x80\xbb" + bytes(5), 0).encoded(0)
    + Page(0, 0, 1, 0, b"", b"", 0).encoded(1) * 5000,
    "html in wav": b"RIFF\x24\0\0\0WAVE<html><script>",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_files_that_lie(lie: str, tmp_path: Path) -> None:
    survive(written(tmp_path, "wav", LIES[lie]))


@pytest.mark.parametrize("name", ["wav", "flac", "mp3"])
def test_a_label_beyond_any_size_is_refused_or_kept_out(name: str, tmp_path: Path) -> None:
    """Thirty-three megabytes in a tag: no reader takes them in."""
    huge = b"x" * (33 * 1024 * 1024)
    if name == "wav":
        base = riff(sample("wav"))
        body = b"".join(k + struct.pack("<I", len(v)) + v + b"\0" * (len(v) & 1) for k, v in [*base, (b"AIGC", huge)])
        data = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body
    elif name == "mp3":
        data = (
            b"ID3\3\0\0"
            + seven(len(huge) + 10)
            + b"TXXX"
            + len(huge).to_bytes(4, "big")
            + b"\0\0"
            + huge
            + sample("mp3")
        )
    else:
        data = b"ID3\3\0\0" + seven(len(huge)) + huge + sample("flac")
    path = written(tmp_path, name, data)

    assert read_file(path)["damaged"] == "media.metadata_too_large"
    if name == "wav":  # a label of that size is replaced unread
        carrier(containers.CONTAINERS[name]).write(path, tmp_path / "out", MARKS)
        assert len(read_file(tmp_path / "out")["labels"]) == 1
        return
    with pytest.raises(MediaError) as caught:
        carrier(containers.CONTAINERS[name]).write(path, tmp_path / "out", MARKS)
    assert caught.value.code == "media.metadata_too_large"
