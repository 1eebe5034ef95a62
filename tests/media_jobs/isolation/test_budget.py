"""What a child may use: a picture what it always had, a recording more the longer and larger it is."""

from pathlib import Path

import pytest

from media_jobs.isolation.budget import Extent, limits_for, limits_for_looking
from media_jobs.isolation.limits import DEFAULT, MIB

HOUR = 3600.0
FULL_HD = 1920 * 1080


def test_a_picture_or_text_keeps_the_default() -> None:
    assert limits_for(Extent(pixels=100_000_000, size=50 * MIB)) == limits_for(Extent(size=1)) == DEFAULT


def test_an_hour_of_video_may_take_hours_and_an_hour_of_sound_less() -> None:
    video, sound = limits_for(Extent(HOUR, FULL_HD, 2000 * MIB)), limits_for(Extent(HOUR, 0, 100 * MIB))

    assert video.wall_seconds > 5 * HOUR
    assert video.cpu_seconds > video.wall_seconds
    assert video.file_bytes > 8000 * MIB
    assert HOUR < sound.wall_seconds < video.wall_seconds
    assert sound.cpu_seconds > sound.wall_seconds
    assert sound.memory_bytes == DEFAULT.memory_bytes


@pytest.mark.parametrize("field", ["memory_bytes", "cpu_seconds", "wall_seconds", "file_bytes"])
def test_more_never_gets_less(field: str) -> None:
    extents = [Extent(seconds, pixels) for pixels in (0, FULL_HD, 4 * FULL_HD) for seconds in (1, 60, HOUR, 4 * HOUR)]
    amounts = [getattr(limits_for(extent), field) for extent in extents]

    assert min(amounts) >= getattr(DEFAULT, field)
    for start in range(0, 12, 4):
        assert amounts[start : start + 4] == sorted(amounts[start : start + 4])


def test_nothing_works_for_more_than_a_day() -> None:
    assert limits_for(Extent(1e9, 40 * FULL_HD)).wall_seconds == 24 * HOUR


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x20ftypisom" + bytes(8),
        b"\0\0\0\x20ftypqt  " + bytes(8),
        b"\0\0\0\x08moov" + bytes(8),
        b"\x1aE\xdf\xa3" + bytes(12),
        b"RIFF\0\0\0\0WAVEfmt ",
        b"fLaC" + bytes(12),
        b"OggS" + bytes(12),
        b"ID3\x04" + bytes(12),
        b"\xff\xfb\x90\x64" + bytes(12),
    ],
)
def test_what_begins_like_a_recording_is_looked_at_for_longer(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(head + bytes(4 * MIB))

    limits = limits_for_looking(file)

    assert limits.wall_seconds > DEFAULT.wall_seconds
    assert (limits.memory_bytes, limits.file_bytes) == (DEFAULT.memory_bytes, DEFAULT.file_bytes)


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff\xe0" + bytes(12),
        b"\x89PNG\r\n\x1a\n" + bytes(8),
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"GIF89a" + bytes(10),
        b"\0\0\0\x20ftypheic" + bytes(8),
        b"\0\0\0\x20ftypavif" + bytes(8),
        b"PK\3\4" + bytes(12),
        b"%PDF-1.7" + bytes(8),
        b"plain text here.",
        b"\xff\xfet\0e\0x\0t\0",
        b"",
    ],
)
def test_what_does_not_keeps_the_default(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(head + bytes(2 * MIB))

    assert limits_for_looking(file) == DEFAULT
    assert limits_for_looking(tmp_path / "nothing") == DEFAULT
