"""What a label in sound costs: `python tests/benchmarks/bench_audio.py`; reports ratios, never fails on time.

Baselines in the same run, interleaved with the labelling, medians: PyAV decodes and encodes the same programme with the
same settings and puts nothing in; for WAV and for metadata alone, the file is copied. Everything ends with an fsync.
"""

import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
ROUNDS = 5
SECONDS, RATE = 180, 48_000
HOURS = 3  # of the long WAV
CODECS = {"mp3": "libmp3lame", "flac": "flac", "m4a": "aac", "ogg": "vorbis", "opus": "libopus"}


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _medians(actions: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of each, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _programme() -> np.ndarray:
    time_ = np.arange(SECONDS * RATE) / RATE
    noise = np.random.default_rng(1).normal(0, 0.03, (2, time_.size))
    tones = sum(np.sin(2 * np.pi * hertz * time_) for hertz in (110, 221, 332, 1760)) / 8
    return (np.outer([1, 0.9], tones * (0.6 + 0.4 * np.sin(time_ * 9))) + noise).astype(np.float32)


def _encode(path: Path, name: str, codec: str, samples: np.ndarray) -> None:
    form = {"m4a": "ipod", "opus": "ogg"}.get(name, name)
    options = {"strict": "experimental"} if codec == "vorbis" else {}
    with av.open(str(path), "w", format=form, options={}) as out:
        stream = out.add_stream(codec, rate=RATE, layout="stereo", options=options)
        if codec in {"aac", "libmp3lame", "libopus"}:
            stream.codec_context.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _bare(source: Path, target: Path, name: str) -> None:
    """Decode and encode with the settings that the labeller would choose."""
    from media_jobs.labelling.audio import coded, encode, level
    from media_jobs.labelling.wish import Wish

    coding = coded.coding_of(source, name)
    nothing = np.zeros((len(coding.channels), 0), dtype=np.float32)
    encode.transcode(source, target, name=name, coding=coding, placed=level.Placed(nothing, nothing, {}), wish=Wish())
    _synced(target)


def _put(source: Path, target: Path, name: str) -> None:
    from media_jobs.labelling.audio import put
    from media_jobs.labelling.containers import CONTAINERS
    from media_jobs.labelling.wish import Wish

    put(source, target, container=CONTAINERS[name], wish=Wish())
    _synced(target)


def _mark(source: Path, target: Path, name: str) -> None:
    from media_jobs.labelling.aigc import AigcLabel
    from media_jobs.labelling.containers import CONTAINERS
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.marks import Marks
    from media_jobs.labelling.metadata import carrier
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="bench")
    carrier(CONTAINERS[name]).write(source, target, Marks(label, TRAINED_ALGORITHMIC_MEDIA))
    _synced(target)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    _synced(target)


def _long_wav(path: Path) -> None:
    """Three hours of stereo, 16 bits."""
    block = (np.random.default_rng(2).normal(0, 0.1, (RATE * 10, 2)) * 32767).astype("<i2").tobytes()
    total = len(block) * 6 * 60 * HOURS
    with path.open("wb") as file:
        file.write(b"RIFF" + (total + 36).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\2\0")
        file.write(
            RATE.to_bytes(4, "little")
            + (RATE * 4).to_bytes(4, "little")
            + b"\4\0\x10\0data"
            + total.to_bytes(4, "little")
        )
        for _ in range(6 * 60 * HOURS):
            file.write(block)


def main() -> None:
    """Print two tables."""
    samples = _programme()
    lines = [
        f"{SECONDS} s of stereo, median of {ROUNDS} interleaved runs",
        f"{'':6}{'bare s':>9}{'label s':>9}{'speed':>8}",
    ]
    with tempfile.TemporaryDirectory(prefix="hallmark-bench-") as folder:
        files = {}
        for name, codec in (
            ("mp3", "libmp3lame"),
            ("flac", "flac"),
            ("m4a", "aac"),
            ("ogg", "vorbis"),
            ("opus", "libopus"),
        ):
            source, target = Path(folder) / f"source.{name}", Path(folder) / f"target.{name}"
            _encode(source, name, codec, samples)
            files[name] = source
            _put(source, target, name)
            took = _medians(
                {
                    "bare": lambda s=source, t=target, n=name: _bare(s, t, n),
                    "label": lambda s=source, t=target, n=name: _put(s, t, n),
                }
            )
            lines.append(f"{name:6}{took['bare']:9.2f}{took['label']:9.2f}{took['bare'] / took['label']:7.2f}x")
        lines += ["", f"{'':14}{'MB':>7}{'copy s':>9}{'mark s':>9}{'ratio':>7}{'label s':>9}{'ratio':>7}"]
        files["wav"] = Path(folder) / "source.wav"
        _encode(files["wav"], "wav", "pcm_s16le", samples)
        long = Path(folder) / "long.wav"
        _long_wav(long)
        for shown, name, source in (
            *((name, name, files[name]) for name in ("wav", "mp3", "flac", "ogg", "opus")),
            (f"wav, {HOURS} hours", "wav", long),
        ):
            target = Path(folder) / f"target.{name}"
            actions: dict[str, Callable[[], object]] = {
                "copy": lambda s=source, t=target: _copy(s, t),
                "mark": lambda s=source, t=target, n=name: _mark(s, t, n),
            }  # fmt: skip
            if name == "wav":
                actions["label"] = lambda s=source, t=target, n=name: _put(s, t, n)
            took = _medians(actions, 3 if source == long else ROUNDS)
            row = f"{shown:14}{source.stat().st_size / 1e6:7.0f}{took['copy']:9.3f}"
            row += f"{took['mark']:9.3f}{took['mark'] / took['copy']:7.2f}"
            if "label" in took:
                row += f"{took['label']:9.3f}{took['label'] / took['copy']:7.2f}"
            lines.append(row)
    lines.append(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
