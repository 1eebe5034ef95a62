"""The sound of a video with its audible label laid over: each track read on its own, as long and as coded as before."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from media_jobs.labelling.audio import labelled_stream, level, overlay
from media_jobs.labelling.audio.coded import Coding, floats
from media_jobs.labelling.audio.encode import bit_rate_of, frames_of
from media_jobs.labelling.audio.loudness import Meter, Samples
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.video.sound_reader import Reader
from media_jobs.labelling.video.source import Source, opened
from media_jobs.labelling.wish import Sound, Where, Wish

# decoder's codec name -> encoder
_ENCODERS = {"aac": "aac", "opus": "libopus", "mp3": "libmp3lame", "flac": "flac", "alac": "alac", "vorbis": "libopus"}
_PCM = {"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
        "pcm_mulaw", "pcm_alaw"}  # fmt: skip
_OPUS_RATE = 48_000
_FORMATS = {"libopus": "flt", "libmp3lame": "fltp"}  # the best of those that these encoders take
_MAX_SAMPLES = 8 * 192_000  # a second, of all channels
_WINDOWS, _WINDOW = 14, 1.2  # for the programme's loudness, as audio.coded takes them


@dataclass(frozen=True)
class Plan:
    """What is known of a track before anything is written.

    Attributes:
        index: its number in the file.
        codec: by its plain name.
        coding: its sound as decoded.
        start: of its first sample, samples by the file's clock.
        samples: how many, pauses between pieces included.
        programme: integrated loudness, LUFS.
        wish: the label as it fits: the rhythm where the spoken words would not.
    """

    index: int
    codec: str
    coding: Coding
    start: int
    samples: int
    programme: float
    wish: Wish

    @property
    def encoder(self) -> str:
        """Its name."""
        return self.codec if self.codec in _PCM else _ENCODERS[self.codec]

    def report(self) -> dict[str, Any]:
        """The label as it is laid over, and what becomes of the track."""
        label = level.placed(
            replace(self.wish, where=Where.START),
            programme=self.programme,
            rate=self.coding.rate,
            channels=self.coding.channels,
        )
        places = overlay.places(self.wish, self.samples, label.before.shape[1])
        once = Where.START if self.wish.where == Where.BOTH and len(places) == 1 else self.wish.where
        return {
            **label.report,
            "where": str(once),
            "starts": [(self.start + place) / self.coding.rate for place in places],
            "span": label.before.shape[1] / self.coding.rate,
            "codec": self.codec,
            "rate": self.coding.rate,
            "channels": len(self.coding.channels),
            "samples": self.samples,
            "seconds": self.samples / self.coding.rate,
            "lossless": self.coding.lossless or self.codec in _PCM,
        }


def plans(source: Path, container: Container, wish: Wish) -> list[Plan]:
    """Listen to every track that sounds, from beginning to end.

    Raises:
        MediaError: video.sound_codec, video.sound_changing, video.sound_short, and what opening refuses.
    """
    with opened(source, container) as film:
        numbers = [one.index for one in film.copied if one.type == "audio"]
    found = []
    for number in numbers:  # opened anew for each: a seek to the start would lose what lies before zero
        with opened(source, container) as film:
            plan = _plan(film, number, wish)
            if plan is not None:
                found.append(plan)
    return found


def _plan(film: Source, number: int, wish: Wish) -> Plan | None:
    reader = Reader(film, number)
    codec = reader.codec
    meter: Meter | None = None
    first: AudioFrame | None = None
    start = samples = 0
    window: list[Samples] = []
    gathered, due = 0, 0.0
    every = max(_WINDOW, film.seconds / _WINDOWS)
    for frame in reader.frames():
        if first is None or meter is None:
            first, start = frame, frame.pts or 0
            _check_codec(number, codec, first)
            meter = Meter(frame.sample_rate, tuple(channel.name for channel in frame.layout.channels))
        samples += frame.samples
        if samples >= due * frame.sample_rate:
            window.append(floats(frame))
            gathered += frame.samples
            if gathered >= _WINDOW * frame.sample_rate:
                meter.add(np.concatenate(window, axis=1))
                window, gathered, due = [], 0, due + every
    if first is None or meter is None:
        return None
    if window:
        meter.add(np.concatenate(window, axis=1))
    samples -= reader.surplus(start + samples)
    seconds = samples / first.sample_rate
    coding = Coding(
        codec, first.sample_rate, first.layout.name, tuple(one.name for one in first.layout.channels),
        first.format.name, reader.bits, int(reader.size * 8 / max(seconds, 0.1)), seconds,
    )  # fmt: skip
    if coding.bits > 24 and coding.lossless:
        raise _refused(number, codec, first)
    return Plan(number, codec, coding, start, samples, meter.integrated(), _fitting(wish, coding, samples))


def _refused(number: int, codec: str, frame: AudioFrame) -> MediaError:
    return media_error("video.sound_codec", number=number, codec=codec, channels=frame.layout.nb_channels)


def _check_codec(number: int, codec: str, frame: AudioFrame) -> None:
    channels = frame.layout.nb_channels
    if codec not in _ENCODERS and codec not in _PCM:
        raise _refused(number, codec, frame)
    if frame.sample_rate <= 0 or frame.sample_rate * channels > _MAX_SAMPLES:
        raise _refused(number, codec, frame)


def _fitting(wish: Wish, coding: Coding, samples: int) -> Wish:
    """The wish, with the rhythm instead of words that take longer than the sound.

    Raises:
        MediaError: video.sound_short.
    """
    for one in (wish, replace(wish, sound=Sound.RHYTHM)):
        label = level.placed(
            replace(one, where=Where.START), programme=-23.0, rate=coding.rate, channels=coding.channels
        )
        if label.before.shape[1] <= samples:
            return one
    raise media_error("video.sound_short", seconds=round(samples / coding.rate, 1))


class Track:
    """A track on its way into the labelled file."""

    def __init__(self, film: Source, plan: Plan, out: OutputContainer) -> None:
        """Add it to `out`.

        Args:
            film: opened for this track alone.

        Raises:
            MediaError: video.sound_codec.
        """
        self._reader, self._plan, self._out = Reader(film, plan.index), plan, out
        self.stream = _encoder(out, plan)
        self._frames = labelled_stream(
            self._cut(self._reader.frames()),
            wish=plan.wish,
            seconds=plan.samples / plan.coding.rate,
            programme=plan.programme,
        )
        self._at, self._over = plan.start / plan.coding.rate, False

    @property
    def end(self) -> float:
        """Of what was read so far, seconds by the file's clock."""
        return self._reader.end

    def _cut(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        """As many samples as planned."""
        left = self._plan.samples
        for frame in frames:
            if frame.samples <= left:
                yield frame
            elif left > 0:
                for part in frames_of(floats(frame)[:, :left], self._plan.coding, chunk=frame.samples):
                    part.pts, part.time_base = frame.pts, frame.time_base
                    yield part
            left -= frame.samples

    def until(self, moment: float) -> None:
        """Code and write what sounds before a moment; math.inf for all of it.

        Args:
            moment: seconds by the file's clock.
        """
        while not self._over and self._at < moment:
            frame = next(self._frames, None)
            if frame is None:
                self._over = True
                self._out.mux(self.stream.encode(None))
                return
            self._at = ((frame.pts or 0) + frame.samples) / frame.sample_rate
            self._out.mux(self.stream.encode(frame))

    def finish(self) -> None:
        """The rest of it."""
        self.until(math.inf)


def _encoder(out: OutputContainer, plan: Plan) -> AudioStream:
    """The track to write, its encoder open, at the old bit rate or the next higher.

    Raises:
        MediaError: video.sound_codec.
    """
    coding, name = plan.coding, plan.encoder
    refused = media_error("video.sound_codec", number=plan.index, codec=plan.codec, channels=len(coding.channels))
    if name == "libmp3lame" and len(coding.channels) > 2:
        raise refused
    options = {"bits_per_raw_sample": "24"} if coding.lossless and coding.bits > 16 else {}
    rate = _OPUS_RATE if name == "libopus" else coding.rate
    try:
        stream = out.add_stream(name, rate=rate, layout=coding.layout, options=options)
        if not isinstance(stream, AudioStream):
            raise refused
        context = stream.codec_context
        if coding.lossless or name in _PCM:
            context.format = coding.format
        elif name in _FORMATS:
            context.format = _FORMATS[name]
        wanted = bit_rate_of(replace(coding, codec="opus") if name == "libopus" else coding)
        if wanted:
            context.bit_rate = wanted
        context.open()
    except (av.FFmpegError, ValueError):
        raise refused from None
    return stream
