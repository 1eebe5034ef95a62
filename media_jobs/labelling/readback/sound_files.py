"""The bytes of a labelled sound file, walked without the carriers' code."""

import re
import struct
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.readback import files
from media_jobs.labelling.readback.findings import Walked

_LIMIT = 64 * 1024 * 1024  # of one block outside the sound
_TAIL = 256 * 1024  # where APE and ID3v1 stand
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


class BrokenError(Exception):
    """The structure ends where it should not; the argument names the fault."""


def walk(path: Path, container: str) -> Walked:
    """Walk one file; faults are collected, not raised."""
    walked = Walked()
    steps = {"wav": _wav, "mp3": _mp3, "flac": _flac, "ogg": _ogg, "opus": _ogg, "m4a": _mp4}
    try:
        with path.open("rb") as file:
            steps[container](file, walked)
    except BrokenError as broken:
        walked.faults.append(str(broken))
    except (OSError, struct.error, IndexError, ValueError, KeyError):
        walked.faults.append("length")
    return walked


def _read(file: BinaryIO, length: int) -> bytes:
    if not 0 <= length <= _LIMIT:
        raise BrokenError("length")
    data = file.read(length)
    if len(data) != length:
        raise BrokenError("length")
    return data


def _size(file: BinaryIO) -> int:
    at = file.tell()
    size = file.seek(0, 2)
    file.seek(at)
    return size


def mentions(data: bytes) -> int:
    """How often a label's telling key stands in some bytes, in one-byte or two-byte characters."""
    return data.replace(b"\0", b"").count(b"ContentProducer")


def wav_data(file: BinaryIO, walked: Walked | None = None) -> tuple[int, int, int]:
    """(start, length) of the samples and the bytes of one of all channels; fills `walked` on the way."""
    walked = walked if walked is not None else Walked()
    size = _size(file)
    riff, stated, wave = struct.unpack("<4sI4s", _read(file, 12))
    if (riff, wave) != (b"RIFF", b"WAVE"):
        raise BrokenError("order")
    if stated + 8 != size:
        walked.faults.append("length")
    found, align = None, 1
    while file.tell() + 8 <= size:
        kind, length = struct.unpack("<4sI", _read(file, 8))
        if kind == b"data":
            if found:
                raise BrokenError("order")
            found = (file.tell(), min(length, size - file.tell()))
            file.seek(length + (length & 1), 1)
            continue
        body = _read(file, length)
        file.seek(length & 1, 1)
        walked.mentions += mentions(body)
        if kind == b"fmt ":
            align = max(1, int.from_bytes(body[12:14], "little"))
        if kind == b"AIGC":
            walked.labels.append(("riff.aigc", body.decode("utf-8", "replace")))
        if kind == b"_PMX":
            files.add_packet(walked, "riff.xmp", body.decode("utf-8", "replace"))
    if file.tell() > size + 1:
        raise BrokenError("length")
    if found is None:
        raise BrokenError("order")
    return (*found, align)


def _wav(file: BinaryIO, walked: Walked) -> None:
    walked.container, walked.lossless = "wav", True
    wav_data(file, walked)


def _seven(raw: bytes) -> int:
    return raw[0] << 21 | raw[1] << 14 | raw[2] << 7 | raw[3]


def _mp3(file: BinaryIO, walked: Walked) -> None:
    """ID3v2 tags in front; the frames begin right behind them."""
    walked.container = "mp3"
    size = _size(file)
    while True:
        head = file.read(10)
        if head[:3] != b"ID3":
            break
        body = _read(file, _seven(head[6:10]))
        walked.mentions += mentions(body)
        if head[5] & 0x80 and head[3] == 3:
            body = body.replace(b"\xff\x00", b"\xff")
        _id3_frames(body, head[3], walked)
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        walked.faults.append("order")
    start = file.tell() - len(head)
    file.seek(max(start, size - _TAIL))
    walked.mentions += mentions(file.read(_TAIL))


def _id3_frames(body: bytes, version: int, walked: Walked) -> None:
    at = 0
    while at + 10 <= len(body) and body[at : at + 1].isalnum():
        raw = body[at + 4 : at + 8]
        length = _seven(raw) if version == 4 else int.from_bytes(raw, "big")
        value = body[at + 10 : at + 10 + length]
        if len(value) < length:
            raise BrokenError("length")
        if body[at : at + 4] == b"TXXX" and value[:6] == b"\0AIGC\0":
            walked.labels.append(("id3.txxx", value[6:].rstrip(b"\0").decode("latin-1")))
        if body[at : at + 4] == b"PRIV" and value.startswith(b"XMP\0"):
            files.add_packet(walked, "id3.priv.xmp", value[4:].decode("utf-8", "replace"))
        at += 10 + length
    if body[at:].strip(b"\0"):
        walked.faults.append("length")


def _comments(data: bytes, walked: Walked) -> None:
    """A Vorbis comment list."""
    walked.mentions += mentions(data)
    at = 4 + int.from_bytes(data[:4], "little")
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    for _ in range(min(count, 100_000)):
        length = int.from_bytes(data[at : at + 4], "little")
        entry = data[at + 4 : at + 4 + length]
        if len(entry) < length:
            raise BrokenError("length")
        key, _, value = entry.decode("utf-8", "replace").partition("=")
        if key == "AIGC":
            walked.labels.append(("vorbis.comment", value))
        if key.lower() == "digitalsourcetype":
            walked.source_types.append(value)
        at += 4 + length


def _flac(file: BinaryIO, walked: Walked) -> None:
    walked.container, walked.lossless = "flac", True
    magic = _read(file, 4)
    while magic[:3] == b"ID3":
        head = magic + _read(file, 6)
        walked.mentions += mentions(_read(file, _seven(head[6:10])))
        magic = _read(file, 4)
    if magic != b"fLaC":
        raise BrokenError("order")
    last, number = False, 0
    while not last:
        head = _read(file, 4)
        last, kind = head[0] >= 0x80, head[0] & 0x7F
        body = _read(file, int.from_bytes(head[1:], "big"))
        if number == 0 and (kind, len(body)) != (0, 34):
            raise BrokenError("order")
        if kind == 4:
            _comments(body, walked)
        elif kind != 6:
            walked.mentions += mentions(body)
        number += 1
    sync = _read(file, 2)
    if sync[0] != 0xFF or sync[1] & 0xFC != 0xF8:
        walked.faults.append("order")


def _ogg(file: BinaryIO, walked: Walked) -> None:
    """Every page's head; the packets of the first pages whole, with their checksums."""
    size, number, pending = _size(file), 0, b""
    packets: list[bytes] = []
    serial = flags = 0
    while file.tell() < size:
        start = file.tell()
        head = _read(file, 27)
        lacing = _read(file, head[26])
        if head[:4] != b"OggS":
            raise BrokenError("order")
        if number and int.from_bytes(head[14:18], "little") != serial:
            raise BrokenError("order")
        serial, flags = int.from_bytes(head[14:18], "little"), head[5]
        if int.from_bytes(head[18:22], "little") != number or bool(flags & 2) != (number == 0):
            walked.faults.append("order")
        if len(packets) < 3:
            body = _read(file, sum(lacing))
            page = head[:22] + bytes(4) + head[26:] + lacing + body
            if _crc(page) != int.from_bytes(head[22:26], "little"):
                walked.faults.append("checksum")
            for value in lacing:
                pending, body = pending + body[:value], body[value:]
                if value < 255:
                    packets.append(pending)
                    pending = b""
        else:
            file.seek(start + 27 + len(lacing) + sum(lacing))
        number += 1
    if not flags & 4 or file.tell() > size:
        walked.faults.append("length")
    walked.container = "opus" if packets[0].startswith(b"OpusHead") else "ogg"
    magic = 8 if walked.container == "opus" else 7
    if packets[1][:magic] != (b"OpusTags" if magic == 8 else b"\x03vorbis"):
        raise BrokenError("order")
    _comments(packets[1][magic:], walked)


def _crc(data: bytes) -> int:
    """RFC 3533's checksum, by its definition: polynomial 0x04C11DB7, from the highest bit."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[(value >> 24) ^ byte]
    return value


def _crc_row(index: int) -> int:
    value = index << 24
    for _ in range(8):
        value = (value << 1 & 0xFFFFFFFF) ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value


_CRC = [_crc_row(index) for index in range(256)]


def _mp4(file: BinaryIO, walked: Walked) -> None:
    """moov/udta/meta and moov/meta keys, and an XMP uuid box."""
    walked.container = "m4a"
    size, at, seen = _size(file), 0, set()
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length, inner = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, inner = int.from_bytes(head[8:], "big"), 16
        length = size - at if length == 0 else length
        if length < inner or at + length > size:
            raise BrokenError("length")
        kind = head[4:8]
        seen.add(kind)
        if kind in {b"moov", b"uuid", b"meta", b"udta"}:
            file.seek(at + inner)
            body = _read(file, length - inner)
            walked.mentions += mentions(body)
            if kind == b"moov":
                _movie(body, walked)
            if kind == b"uuid" and body.startswith(_XMP_UUID):
                files.add_packet(walked, "mp4.uuid.xmp", body[16:].decode("utf-8", "replace"))
        at += length
    if not {b"ftyp", b"moov", b"mdat"} <= seen:
        walked.faults.append("order")


def _children(body: bytes) -> list[tuple[bytes, bytes]]:
    at, found = 0, []
    while at + 8 <= len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        if length < 8 or at + length > len(body):
            break
        found.append((body[at + 4 : at + 8], body[at + 8 : at + length]))
        at += length
    return found


def _movie(body: bytes, walked: Walked) -> None:
    for kind, inner in _children(body):
        for name, meta in [(kind, inner)] if kind == b"meta" else _children(inner) if kind == b"udta" else []:
            if name != b"meta":
                continue
            parts = dict(_children(meta[4:] if meta[:4] == bytes(4) else meta))
            keys = [key for _, key in _children(parts.get(b"keys", b"")[8:])]
            for item, value in _children(parts.get(b"ilst", b"")):
                index = int.from_bytes(item, "big") - 1
                if 0 <= index < len(keys) and value[4:8] == b"data":
                    text = value[16:].decode("utf-8", "replace")
                    if keys[index] == b"AIGC":
                        walked.labels.append(("mp4.keys", text))
                    if re.search(rb"digital_?source_?type", keys[index], re.IGNORECASE):
                        walked.source_types.append(text)
