"""What a labelled sound file sounds like: decoded once beside its original, without the labeller's code.

Loudness is ffmpeg's ebur128 filter; the labeller has a meter of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from media_jobs.labelling.readback import sound_files

Array = npt.NDArray[Any]  # (channels, samples)
Floats = npt.NDArray[np.float32]

_BLOCK = 1 << 16
_MOST = 64 * 48_000  # samples a second, of all channels
_LAG = 4096  # samples by which a lossy codec may shift
_DENSE = 600.0  # seconds up to which every block of a lossy programme is compared; beyond, one in eight
_FOLDER = Path(__file__).resolve().parents[1] / "audio" / "clips"


class Sound:
    """One file's decoded samples, handed out in the pieces asked for."""

    def __init__(self, path: Path) -> None:
        """Open; raises what PyAV raises, ValueError without sound."""
        self._container = av.open(str(path), metadata_errors="replace")
        if not self._container.streams.audio:
            self._container.close()
            raise ValueError("no sound")
        self._frames = self._decoded()
        self._left: list[Array] = []
        self.rate = self.channels = 0
        self.layout = ""
        first = next(self._frames, None)
        if first is None or self.rate <= 0:
            self._container.close()
            raise ValueError("no sound")
        self._left.append(first)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _decoded(self) -> Iterator[Array]:
        for packet in self._container.demux(self._container.streams.audio[0]):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            for frame in frames:
                self.rate, self.channels = frame.sample_rate, frame.layout.nb_channels
                self.layout = frame.layout.name
                array = frame.to_ndarray()
                yield array if frame.format.is_planar else array.reshape(-1, self.channels).T

    def like(self, other: "Sound") -> bool:
        """Same sample rate and channels."""
        return (self.rate, self.channels, self.layout) == (other.rate, other.channels, other.layout)

    def last(self, count: int, total: int) -> Array:
        """The last `count` of `total` samples, found by seeking: for WAV, where every sample can be found so."""
        if count <= 0 or count > 120 * self.rate:
            return np.zeros((max(self.channels, 1), 0), dtype=np.float32)
        self._left = []
        self._container.seek(total - count, stream=self._container.streams.audio[0])
        return self.read(count + 8192)[:, -count:]

    def read(self, count: int) -> Array:
        """The next `count` samples, fewer at the end."""
        parts, have = self._left, sum(part.shape[1] for part in self._left)
        while have < count:
            more = next(self._frames, None)
            if more is None:
                break
            if more.shape[0] != self.channels or (parts and more.dtype != parts[0].dtype):
                break
            parts.append(more)
            have += more.shape[1]
        if not parts:
            return np.zeros((max(self.channels, 1), 0), dtype=np.float32)
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        self._left = [whole[:, count:]] if whole.shape[1] > count else []
        return whole[:, :count]


def floats(array: Array) -> Floats:
    """Full scale 1.0."""
    if array.dtype == np.uint8:
        return np.asarray((array.astype(np.float32) - 128) / 128, dtype=np.float32)
    if array.dtype.kind == "i":
        return np.asarray(array / np.float32(2 ** (8 * array.dtype.itemsize - 1)), dtype=np.float32)
    return array.astype(np.float32)


@dataclass
class Heard:
    """The labelled file beside its original.

    Attributes:
        rate, channels, layout: of the labelled file.
        same_form: rate, channels and layout are those of the original.
        before, after: the samples outside the programme, full scale 1.0.
        samples, original_samples: of the whole files.
        identical: the programme is the original sample by sample.
        correlation: of the programme with the original, -1..1; 1.0 where both are silent.
        level_change: decibels.
        programme_lufs: of the first ten minutes, ebur128; -70 for silence.
    """

    rate: int
    channels: int
    layout: str
    same_form: bool
    before: Floats
    after: Floats
    samples: int
    original_samples: int
    identical: bool
    correlation: float
    level_change: float
    programme_lufs: float


def listen(labelled: Path, original: Path, *, before: float, after: float, wav: bool = False) -> Heard:
    """Decode both in step; of a WAV the programme's bytes are compared and only the label and a minute are decoded.

    Args:
        before, after: seconds that were reported to stand outside the programme.

    Raises:
        av.error.FFmpegError, ValueError, OSError, sound_files.BrokenError: one of them cannot be decoded.
    """
    one, other = Sound(labelled), Sound(original)
    try:
        if one.rate * one.channels > _MOST:
            raise ValueError("more samples a second than are held in memory")
        return _same_bytes(one, other, (labelled, original), before) if wav else _compared(one, other, before, after)
    finally:
        one.close()
        other.close()


def _same_bytes(one: Sound, other: Sound, paths: tuple[Path, Path], before: float) -> Heard:
    """WAV: the original's bytes stand in the labelled file as they are."""
    head = floats(one.read(round(before * one.rate)))
    meter = Loudness(one.rate, one.layout)
    with paths[0].open("rb") as ours, paths[1].open("rb") as theirs:
        start, length, align = sound_files.wav_data(ours)
        first, size, _ = sound_files.wav_data(theirs)
        samples, programme = length // align, size // align
        meter.add(floats(one.read(min(60 * one.rate, programme))))
        identical, left = True, programme * align
        ours.seek(start + head.shape[1] * align)
        theirs.seek(first)
        while left > 0 and identical:
            block = min(left, 1 << 20)
            identical = ours.read(block) == theirs.read(block)
            left -= block
    tail = floats(one.last(samples - head.shape[1] - programme, samples))
    return Heard(
        one.rate, one.channels, one.layout, one.like(other), head, tail, samples, programme, identical,
        1.0 if identical else 0.0, 0.0, meter.integrated(),
    )  # fmt: skip


def _compared(one: Sound, other: Sound, before: float, after: float) -> Heard:
    head = floats(one.read(round(before * one.rate)))
    meter, sums = Loudness(one.rate, one.layout), np.zeros(3)
    identical, total, index = True, 0, 0
    step = 1
    while True:
        theirs = other.read(_BLOCK)
        if not theirs.shape[1]:
            break
        ours = one.read(theirs.shape[1])
        exact = ours.dtype == theirs.dtype and ours.shape == theirs.shape and bool(np.array_equal(ours, theirs))
        identical = identical and exact
        if total < _DENSE * one.rate and ours.shape[1]:
            meter.add(floats(ours))
        step = 1 if total < _DENSE * one.rate else 8
        if not exact and index % step == 0 and ours.shape[0] == theirs.shape[0] and ours.shape[1]:
            sums += _alike(floats(ours), floats(theirs[:, : ours.shape[1]]))
        total += theirs.shape[1]
        index += 1
    tail_parts, length = [], 0
    while length < (after + 5) * one.rate:
        part = one.read(_BLOCK)
        if not part.shape[1]:
            break
        tail_parts.append(floats(part))
        length += part.shape[1]
    tail = np.concatenate(tail_parts, axis=1) if tail_parts else np.zeros((one.channels, 0), np.float32)
    quiet = max(sums[1], sums[2]) < 1e-8 * max(total, 1)
    correlation = 1.0 if quiet else float(sums[0] / np.sqrt(max(sums[1] * sums[2], 1e-20)))
    level = 0.0 if quiet else float(10 * np.log10(max(sums[1], 1e-12) / max(sums[2], 1e-12)))
    return Heard(
        one.rate, one.channels, one.layout,
        one.like(other),
        head, tail, head.shape[1] + total + tail.shape[1], total, identical, correlation, level, meter.integrated(),
    )  # fmt: skip


def _alike(ours: Floats, theirs: Floats) -> npt.NDArray[np.float64]:
    """(product at the best lag, energy of ours, energy of theirs) of the sum of channels."""
    a, b = ours.mean(axis=0, dtype=np.float64), theirs.mean(axis=0, dtype=np.float64)
    energies = float(a @ a), float(b @ b)
    if min(energies) <= 0:
        return np.array([0.0, *energies])
    size = 1 << (2 * len(a) - 1).bit_length()
    product = np.fft.irfft(np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size), size)
    lag = min(_LAG, len(a) - 1)
    best = max(float(product[: lag + 1].max()), float(product[-lag:].max()) if lag else 0.0)
    return np.array([best, *energies])


class Loudness:
    """Integrated loudness by libavfilter's ebur128."""

    def __init__(self, rate: int, layout: str) -> None:
        self._rate, self._layout, self._last = rate, layout, -70.0
        self._graph: Graph | None = Graph()
        try:
            source = self._graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout, time_base=None)
            meter = self._graph.add("ebur128", "metadata=1:framelog=quiet")
            sink = self._graph.add("abuffersink")
            source.link_to(meter)
            meter.link_to(sink)
            self._graph.configure()
        except (av.error.FFmpegError, ValueError):
            self._graph = None
        self._clock = 0

    def add(self, samples: Floats) -> None:
        """Take in more of the sound."""
        if self._graph is None:
            return
        try:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=self._layout)
        except ValueError:
            self._graph = None
            return
        frame.sample_rate, frame.pts = self._rate, self._clock
        self._clock += samples.shape[1]
        self._graph.push(frame)
        self._drain()

    def _drain(self) -> None:
        while self._graph is not None:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._last = float(frame.metadata.get("lavfi.r128.I", self._last))

    def integrated(self) -> float:
        """LUFS so far, -70 for silence."""
        if self._graph is not None:
            try:
                self._graph.push(None)
                self._drain()
            except av.error.FFmpegError:
                pass
        return max(self._last, -70.0) if self._last == self._last else -70.0


def clip(name: str, rate: int) -> Floats:
    """A shipped clip at a sample rate, (samples,).

    Raises:
        OSError, av.error.FFmpegError: there is no such clip.
    """
    if not name.replace("_", "").isalpha():
        raise FileNotFoundError(name[:40])
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    with av.open(str(_FOLDER / f"{name}.opus")) as opened:
        parts = [one.to_ndarray()[0] for frame in opened.decode(audio=0) for one in resampler.resample(frame)]
    parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)
