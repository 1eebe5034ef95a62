"""Samples as WAV stores them, to floats and back; the format chunk (WAVEFORMATEX, WAVEFORMATEXTENSIBLE)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media_jobs.labelling.audio.loudness import Samples
from media_jobs.labelling.errors import media_error

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_SUBFORMAT = bytes.fromhex("000000001000800000aa00389b71")  # the 14 bytes behind the format tag in its GUID
_NAMES = ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL", "TBC",
          "TBR")  # fmt: skip
_USUAL = {1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x13F, 8: 0x63F}
LEAST_RATE, MOST_RATE = 6_000, 768_000
MOST_SAMPLES = 64 * 48_000  # a second, of all channels together: the label itself is held in memory
MAX_CHANNELS = 64


@dataclass(frozen=True)
class Format:
    """How samples are stored.

    Attributes:
        tag: 1 PCM, 3 float, 6 A-law, 7 µ-law.
        channels: names in their order.
        rate: Hz.
        bits: of a sample in the file.
        valid: how many of them count (24 in 32).
        align: bytes of one sample of all channels.
    """

    tag: int
    channels: tuple[str, ...]
    rate: int
    bits: int
    valid: int
    align: int

    def floats(self, data: bytes) -> Samples:
        """(channels, samples) of whole frames, full scale 1.0."""
        raw = self._values(data).astype(np.float32)
        return np.ascontiguousarray(raw.reshape(-1, len(self.channels)).T)

    def _values(self, data: bytes) -> npt.NDArray[np.floating]:
        if self.tag == _FLOAT:
            values = np.frombuffer(data, dtype="<f4" if self.bits == 32 else "<f8")
            return np.asarray(np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), -64, 64))
        if self.tag in {_ALAW, _MULAW}:
            return _table(self.tag)[np.frombuffer(data, dtype=np.uint8)]
        if self.bits == 8:
            return (np.frombuffer(data, dtype=np.uint8).astype(np.float32) - 128) / 128
        if self.bits == 24:
            bytes_ = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)
            wide = np.zeros((len(bytes_), 4), dtype=np.uint8)
            wide[:, 1:] = bytes_
            return wide.view("<i4")[:, 0] / np.float32(2**31)
        kind, scale = ("<i2", 2**15) if self.bits == 16 else ("<i4", 2**31)
        return np.frombuffer(data, dtype=kind) / np.float32(scale)

    def stored(self, samples: Samples) -> bytes:
        """Whole frames as the file holds them, rounded to the bits that count."""
        flat = samples.T.reshape(-1).astype(np.float64)
        if self.tag == _FLOAT:
            return flat.astype("<f4" if self.bits == 32 else "<f8").tobytes()
        if self.tag in {_ALAW, _MULAW}:
            return _coded(flat, self.tag)
        scale = 2 ** (self.valid - 1)
        whole = np.clip(np.rint(flat * scale), -scale, scale - 1).astype(np.int64) << (self.bits - self.valid)
        if self.bits == 8:
            return bytes((whole + 128).astype(np.uint8).tobytes())
        if self.bits == 24:
            return bytes(whole.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
        return bytes(whole.astype("<i2" if self.bits == 16 else "<i4").tobytes())


def parse(data: bytes) -> Format:
    """The format chunk.

    Raises:
        MediaError: media.damaged, audio.codec, audio.rate.
    """
    if len(data) < 16:
        raise media_error("media.damaged", what="WAV format")
    tag, count, rate, align, bits = (
        int.from_bytes(data[start:end], "little") for start, end in ((0, 2), (2, 4), (4, 8), (12, 14), (14, 16))
    )
    valid, mask = bits, 0
    if tag == _EXTENSIBLE:
        if len(data) < 40 or data[26:40] != _SUBFORMAT:
            raise media_error("audio.codec", codec="WAVE_FORMAT_EXTENSIBLE", channels=count)
        valid = int.from_bytes(data[18:20], "little") or bits
        mask = int.from_bytes(data[20:24], "little")
        tag = int.from_bytes(data[24:26], "little")
    allowed = {_PCM: {8, 16, 24, 32}, _FLOAT: {32, 64}, _ALAW: {8}, _MULAW: {8}}
    if bits not in allowed.get(tag, set()):
        raise media_error("audio.codec", codec=f"WAV 0x{tag:04x}, {bits} bits", channels=count)
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise media_error("audio.rate", rate=rate)
    if rate * count > MOST_SAMPLES:
        raise media_error("audio.codec", codec=f"WAV, {rate} Hz", channels=count)
    if not 1 <= count <= MAX_CHANNELS or align != count * bits // 8 or not 0 < valid <= bits:
        raise media_error("media.damaged", what="WAV format")
    return Format(tag, _names(count, mask or _USUAL.get(count, 0)), rate, bits, valid, align)


def _names(count: int, mask: int) -> tuple[str, ...]:
    if (count, mask) == (1, 0x4):
        return ("FC",)
    named = [name for bit, name in enumerate(_NAMES) if mask >> bit & 1][:count]
    return (*named, *(f"X{index}" for index in range(len(named), count)))


def _table(tag: int) -> npt.NDArray[np.float32]:
    """The 256 values of G.711."""
    code = np.arange(256, dtype=np.int32)
    if tag == _ALAW:
        code ^= 0x55
        exponent, mantissa = code >> 4 & 7, code & 15
        size = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
        value = np.where(code & 0x80, size, -size)
    else:
        code = ~code & 0xFF
        size = (((code & 15) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
        value = np.where(code & 0x80, -size, size)
    return (value / 32768).astype(np.float32)


def _coded(flat: npt.NDArray[np.float64], tag: int) -> bytes:
    """G.711 by the nearest of its values."""
    table = _table(tag)
    order = np.argsort(table, kind="stable")
    values = table[order]
    place = np.clip(np.searchsorted(values, flat), 1, 255)
    nearer = np.where(flat - values[place - 1] <= values[place] - flat, place - 1, place)
    return order[nearer].astype(np.uint8).tobytes()
