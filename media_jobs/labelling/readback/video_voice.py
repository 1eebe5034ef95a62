"""One sound track of a video decoded on a grid of samples, beside the same one of its original."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from media_jobs.labelling.readback.hearing import Floats

BLOCK = 1 << 16  # samples
_JITTER, _MOST_PAUSE = 0.01, 600  # seconds: of time stamps; of a pause that is filled up
_OPUS_RATE = 48_000


class Voice:
    """One sound track of one file, decoded."""

    def __init__(self, path: Path, demuxer: str, number: int) -> None:
        """Look at its first samples.

        Args:
            path: the file.
            demuxer: PyAV's name of how to open it.
            number: of the track, among the file's sound tracks.
        """
        self._path, self._demuxer, self._number = path, demuxer, number
        self.rate, self.layout, self.first = 0, "", 0.0
        with self._opened() as opened:
            stream = opened.streams.audio[number]
            self.codec = str(stream.codec_context.codec.canonical_name)
            self.about = (stream.metadata.get("language", "und"), int(stream.disposition))
            frame = next(_frames(opened, stream), None)
            if frame is not None:
                self.rate, self.layout, self.first = frame.sample_rate, frame.layout.name, frame.time or 0.0

    def _opened(self) -> InputContainer:
        return av.open(str(self._path.resolve()), format=self._demuxer, metadata_errors="replace")

    def blocks(self, *, origin: float, rate: int) -> Iterator[Floats]:
        """(channels, BLOCK) samples each, the first at `origin` seconds, pauses filled up; the last one is shorter."""
        resampler = av.AudioResampler(format="fltp", layout=self.layout, rate=rate)
        left: list[Floats] = []
        have = clock = 0
        with self._opened() as opened:
            for frame in chain(_frames(opened, opened.streams.audio[self._number]), [None]):
                for part in resampler.resample(frame):
                    at = clock if part.time is None else round((part.time - origin) * rate)
                    samples = np.asarray(part.to_ndarray(), dtype=np.float32)
                    if clock == 0 or abs(at - clock) > _JITTER * rate:
                        samples = np.pad(samples, ((0, 0), (min(max(0, at - clock), _MOST_PAUSE * rate), 0)))
                        samples = samples[:, max(0, clock - at) :]
                    left.append(samples)
                    have += samples.shape[1]
                    clock += samples.shape[1]
                if have >= BLOCK:
                    whole = np.concatenate(left, axis=1)
                    for start in range(0, have - BLOCK + 1, BLOCK):
                        yield whole[:, start : start + BLOCK]
                    left = [whole[:, have // BLOCK * BLOCK :]]
                    have %= BLOCK
        if have:
            yield np.concatenate(left, axis=1)


def _frames(opened: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    layout = ""
    for packet in opened.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame) and frame.samples:
                layout = layout or frame.layout.name
                if frame.layout.name != layout:
                    raise ValueError("layout")
                yield frame


@dataclass
class Pair:
    """A track of the labelled file and the original's; the labelled picture begins `shift` seconds later."""

    ours: Voice
    theirs: Voice
    shift: float

    @property
    def alike(self) -> bool:
        """Codec, rate, channels, language and role are the same; Vorbis may have become Opus, which has one rate."""
        ours, theirs = self.ours, self.theirs
        kept = (ours.codec, ours.rate) == (theirs.codec, theirs.rate)
        opus = (theirs.codec, ours.codec, ours.rate) == ("vorbis", "opus", _OPUS_RATE)
        return (kept or opus) and (ours.about, ours.layout) == (theirs.about, theirs.layout)

    def blocks(self) -> Iterator[tuple[Floats, Floats, int]]:
        """(ours, theirs, how many samples of ours there are), both as long as the original's block."""
        rate = self.ours.rate
        ours = self.ours.blocks(origin=self.theirs.first + self.shift, rate=rate)
        theirs = self.theirs.blocks(origin=self.theirs.first, rate=rate)
        for a, b in zip_longest(ours, theirs, fillvalue=None):
            length = 0 if a is None else a.shape[1]
            like = np.zeros((0, 0), np.float32) if b is None else b
            padded = np.zeros_like(like)
            if a is not None and b is not None:
                if len(a) != len(b):
                    raise ValueError("channels")
                padded[:, :length] = a[:, : like.shape[1]]
            yield padded, like, length
