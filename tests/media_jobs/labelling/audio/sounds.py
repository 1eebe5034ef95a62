"""Small sound files made here: a programme of tones and noise, in every container, and labels to put into them."""

import io
import struct
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

LABEL = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="sound-1")
SOURCE = TRAINED_ALGORITHMIC_MEDIA
MARKS = Marks(LABEL, SOURCE)
CONTAINERS = ("wav", "mp3", "flac", "ogg", "opus")
_CODINGS = {
    "wav": ("wav", "pcm_s16le", "s16"),
    "mp3": ("mp3", "libmp3lame", "fltp"),
    "flac": ("flac", "flac", "s16"),
    "ogg": ("ogg", "vorbis", "fltp"),
    "opus": ("ogg", "libopus", "flt"),
    "m4a": ("ipod", "aac", "fltp"),
    "alac": ("ipod", "alac", "s16p"),
}
TAGS = {"title": "标题", "artist": "Ann Example"}


def programme(
    seconds: float = 1.5, *, rate: int = 48_000, channels: int = 2, gain: float = 0.2
) -> npt.NDArray[np.float64]:
    """(channels, samples): three tones that breathe, and a little noise; never silent."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(7).normal(0, 0.02, (channels, time.size))
    tones = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 331, 523))
    return gain * (np.outer(np.linspace(1, 0.8, channels), tones / 3 * (0.7 + 0.3 * np.sin(2 * np.pi * time))) + noise)


def encoded(
    name: str, samples: npt.NDArray[np.float64], *, rate: int = 48_000, layout: str = "stereo", codec: str = "",
    bits: int = 16, tags: dict[str, str] | None = None, bit_rate: int = 0,
) -> bytes:  # fmt: skip
    """A file of that container."""
    form, usual, kind = _CODINGS[name]
    codec = codec or usual
    options = {}
    if usual == "vorbis":
        options = {"strict": "experimental"}
    if bits == 24:
        kind, options = ("s32p" if codec == "alac" else "s32"), {"bits_per_raw_sample": "24"}
    if codec in {"pcm_f32le", "pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_mulaw", "pcm_alaw"}:
        kind = {"pcm_f32le": "flt", "pcm_u8": "u8", "pcm_mulaw": "s16", "pcm_alaw": "s16"}.get(codec, "s32")
    array: npt.NDArray[np.generic]
    if kind in {"s16", "s16p"}:
        array = np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    elif kind in {"s32", "s32p"}:
        array = (np.rint(np.clip(samples, -1, 1) * (2**23 - 1)).astype(np.int64) * 256).astype(np.int32)
    elif kind == "u8":
        array = (np.rint(np.clip(samples, -1, 1) * 127) + 128).astype(np.uint8)
    else:
        array = samples.astype(np.float32)
    if not kind.endswith("p"):
        array = array.T.reshape(1, -1)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form) as out:
        out.metadata.update(TAGS if tags is None else tags)
        stream = out.add_stream(codec, rate=rate, layout=layout, options=options)
        stream.codec_context.format = kind
        if bit_rate:
            stream.codec_context.bit_rate = bit_rate
        if form == "ogg":
            stream.metadata.update(TAGS if tags is None else tags)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(array), format=kind, layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return buffer.getvalue()


@lru_cache
def sample(name: str) -> bytes:
    """A second and a half of stereo in that container, with a title and an artist."""
    return encoded(name, programme())


def written(folder: Path, name: str, data: bytes | None = None) -> Path:
    """The sample (or other bytes) as a file."""
    path = folder / f"source.{'m4a' if name == 'alac' else name}"
    path.write_bytes(sample(name) if data is None else data)
    return path


def decoded(path: Path) -> npt.NDArray[np.generic]:
    """(channels, samples) as PyAV decodes them."""
    with av.open(str(path), metadata_errors="replace") as opened:
        stream = opened.streams.audio[0]
        parts = []
        for frame in opened.decode(stream):
            array = frame.to_ndarray()
            parts.append(array if frame.format.is_planar else array.reshape(-1, frame.layout.nb_channels).T)
    return np.concatenate(parts, axis=1)


def tags(path: Path) -> dict[str, str]:
    """Tags of file and stream as PyAV reads them, keys in lower case."""
    with av.open(str(path), metadata_errors="replace") as opened:
        return {key.lower(): value for key, value in {**opened.metadata, **opened.streams[0].metadata}.items()}


def riff(data: bytes) -> list[tuple[bytes, bytes]]:
    """(id, data) of the chunks of a RIFF file; the sizes must be exact."""
    assert data[:4] == b"RIFF"
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    at, found = 12, []
    while at < len(data):
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        assert at + 8 + size <= len(data)
        found.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return found


def chunked(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A WAV file of these chunks."""
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body
