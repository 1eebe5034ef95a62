"""The label put beside a programme, and both encoded as before or better."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from media_jobs.labelling.audio import level
from media_jobs.labelling.audio.coded import Coding, floats, frames, opened, sound_stream
from media_jobs.labelling.audio.loudness import Samples
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.wish import Wish

_FORMATS = {"mp3": "mp3", "flac": "flac", "m4a": "ipod", "ogg": "ogg", "opus": "ogg"}
_MP3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, MPEG 1 layer III
_MP3_LOW_RATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # the same of MPEG 2 and 2.5
_CHUNK = 4096
# The wheel brings no libvorbis; the native encoder needs about twice the bits for the same sound, so it gets them.
_VORBIS_QUALITY = 20 * 118


def frames_of(samples: Samples, coding: Coding, *, chunk: int = _CHUNK) -> Iterator[AudioFrame]:
    """Samples as frames of the programme's own format, `chunk` at a time."""
    for start in range(0, samples.shape[1], chunk):
        part: np.ndarray = samples[:, start : start + chunk]
        kind = coding.format.removesuffix("p")
        if kind in {"s16", "s32"}:
            bits = min(coding.bits or 32, int(kind[1:]))
            scale = 2 ** (bits - 1)
            whole = np.clip(np.rint(part.astype(np.float64) * scale), -scale, scale - 1)
            part = whole.astype(np.int64) << (int(kind[1:]) - bits)
            part = part.astype(np.int16 if kind == "s16" else np.int32)
        if not coding.format.endswith("p"):
            part = part.T.reshape(1, -1)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(part), format=coding.format, layout=coding.layout)
        frame.sample_rate = coding.rate
        yield frame


def transcode(
    source: Path,
    target: Path,
    *,
    name: str,
    coding: Coding,
    placed: level.Placed,
    wish: Wish,
    kept: list[AudioFrame] | None = None,
) -> int:
    """Write `target`: the sound of `source` with the label, without any tags.

    Args:
        kept: its frames, where they are decoded already.

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
            for frame in frames_of(placed.before, coding):
                put(frame)
            for frame in frames(container, stream) if kept is None else kept:
                # an M4A states its length to the sample; the decoder fills the last block
                if limit and limit < written + frame.samples <= limit + 2048:
                    rest = limit - written
                    written = limit
                    if rest > 0:
                        for piece in frames_of(floats(frame)[:, :rest], coding):
                            put(piece)
                    continue
                written += frame.samples
                put(frame)
                if wish.progress is not None:
                    wish.progress(written / coding.rate, coding.seconds)
            for frame in frames_of(placed.after, coding):
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
