"""MP3: frames that carry the label put before or after the programme's own frames, which stay byte for byte.

Nothing is decoded or coded anew but the label. It works because the label ends in coded silence, which leaves a decoder
as it was before its first frame, and because a first frame takes nothing from the bit reservoir. Where that is not so,
`mp3` answers None, and the programme is coded anew.
"""

import io
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import av.error

from media_jobs.labelling.audio.coded import Coding
from media_jobs.labelling.audio.encode import frames_of
from media_jobs.labelling.audio.level import Placed
from media_jobs.labelling.audio.loudness import Samples
from media_jobs.labelling.metadata import mp3 as tags
from media_jobs.labelling.metadata import spans

_DECODER_DELAY = 529  # samples that every decoder of layer III lags behind, counted into the Info frame's numbers
_RATES = (44_100, 48_000, 32_000)
_BITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s
_LOW_BITS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_ENCODERS = (b"LAME", b"Lavf", b"Lavc")  # whose Info frames tell the delay
_LONGEST = 2_881  # bytes of a frame
_MOST = 2_000_000  # frames, over ten hours
_VBR_LABEL = 128  # kbit/s of the label beside a programme of varying bit rate


@dataclass(frozen=True)
class Header:
    """What a frame's first four bytes say: bytes it takes, samples per channel, Hz, channels, kbit/s, its side info."""

    length: int
    samples: int
    rate: int
    channels: int
    bits: int
    side: int
    protected: bool


def header(raw: bytes) -> Header | None:
    """The header of a layer III frame; None for anything else and for free format."""
    if len(raw) < 4 or raw[0] != 0xFF or raw[1] & 0xE6 != 0xE2:
        return None
    version, index, rate_index = raw[1] >> 3 & 3, raw[2] >> 4, raw[2] >> 2 & 3
    if version == 1 or index in {0, 15} or rate_index == 3:
        return None
    first = version == 3
    rate = _RATES[rate_index] >> (0 if first else 1 if version == 2 else 2)
    bits = (_BITS if first else _LOW_BITS)[index - 1]
    channels = 1 if raw[3] >> 6 == 3 else 2
    side = (17 if channels == 1 else 32) if first else (9 if channels == 1 else 17)
    length = (144 if first else 72) * bits * 1000 // rate + (raw[2] >> 1 & 1)
    return Header(length, 1152 if first else 576, rate, channels, bits, side, not raw[1] & 1)


@dataclass
class Stream:
    """The frames of one file.

    Attributes:
        file: where they are.
        info: the frame with the Xing, Info or VBRI tag, or b"".
        start, end: where the frames of sound lie.
        places: where each begins.
        first: header of the first.
        varying: not all have the same bit rate.
        delay, padding: samples to leave out at both ends, the decoder's own included; 0 where nobody tells.
    """

    file: BinaryIO
    info: bytes
    start: int
    end: int
    places: "array[int]"
    first: Header
    varying: bool
    delay: int
    padding: int

    @property
    def count(self) -> int:
        """Frames of sound."""
        return len(self.places)


def frames(file: BinaryIO, start: int, end: int) -> Stream | None:
    """Walk the frames; None where they do not follow one another in one form."""
    file.seek(start)
    first = header(file.read(4))
    if first is None:
        return None
    file.seek(start)
    raw = file.read(min(first.length, end - start))
    info, delay, padding = _info(raw, first)
    at = start + len(raw) if info else start
    begin, places, varying = at, array("Q"), False
    music: Header | None = None
    while at + 4 <= end:
        file.seek(at)
        found = header(file.read(4))
        if found is None or at + found.length > end:
            break
        if music is None:
            music = found
        elif (found.rate, found.channels, found.samples) != (music.rate, music.channels, music.samples):
            return None
        varying = varying or found.bits != music.bits
        if len(places) == _MOST:
            return None
        places.append(at)
        at += found.length
    if music is None or end - at > _LONGEST:
        return None
    return Stream(file, info, begin, at, places, music, varying, delay, padding)


def _info(raw: bytes, first: Header) -> tuple[bytes, int, int]:
    """(the frame when it is an information frame, delay, padding)."""
    at = 4 + first.side + (2 if first.protected else 0)
    if raw[36:40] == b"VBRI":
        return raw, 0, 0
    if raw[at : at + 4] not in {b"Xing", b"Info"}:
        return b"", 0, 0
    flags = int.from_bytes(raw[at + 4 : at + 8], "big")
    lame = at + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    if raw[lame : lame + 4] not in _ENCODERS:
        return raw, 0, 0
    both = int.from_bytes(raw[lame + 21 : lame + 24], "big")
    return raw, (both >> 12) + _DECODER_DELAY, max(0, (both & 0xFFF) - _DECODER_DELAY)


@dataclass(frozen=True)
class Spliced:
    """Samples before the programme, of the programme, and after it, as a decoder that knows delays plays them."""

    before: int
    programme: int
    after: int


def mp3(source: Path, target: Path, *, coding: Coding, placed: Placed) -> Spliced | None:
    """Write `target` without tags: an Info frame, the label's frames, the programme's, the label's.

    Args:
        placed: the label with its silences.

    Returns:
        the lengths, or None (and no whole file) where the programme must be coded anew.

    Raises:
        MediaError: media.truncated.
    """
    with source.open("rb") as file:
        here = tags.layout(file)
        sound = frames(file, here.start, here.end)
        if sound is None or not _independent(sound) or sound.first.channels != len(coding.channels):
            return None
        if sound.first.rate != coding.rate:
            return None
        head, tail = (_label(part, sound, coding) for part in (placed.before, placed.after))
        if (head is None and placed.before.shape[1]) or (tail is None and placed.after.shape[1]):
            return None
        parts = [part for part in (head, sound, tail) if part is not None]
        with target.open("wb") as out:
            template = (head or tail or sound).info
            out.write(_info_frame(template, parts))
            for part in parts:
                spans.copy(part.file, out, part.start, part.end - part.start)
        each = sound.first.samples
        programme = sound.count * each - sound.delay - sound.padding
        before = 0 if head is None else head.count * each - head.delay + sound.delay
        cut = 0 if tail is None or not parts[0].delay else tail.padding  # an end is told only beside a beginning
        after = 0 if tail is None else tail.count * each - cut + sound.padding
        return Spliced(before, programme, after) if programme > 0 else None


def _independent(sound: Stream) -> bool:
    """The first frame takes nothing from frames before it."""
    sound.file.seek(sound.start + 4 + (2 if sound.first.protected else 0))
    raw = sound.file.read(2)
    wide = sound.first.samples == 1152
    return len(raw) == 2 and (int.from_bytes(raw, "big") >> 7 if wide else raw[0]) == 0


def _label(samples: Samples, sound: Stream, coding: Coding) -> Stream | None:
    """The label's own frames, in the programme's form; None where there is no label or the encoder will not."""
    if not samples.shape[1]:
        return None
    buffer = io.BytesIO()
    try:
        with av.open(buffer, "w", format="mp3", options={"id3v2_version": "0"}) as out:
            stream = out.add_stream("libmp3lame", rate=coding.rate, layout=coding.layout)
            stream.codec_context.bit_rate = 1000 * (_VBR_LABEL if sound.varying else sound.first.bits)
            clock = 0
            for frame in frames_of(samples, coding):
                frame.pts = clock
                clock += frame.samples
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError):
        return None
    found = frames(buffer, 0, len(buffer.getvalue()))
    fits = found is not None and found.info and _independent(found)
    same = found is not None and (found.first.rate, found.first.channels) == (sound.first.rate, sound.first.channels)
    return found if fits and same else None


def _info_frame(template: bytes, parts: list[Stream]) -> bytes:
    """An Info frame for the whole: frames, bytes, table of positions, delay of the first part, padding of the last."""
    frame = header(template)
    if frame is None:
        return b""
    raw = bytearray(frame.length)
    raw[:4] = template[:4]
    raw[1] |= 1  # without checksum
    count = sum(part.count for part in parts)
    size = len(raw) + sum(part.end - part.start for part in parts)
    at = 4 + frame.side
    told = parts[0].delay > 0
    if at + 156 > len(raw):
        return b""
    varying = any(part.varying for part in parts) or len({part.first.bits for part in parts}) > 1
    raw[at : at + 8] = (b"Xing" if varying else b"Info") + (15 if told else 7).to_bytes(4, "big")
    raw[at + 8 : at + 16] = count.to_bytes(4, "big") + size.to_bytes(4, "big")
    raw[at + 16 : at + 116] = _table(parts, len(raw), count, size)
    if told:
        lame = at + 120
        raw[lame : lame + 9] = b"Lavc\0\0\0\0\0"
        delay = max(0, parts[0].delay - _DECODER_DELAY)
        padding = min(0xFFF, parts[-1].padding + _DECODER_DELAY)
        raw[lame + 21 : lame + 24] = (delay << 12 | padding).to_bytes(3, "big")
        raw[lame + 28 : lame + 32] = size.to_bytes(4, "big")
        raw[lame + 34 : lame + 36] = _checksum(bytes(raw[: lame + 34])).to_bytes(2, "big")
    return bytes(raw)


def _table(parts: list[Stream], head: int, count: int, size: int) -> bytes:
    """Where each hundredth of the time lies, in 256ths of the bytes."""
    table = bytearray()
    for percent in range(100):
        index, passed = percent * count // 100, head
        for part in parts:
            if index < part.count:
                passed += part.places[index] - part.start
                break
            index -= part.count
            passed += part.end - part.start
        table.append(min(255, passed * 256 // size))
    return bytes(table)


def _checksum(data: bytes) -> int:
    """CRC-16 of the Info tag (polynomial 0x8005, from the lowest bit)."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
