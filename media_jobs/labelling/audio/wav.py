"""WAV: the label's samples put beside the programme's, which are copied as they are, at the speed of the disk."""

import re
from pathlib import Path
from typing import BinaryIO

import numpy as np

from media_jobs.labelling.audio import level, pcm
from media_jobs.labelling.audio.loudness import Meter
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import foreign, id3, riff, spans, xmp
from media_jobs.labelling.metadata.riff import Chunk
from media_jobs.labelling.wish import Wish

# The programme's loudness is taken from this many windows of 1.2 s, spread evenly: reading all of a long file would
# cost more than copying it.
_WINDOWS = 50
_BLOCK = 4 * 1024 * 1024
_PRIVATE_XML = re.compile(
    rb"<(\w*(?:SERIAL|LOCATION|GPS|OWNER|LATITUDE|LONGITUDE|E-?MAIL|PHONE)\w*)\b[^>]*>.*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_BEXT_REFERENCE, _BEXT_UMID = slice(288, 320), slice(348, 412)


def look(file: BinaryIO) -> tuple[list[Chunk], pcm.Format, Chunk]:
    """All chunks, the format, the samples.

    Raises:
        MediaError: media.truncated, media.damaged, audio.codec, audio.rate, audio.no_sound.
    """
    chunks = list(riff.chunks(file))
    formats = [one for one in chunks if one.kind == b"fmt "]
    data = [one for one in chunks if one.kind == b"data"]
    if len(formats) != 1 or len(data) > 1:
        raise media_error("media.damaged", what="WAV chunks")
    form = pcm.parse(spans.take(file, formats[0].start, min(formats[0].size, 1024)))
    if not data or data[0].size < form.align:
        raise media_error("audio.no_sound")
    return chunks, form, data[0]


def put(source: Path, target: Path, wish: Wish) -> dict[str, object]:
    """See Labeller.put. The programme's samples stay bit by bit; cue points and loops move with them.

    Raises:
        MediaError: see look; audio.too_long_for_wav.
    """
    with source.open("rb") as file, target.open("wb") as out:
        chunks, form, data = look(file)
        frames = data.size // form.align
        seconds = frames / form.rate
        report: dict[str, object] = {
            "rate": form.rate, "channels": len(form.channels), "samples": frames, "seconds": seconds, "lossless": True,
            "codec": "pcm", "illegible": False, "notes": [], "text": "",
        }  # fmt: skip
        before = after = b""
        shift = 0
        if wish.explicit:
            label = level.placed(
                wish, programme=_loudness(file, form, data, frames), rate=form.rate, channels=form.channels
            )
            before, after, shift = form.stored(label.before), form.stored(label.after), label.before.shape[1]
            report |= label.report
        total = len(before) + frames * form.align + len(after)
        if total + 4096 > riff.MAX_SIZE:
            raise media_error("audio.too_long_for_wav")
        out.write(b"RIFF\0\0\0\0WAVE")
        for chunk in chunks:
            if chunk.kind == b"data":
                out.write(b"data" + total.to_bytes(4, "little") + before)
                _copy(file, out, data.start, frames * form.align, seconds=seconds, wish=wish)
                out.write(after + b"\0" * (total & 1))
            else:
                _write_other(file, out, chunk, shift=shift, frames=total // form.align)
        riff.finish(out)
    return report


def _copy(file: BinaryIO, out: BinaryIO, start: int, length: int, *, seconds: float, wish: Wish) -> None:
    done = 0
    while done < length:
        part = min(_BLOCK, length - done)
        spans.copy(file, out, start + done, part)
        done += part
        if wish.progress is not None:
            wish.progress(seconds * done / length, seconds)


def _loudness(file: BinaryIO, form: pcm.Format, data: Chunk, frames: int) -> float:
    """Integrated loudness, LUFS: of the whole programme up to a minute, of windows of it beyond."""
    meter = Meter(form.rate, form.channels)
    count = min(_WINDOWS, max(1, frames // round(1.2 * form.rate)))
    length = min(round(1.2 * form.rate), frames)  # three gating blocks
    for start in np.linspace(0, frames - length, count).astype(np.int64):
        meter.add(form.floats(spans.take(file, data.start + int(start) * form.align, length * form.align)))
    return meter.integrated()


def _write_other(file: BinaryIO, out: BinaryIO, chunk: Chunk, *, shift: int, frames: int) -> None:
    """A chunk that describes the sound: moved with it, and without anybody's personal data."""
    if chunk.kind not in _FRESH or chunk.size > spans.MAX_METADATA:
        out.write(chunk.kind + chunk.size.to_bytes(4, "little"))
        spans.copy(file, out, chunk.start, chunk.size)
        out.write(b"\0" * (chunk.size & 1))
        return
    data = spans.take(file, chunk.start, chunk.size)
    if chunk.kind == b"fact" and len(data) >= 4:
        data = min(frames, 0xFFFFFFFF).to_bytes(4, "little") + data[4:]
    elif chunk.kind == b"cue ":
        data = _moved(data, head=4, size=24, places=(4, 20), count_at=0, shift=shift)
    elif chunk.kind == b"smpl":
        data = _moved(data, head=36, size=24, places=(8, 12), count_at=28, shift=shift)
    elif chunk.kind == b"bext":
        data = _clean_bext(data)
    elif chunk.kind == b"LIST" and data[:4] == b"INFO":
        data = riff.info_list([item for item in riff.info_items(data) if not _personal(item)])
    elif chunk.kind in {b"iXML", b"axml"}:
        data = _PRIVATE_XML.sub(b"", data)
    elif chunk.kind == b"_PMX":
        data = xmp.cleaned(data) or b""
    elif chunk.kind in {b"id3 ", b"ID3 "} and id3.length_at(data[:10]) and data[3] in {3, 4}:
        data = id3.cleaned(id3.parse(data)).encoded()
    if data:
        out.write(riff.encoded(chunk.kind, data))


_FRESH = {b"fact", b"cue ", b"smpl", b"bext", b"LIST", b"iXML", b"axml", b"_PMX", b"id3 ", b"ID3 "}


def _personal(item: tuple[bytes, bytes]) -> bool:
    return foreign.is_personal(item[0].decode("latin-1"), item[1].decode("utf-8", "replace"))


def _moved(data: bytes, *, head: int, size: int, places: tuple[int, ...], count_at: int, shift: int) -> bytes:
    """A table of sample positions, each later by what was put in front."""
    out = bytearray(data)
    count = min(int.from_bytes(data[count_at : count_at + 4], "little"), max(0, len(data) - head) // size)
    for index in range(count):
        for place in places:
            at = head + index * size + place
            value = min(int.from_bytes(out[at : at + 4], "little") + shift, 0xFFFFFFFF)
            out[at : at + 4] = value.to_bytes(4, "little")
    return bytes(out)


def _clean_bext(data: bytes) -> bytes:
    """The broadcast chunk without the recorder's serial number, which its references hold; mail addresses go too."""
    out = bytearray(data)
    for part in (_BEXT_REFERENCE, _BEXT_UMID):
        out[part] = bytes(len(out[part]))
    if foreign.is_personal("", bytes(out[:256]).split(b"\0", 1)[0].decode("latin-1")):
        out[:256] = bytes(256)
    return bytes(out)
