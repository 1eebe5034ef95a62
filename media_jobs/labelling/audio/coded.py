"""MP3, FLAC, M4A, Ogg Vorbis and Opus: how they are coded, their decoded frames, and how loud they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from media_jobs.labelling.audio.loudness import Meter, Samples
from media_jobs.labelling.audio.pcm import LEAST_RATE, MOST_RATE, MOST_SAMPLES
from media_jobs.labelling.errors import media_error

_CODECS = {"mp3float": "mp3", "mp3": "mp3", "flac": "flac", "aac": "aac", "alac": "alac", "vorbis": "vorbis",
           "opus": "opus", "libopus": "opus"}  # fmt: skip
_TAKEN = {"mp3": {"mp3"}, "flac": {"flac"}, "m4a": {"aac", "alac"}, "ogg": {"vorbis"}, "opus": {"opus"}}
_WINDOWS, _WINDOW = 14, 1.2  # of the programme whose loudness is taken, spread evenly; seconds of each: three blocks
_KEPT = 96 * 1024 * 1024  # bytes of decoded samples that are kept, so that a song is decoded once
_FRAME = 4096  # bytes that even a tiny frame takes
_MAX_BROKEN = 2  # packets: an MP3 cut out of a stream begins with one that lacks its predecessor


@dataclass
class Coding:
    """How the programme is coded, as its first frame shows it.

    Attributes:
        codec: "mp3", "flac", "aac", "alac", "vorbis", "opus".
        rate: Hz, as decoded.
        layout: name of the channel layout.
        channels: their names.
        format: sample format as decoded.
        bits: of a sample, 0 for lossy codecs.
        bit_rate: of the programme, bit/s.
        seconds: as the container says, 0.0 where it does not.
    """

    codec: str
    rate: int
    layout: str
    channels: tuple[str, ...]
    format: str
    bits: int
    bit_rate: int
    seconds: float
    notes: list[str] = field(default_factory=list)

    @property
    def lossless(self) -> bool:
        """Decoded samples are the recorded ones."""
        return self.codec in {"flac", "alac"}


def opened(path: Path) -> InputContainer:
    """The file as PyAV sees it.

    Raises:
        MediaError: media.damaged.
    """
    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OverflowError):
        raise media_error("media.damaged") from None
    return container


def sound_stream(container: InputContainer) -> AudioStream:
    """Its one stream of sound; cover pictures are no second one.

    Raises:
        MediaError: audio.no_sound, audio.several_streams, audio.codec.
    """
    streams = container.streams.audio
    if not streams:
        raise media_error("audio.no_sound")
    if len(streams) > 1:
        raise media_error("audio.several_streams")
    if streams[0].codec_context is None:  # a code that FFmpeg has no name for
        raise media_error("audio.codec", codec="?", channels="?")
    return streams[0]


def frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """The decoded sound, encoder delay and padding already cut off by the decoder.

    Raises:
        MediaError: media.damaged, audio.several_streams when rate or channels change on the way.
    """
    broken, first = 0, None
    try:
        for packet in container.demux(stream):
            try:
                decoded = packet.decode()
            except av.error.FFmpegError:
                broken += 1
                if broken > _MAX_BROKEN or stream.codec_context.name in {"flac", "alac"}:
                    raise media_error("media.damaged") from None
                continue
            for frame in decoded:
                shape = (frame.sample_rate, frame.layout.name, frame.format.name)
                first = first or shape
                if shape != first:
                    raise media_error("audio.several_streams")
                yield frame
    except av.error.FFmpegError:
        raise media_error("media.damaged") from None


def coding_of(path: Path, name: str) -> Coding:
    """How the programme is coded.

    Args:
        name: of the container.

    Raises:
        MediaError: media.damaged, audio.no_sound, audio.several_streams, audio.codec, audio.rate.
    """
    with opened(path) as container:
        stream = sound_stream(container)
        context = stream.codec_context
        codec = _CODECS.get(context.name, context.name)
        first = next(frames(container, stream), None)
        if first is None:
            raise media_error("audio.no_sound")
        if codec not in _TAKEN[name]:
            raise media_error("audio.codec", codec=codec, channels=first.layout.nb_channels)
        if first.sample_rate * first.layout.nb_channels > MOST_SAMPLES:
            raise media_error("audio.codec", codec=codec, channels=first.layout.nb_channels)
        if not LEAST_RATE <= first.sample_rate <= MOST_RATE:
            raise media_error("audio.rate", rate=first.sample_rate)
        seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        if not seconds and container.duration:
            seconds = container.duration / av.time_base
        bit_rate = stream.bit_rate or context.bit_rate or 0
        if not bit_rate and seconds > 0:
            bit_rate = int(8 * path.stat().st_size / max(seconds, 0.1))
        bits = 0
        if codec in {"flac", "alac"}:
            bits = _bits(codec, context.extradata or b"") or (16 if first.format.name.startswith("s16") else 24)
        return Coding(
            codec,
            first.sample_rate,
            first.layout.name,
            tuple(channel.name for channel in first.layout.channels),
            first.format.name,
            bits,
            bit_rate,
            max(0.0, seconds),
        )


def _bits(codec: str, extradata: bytes) -> int:
    """Bits of a sample from FLAC's STREAMINFO or ALAC's magic cookie."""
    if codec == "flac" and len(extradata) >= 34:
        return (int.from_bytes(extradata[12:14], "big") >> 4 & 31) + 1
    return extradata[17] if codec == "alac" and len(extradata) >= 36 else 0


def listened(path: Path, coding: Coding, *, keep: bool = True) -> tuple[float, list[AudioFrame] | None]:
    """(integrated loudness in LUFS, the decoded frames where they are few enough to be kept).

    The loudness is that of _WINDOWS windows, spread evenly: of a short programme all of it.

    Args:
        keep: the frames are wanted.

    Raises:
        MediaError: media.damaged, audio.several_streams.
    """
    size = coding.seconds * coding.rate * len(coding.channels) * 4
    meter = Meter(coding.rate, coding.channels)
    with opened(path) as container:
        stream = sound_stream(container)
        if keep and size <= _KEPT:
            kept: list[AudioFrame] = []
            total = held = 0
            for frame in frames(container, stream):
                kept.append(frame)
                total += frame.samples
                held += max(frame.samples * len(coding.channels) * 4, _FRAME)
                if held > _KEPT:  # the container understated its length
                    _measure(kept, total, meter)
                    return meter.integrated(), None
            _measure(kept, total, meter)
            return meter.integrated(), kept
        for index in range(_WINDOWS):
            try:
                container.seek(int((coding.seconds - 2) * index / _WINDOWS * av.time_base))
            except av.error.FFmpegError:
                break
            window, gathered = [], 0
            for frame in frames(container, stream):
                window.append(floats(frame))
                gathered += frame.samples
                if gathered >= _WINDOW * coding.rate:
                    break
            if window:
                meter.add(np.concatenate(window, axis=1))
    return meter.integrated(), None


def _measure(kept: list[AudioFrame], total: int, meter: Meter) -> None:
    """Feed windows of the frames to the meter."""
    length = round(_WINDOW * meter.rate)
    gap = max(0, total // _WINDOWS - length)  # between two windows, samples
    window: list[Samples] = []
    gathered = skip = 0
    for frame in kept:
        if skip > 0:
            skip -= frame.samples
            continue
        window.append(floats(frame))
        gathered += frame.samples
        if gathered >= length:
            meter.add(np.concatenate(window, axis=1))
            window, gathered, skip = [], 0, gap
    if window:
        meter.add(np.concatenate(window, axis=1))


def floats(frame: AudioFrame) -> Samples:
    """A frame as (channels, samples), full scale 1.0."""
    array = frame.to_ndarray()
    if not frame.format.is_planar:
        array = array.reshape(-1, frame.layout.nb_channels).T
    if array.dtype.kind == "i":
        return np.asarray(array / np.float32(2 ** (8 * array.dtype.itemsize - 1)), dtype=np.float32)
    return np.asarray(array, dtype=np.float32)
