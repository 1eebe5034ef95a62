"""The films, sounds and pictures these tests work on, and walks through them that share nothing with the carriers."""

import io
import struct
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import pillow_heif
from PIL import Image

from media_jobs.labelling.containers import recognise
from media_jobs.labelling.marks import Carrier, Marks
from media_jobs.labelling.metadata import carrier
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, sample

MARKS = Marks(LABEL, SOURCE)
JSON = LABEL.to_json()
FOREIGN = '{"Label":"1","ContentProducer":"somebody","ProduceID":"x"}'
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='kept'"
    b" xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/' TC260:AIGC='{&quot;Label&quot;:&quot;1&quot;,"
    b"&quot;ContentProducer&quot;:&quot;somebody&quot;}'"
    b" xmlns:i='http://iptc.org/std/Iptc4xmpExt/2008-02-29/' i:DigitalSourceType='old'/></rdf:RDF></x:xmpmeta>"
)
XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")


@lru_cache
def film(name: str, *options: tuple[str, str], tags: tuple[tuple[str, str], ...] = ()) -> bytes:
    """A film of one second, two tracks; `options` are FFmpeg's of the muxer, with which the tags are written too."""
    vpx = name == "webm"
    muxer = {"mkv": "matroska", "m4a": "ipod"}.get(name, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        _make(path, muxer, dict(options), dict(tags), picture=name != "m4a", vpx=vpx)
        return path.read_bytes()


def _make(path: Path, muxer: str, options: dict[str, str], tags: dict[str, str], *, picture: bool, vpx: bool) -> None:
    with av.open(str(path), "w", format=muxer, options=options) as out:
        out.metadata.update(tags)
        packets = []
        if picture:
            video = out.add_stream("libvpx" if vpx else "libx264", rate=10)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
            video.options = {"deadline": "realtime"} if vpx else {"g": "5", "preset": "ultrafast", "bf": "2"}
            rng = np.random.default_rng(3)
        sound = out.add_stream("libopus" if vpx else "aac", rate=48_000, layout="mono")
        for number in range(10 if picture else 0):
            frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8), format="rgb24")
            frame.pts = number
            packets += video.encode(frame)
        packets += video.encode(None) if picture else []
        for number in range(10):
            wave = (np.sin(np.arange(4800) / 48_000 * 440 * 6.28) * 9000).astype(np.int16).reshape(1, -1)
            tone = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            tone.sample_rate, tone.pts = 48_000, number * 4800
            packets += sound.encode(tone)
        packets += sound.encode(None)
        for packet in sorted(packets, key=lambda one: one.dts * one.time_base):
            out.mux(packet)


def remuxed(data: bytes, name: str, *options: tuple[str, str]) -> bytes:
    """The same packets in another container."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        muxer = {"mkv": "matroska"}.get(name, name)
        with av.open(io.BytesIO(data)) as old, av.open(str(path), "w", format=muxer, options=dict(options)) as out:
            streams = {one.index: out.add_stream_from_template(one) for one in old.streams}
            for packet in old.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
        return path.read_bytes()


FAST = ("movflags", "faststart")
TAGGED = ("movflags", "use_metadata_tags")
PIECES = ("movflags", "frag_keyframe+empty_moov")
DASH = ("movflags", "frag_keyframe+empty_moov+default_base_moof+global_sidx")
TITLE = (("title", "A title"), ("comment", "no label"))


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def meta(pairs: list[tuple[str, str]], *, version: bool = True) -> bytes:
    """A `meta` of QuickTime's kind; without version as phones write it."""
    names = [b"mdta" + name.encode() for name, _ in pairs]
    keys = box(b"keys", bytes(4), struct.pack(">I", len(names)), *(struct.pack(">I", 4 + len(n)) + n for n in names))
    items = [
        box(struct.pack(">I", n), box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for n, (_, value) in enumerate(pairs, 1)
    ]
    return box(
        b"meta", bytes(4 if version else 0), box(b"hdlr", bytes(8), b"mdta", bytes(13)), keys, box(b"ilst", *items)
    )


def freeform(name: str, value: str) -> bytes:
    """An iTunes-style `----` tag."""
    return box(
        b"----",
        box(b"mean", bytes(4), b"com.vendor"),
        box(b"name", bytes(4), name.encode()),
        box(b"data", struct.pack(">II", 1, 0), value.encode()),
    )


def with_moov(data: bytes, *children: bytes, without: tuple[bytes, ...] = ()) -> bytes:
    """The film, whose moov stands last, with more children in it and without some kinds of others."""
    at = data.rindex(b"moov") - 4
    inner = b"".join(data[s:e] for kind, s, e in walk(data, at + 8, len(data)) if kind not in without)
    return data[:at] + box(b"moov", inner, *children)


def walk(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of each box."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size == 1:
            size = int.from_bytes(data[start + 8 : start + 16], "big")
        if size < 8:
            return
        yield data[start + 4 : start + 8], start, start + size
        start += size


def inside(data: bytes, *path: bytes) -> list[bytes]:
    """Every box at a path, whole; `meta` is a full box but where it is QuickTime's."""
    found = [data[s:e] for kind, s, e in walk(data) if kind == path[0]]
    for wanted in path[1:]:
        deeper = []
        for one in found:
            skip = 12 if one[4:8] == b"meta" and one[12:16] != b"hdlr" else 8
            deeper += [one[s:e] for kind, s, e in walk(one, skip) if kind == wanted]
        found = deeper
    return found


def packets(path: Path) -> list[tuple[int, int | None, int | None, bytes]]:
    """Every packet with its times."""
    with av.open(str(path)) as opened:
        return [(p.stream_index, p.pts, p.dts, bytes(p)) for p in opened.demux() if p.dts is not None]


def tags(path: Path) -> dict[str, str]:
    """The film's tags, as FFmpeg reads them."""
    with av.open(str(path)) as opened:
        return dict(opened.metadata)


def saved(folder: Path, name: str, data: bytes, stem: str = "in") -> Path:
    """The bytes as a file."""
    path = folder / f"{stem}.{name}"
    path.write_bytes(data)
    return path


def carrier_of(path: Path) -> Carrier:
    """What reads and writes it."""
    return carrier(recognise(path, reading=True))


def marked(source: Path, stem: str = "out", marks: Marks = MARKS) -> Path:
    """The labelled copy."""
    target = source.with_name(f"{stem}{source.suffix}")
    target.unlink(missing_ok=True)
    carrier_of(source).write(source, target, marks)
    return target


@lru_cache
def picture(name: str, **options: object) -> bytes:
    """A small HEIC or AVIF."""
    image = sample().resize((96, 64))
    buffer = io.BytesIO()
    if name == "heic":
        heif = pillow_heif.from_pillow(image)
        heif.save(buffer, quality=60, **options)
    else:
        image.save(buffer, "AVIF", quality=60, speed=10, **options)
    return buffer.getvalue()


def pixels(path: Path) -> np.ndarray:
    """Decoded."""
    if path.suffix == ".heic":
        return np.asarray(pillow_heif.open_heif(path))
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
