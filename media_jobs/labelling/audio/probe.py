"""Look at an untrusted sound file once, completely."""

from pathlib import Path

from media_jobs.labelling.audio import coded, wav
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata import spans

# Who writes a broadcast chunk in the field, or what telephones write into their recordings.
_RECORDERS = (
    b"ZOOM",
    b"TASCAM",
    b"SOUND DEV",
    b"SOUNDDEV",
    b"OLYMPUS",
    b"SONY",
    b"NAGRA",
    b"MARANTZ",
    b"ROLAND",
    b"AATON",
)
_MACHINES = ("make", "model", "manufacturer", "com.apple.quicktime.make", "com.apple.quicktime.model",
             "com.android.manufacturer", "com.android.version")  # fmt: skip


def probe(path: Path, *, container: Container, limits: ProbeLimits) -> dict[str, object]:
    """See Labeller.probe; WAV samples are any numbers and are not looked at, everything else is decoded.

    Returns:
        seen_width, seen_height (0), duration (s), has_sound (True), camera, codec, rate (Hz), channels, bits (0 for
        lossy codecs), samples, frames (1).

    Raises:
        MediaError: media.truncated, media.damaged, audio.*.
    """
    told = _wav(path) if container.name == "wav" else _coded(path, container.name, limits.max_seconds)
    _check_length(float(str(told["duration"])), limits.max_seconds)
    return {"seen_width": 0, "seen_height": 0, "has_sound": True, "frames": 1, **told}


def _check_length(seconds: float, most: float) -> None:
    if seconds > most:
        raise media_error("audio.too_long", seconds=round(seconds), max_seconds=round(most))


def _wav(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        chunks, form, data = wav.look(file)
        origin = [spans.take(file, one.start, min(one.size, 412)) for one in chunks if one.kind == b"bext"]
    samples = data.size // form.align
    return {
        "duration": samples / form.rate,
        "codec": "pcm",
        "rate": form.rate,
        "channels": len(form.channels),
        "bits": form.valid,
        "samples": samples,
        "camera": any(name in one[256:288].upper() for one in origin for name in _RECORDERS),
    }


def _coded(path: Path, name: str, most: float) -> dict[str, object]:
    coding = coded.coding_of(path, name)
    _check_length(coding.seconds, most)
    samples = 0
    with coded.opened(path) as container:
        stream = coded.sound_stream(container)
        tags = {key.lower(): value for key, value in {**container.metadata, **stream.metadata}.items()}
        for frame in coded.frames(container, stream):
            samples += frame.samples
            _check_length(samples / coding.rate, most)
    if not samples:
        raise media_error("audio.no_sound")
    if name in {"flac", "m4a"} and samples < 0.98 * coding.seconds * coding.rate - 4096:
        raise media_error("media.truncated")
    return {
        "duration": samples / coding.rate,
        "codec": coding.codec,
        "rate": coding.rate,
        "channels": len(coding.channels),
        "bits": coding.bits,
        "samples": samples,
        "camera": any(key in tags for key in _MACHINES) or "voicememos" in tags.get("encoder", "").lower(),
    }
