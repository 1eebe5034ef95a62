"""MP3, FLAC, M4A, Ogg Vorbis and Opus: decoded, the label put beside the programme, encoded as before or better."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from media_jobs.labelling.audio import level
from media_jobs.labelling.audio.loudness import Meter, Samples
from media_jobs.labelling.audio.pcm import LEAST_RATE, MOST_RATE
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.wish import Wish

_FORMATS = {"mp3": "mp3", "flac": "flac", "m4a": "ipod", "ogg": "ogg", "opus": "ogg"}
_CODECS = {"mp3float": "mp3", "mp3": "mp3", "flac": "flac", "aac": "aac", "alac": "alac", "vorbis": "vorbis",
           "opus": "opus", "libopus": "opus"}  # fmt: skip
_TAKEN = {"mp3": {"mp3"}, "flac": {"flac"}, "m4a": {"aac", "alac"}, "ogg": {"vorbis"}, "opus": {"opus"}}
_MP3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, MPEG 1 layer III
_MP3_LOW_RATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # the same of MPEG 2 and 2.5
_WINDOWS = 24  # seconds of the programme whose loudness is taken, spread evenly
_CHUNK = 4096
# The wheel brings no libvorbis; the native encoder needs about twice the bits for the same sound, so it gets them.
_VORBIS_QUALITY = 20 * 118
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
        MediaError: audio.no_sound, audio.several_streams.
    """
    streams = container.streams.audio
    if not streams:
        raise media_error("audio.no_sound")
    if len(streams) > 1:
        raise media_error("audio.several_streams")
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


def loudness_of(path: Path, coding: Coding) -> float:
    """Integrated loudness, LUFS: of all of a short programme, of evenly spread seconds of a longer one."""
    meter = Meter(coding.rate, coding.channels)
    with opened(path) as container:
        stream = sound_stream(container)
        spread = coding.seconds > _WINDOWS * 1.5
        for index in range(_WINDOWS if spread else 1):
            if spread:
                try:
                    container.seek(int((coding.seconds - 2) * index / _WINDOWS * av.time_base))
                except av.error.FFmpegError:
                    break
            _listen(container, stream, meter, coding.rate if spread else coding.rate * _WINDOWS * 2)
    return meter.integrated()


def _listen(container: InputContainer, stream: AudioStream, meter: Meter, length: int) -> None:
    """Feed `length` samples from here on to the meter, a second at a time."""
    parts: list[Samples] = []
    gathered = taken = 0
    for frame in frames(container, stream):
        parts.append(floats(frame))
        gathered += frame.samples
        taken += frame.samples
        if gathered >= meter.rate or taken >= length:
            meter.add(np.concatenate(parts, axis=1))
            parts, gathered = [], 0
        if taken >= length:
            return
    if parts:
        meter.add(np.concatenate(parts, axis=1))


def floats(frame: AudioFrame) -> Samples:
    """A frame as (channels, samples), full scale 1.0."""
    array = frame.to_ndarray()
    if not frame.format.is_planar:
        array = array.reshape(-1, frame.layout.nb_channels).T
    if array.dtype.kind == "i":
        return np.asarray(array / np.float32(2 ** (8 * array.dtype.itemsize - 1)), dtype=np.float32)
    return np.asarray(array, dtype=np.float32)


def _frames_of(samples: Samples, coding: Coding) -> Iterator[AudioFrame]:
    """The label as frames of the programme's own format."""
    for start in range(0, samples.shape[1], _CHUNK):
        part: np.ndarray = samples[:, start : start + _CHUNK]
        kind = coding.format.removesuffix("p")
        if kind in {"s16", "s32"}:
            bits = min(coding.bits or 32, 8 * int(kind[1:]) // 8)
            scale = 2 ** (bits - 1)
            whole = np.clip(np.rint(part.astype(np.float64) * scale), -scale, scale - 1)
            part = whole.astype(np.int64) << (int(kind[1:]) - bits)
            part = part.astype(np.int16 if kind == "s16" else np.int32)
        if not coding.format.endswith("p"):
            part = part.T.reshape(1, -1)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(part), format=coding.format, layout=coding.layout)
        frame.sample_rate = coding.rate
        yield frame


def transcode(source: Path, target: Path, *, name: str, coding: Coding, placed: level.Placed, wish: Wish) -> int:
    """Write `target`: the sound of `source` with the label, without any tags.

    Returns:
        samples of the programme (per channel).

    Raises:
        MediaError: media.damaged, audio.codec, audio.several_streams.
    """
    written = 0
    with opened(source) as container, av.open(str(target), "w", format=_FORMATS[name], options=_muxing(name)) as out:
        stream = sound_stream(container)
        encoder = _encoder(out, name, coding)
        base = Fraction(1, coding.rate)
        clock = 0
        limit = round(coding.seconds * coding.rate) if name == "m4a" else 0

        def put(frame: AudioFrame) -> None:
            nonlocal clock
            frame.pts, frame.time_base = clock, base
            clock += frame.samples
            out.mux(encoder.encode(frame))

        try:
            for frame in _frames_of(placed.before, coding):
                put(frame)
            for frame in frames(container, stream):
                # an M4A states its length to the sample; the decoder fills the last block
                if limit and limit < written + frame.samples <= limit + 2048:
                    rest = limit - written
                    written = limit
                    if rest > 0:
                        for piece in _frames_of(floats(frame)[:, :rest], coding):
                            put(piece)
                    continue
                written += frame.samples
                put(frame)
                if wish.progress is not None:
                    wish.progress(written / coding.rate, coding.seconds)
            for frame in _frames_of(placed.after, coding):
                put(frame)
            out.mux(encoder.encode(None))
        except (av.error.FFmpegError, ValueError):
            raise media_error("media.damaged") from None
    if not written:
        raise media_error("audio.no_sound")
    return written


def _muxing(name: str) -> dict[str, str]:
    """The tags are grafted on afterwards; only the length that MP3's own header tells is wanted."""
    return {"id3v2_version": "0"} if name == "mp3" else {}


def _encoder(out: OutputContainer, name: str, coding: Coding) -> AudioStream:
    """The stream to write, with the settings of the source or better.

    Raises:
        MediaError: audio.codec.
    """
    count = len(coding.channels)
    if (coding.codec == "mp3" and count > 2) or (coding.codec == "vorbis" and count != 2):
        raise media_error("audio.codec", codec=coding.codec, channels=count)
    options: dict[str, str] = {}
    codec = {"mp3": "libmp3lame", "opus": "libopus"}.get(coding.codec, coding.codec)
    if coding.codec == "vorbis":
        options = {"strict": "experimental", "flags": "+qscale", "global_quality": str(_VORBIS_QUALITY)}
        coding.notes.append("vorbis_native_encoder")
    if coding.lossless and coding.bits > 16:
        options["bits_per_raw_sample"] = "24"
    if coding.lossless and coding.bits > 24:
        raise media_error("audio.codec", codec=f"{coding.codec}, {coding.bits} bits", channels=count)
    try:
        stream = out.add_stream(codec, rate=coding.rate, layout=coding.layout, options=options)
        if not isinstance(stream, AudioStream):
            raise media_error("audio.codec", codec=coding.codec, channels=count)
        context = stream.codec_context
        if coding.lossless:
            context.format = coding.format
        bit_rate = bit_rate_of(coding)
        if bit_rate:
            context.bit_rate = bit_rate
        context.open()
    except (av.error.FFmpegError, ValueError):
        raise media_error("audio.codec", codec=coding.codec, channels=count) from None
    return stream


def bit_rate_of(coding: Coding) -> int:
    """What to encode at: the source's bit rate or the next that the codec has; 0 where it has none."""
    count = len(coding.channels)
    if coding.codec == "mp3":
        table = _MP3_RATES if coding.rate >= 32_000 else _MP3_LOW_RATES
        wanted = coding.bit_rate * 0.995 / 1000  # averages with tags in them come out a little high
        return 1000 * next((rate for rate in table if rate >= wanted), table[-1])
    if coding.codec == "aac":
        most = 6 * coding.rate * count  # 6,144 bits a block of 1,024 samples and channel
        return min(max(round(coding.bit_rate * 1.05), 48_000 * count), most)
    if coding.codec == "opus":
        return min(max(coding.bit_rate, 24_000 * count), 256_000 * count)
    return 0
