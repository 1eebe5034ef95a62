"""What a child may use for a medium: a picture the default, sound and video more the longer and larger they are."""

from dataclasses import dataclass
from pathlib import Path

from media_jobs.isolation.limits import DEFAULT, MIB, Limits

# Four hours of anything is the most that is accepted (labelling.labellers.ProbeLimits); nothing works for a day.
_LONGEST_WALL = 24 * 3600.0
_FULL_HD = 1920 * 1080
# Seconds of the wall clock per second of Full HD video (encoding on two slow cores), and per second of sound.
_VIDEO_PACE, _SOUND_PACE = 20.0, 2.0
# A codec keeps up to this many pictures at once, of four bytes a pixel at the deepest.
_PICTURES_HELD, _BYTES_PER_PIXEL = 96, 8
_MOST_MEMORY = 16 * 1024 * MIB
# Processor time counts over all threads: encoders use as many as there are.
_THREADS = 16
# Bytes a second that a labelled file may grow to: 8 MiB of Full HD video, 1 MiB of sound (192 kHz, 32 bit, stereo).
_VIDEO_BYTES, _SOUND_BYTES = 8 * MIB, 2 * MIB
_RECORDINGS = {b"\x1aE\xdf\xa3", b"fLaC", b"OggS"}
# Seconds for looking through one MiB of a file that is not known yet: a second of low-rate video fits in 10 KiB.
_LOOKING_PACE = 40.0


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to work on.

    Attributes:
        seconds: of sound or video, 0.0 for pictures and texts.
        pixels: of one picture or frame, 0 where there are none.
        size: of the file, bytes.
    """

    seconds: float = 0.0
    pixels: int = 0
    size: int = 0


def limits_for(extent: Extent) -> Limits:
    """The ceilings for decoding, labelling and encoding; never below the default, which is what a picture gets."""
    if extent.seconds <= 0:
        return Limits(file_bytes=max(DEFAULT.file_bytes, 4 * extent.size))
    full_hd = max(1.0, extent.pixels / _FULL_HD) if extent.pixels else 0.0
    pace = _VIDEO_PACE * full_hd if extent.pixels else _SOUND_PACE
    wall = min(DEFAULT.wall_seconds + extent.seconds * pace, _LONGEST_WALL)
    held = extent.pixels * _BYTES_PER_PIXEL * _PICTURES_HELD
    growth = extent.seconds * (_VIDEO_BYTES * full_hd if extent.pixels else _SOUND_BYTES)
    return Limits(
        memory_bytes=min(max(DEFAULT.memory_bytes, held + 2 * 1024 * MIB), _MOST_MEMORY),
        cpu_seconds=int(wall * _THREADS) if extent.pixels else int(DEFAULT.cpu_seconds + wall * 2),
        wall_seconds=wall,
        file_bytes=max(DEFAULT.file_bytes, 4 * extent.size + int(growth)),
    )


def limits_for_looking(path: Path) -> Limits:
    """The ceilings for a first look at a file nobody has opened: the default, more for what begins like a recording.

    Sixteen bytes are compared and nothing is decoded here; a file that only pretends to be a recording gains time for
    its child, no memory and no right to write.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
        size = path.stat().st_size
    except OSError:
        return DEFAULT
    if not _is_recording(head):
        return DEFAULT
    wall = min(DEFAULT.wall_seconds + size / MIB * _LOOKING_PACE, _LONGEST_WALL)
    return Limits(wall_seconds=wall, cpu_seconds=int(wall * 4))


def _is_recording(head: bytes) -> bool:
    """Whether a file begins like sound or video: ISO media (not HEIF), Matroska, RIFF WAVE, FLAC, Ogg, MPEG audio."""
    if head[4:8] == b"ftyp":
        return head[8:11] not in {b"hei", b"hev", b"mif", b"msf", b"avi"}
    if head[:4] == b"RIFF":
        return head[8:12] == b"WAVE"
    frame = head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2  # MPEG audio, layer III
    return frame or head[:3] == b"ID3" or head[:4] in _RECORDINGS or head[4:8] in {b"moov", b"mdat", b"wide", b"free"}
