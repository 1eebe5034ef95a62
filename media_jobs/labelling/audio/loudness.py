"""How loud a sound is to people: integrated loudness by ITU-R BS.1770, and true peak.

The K-weighting is done on the spectrum of each gating block, which numpy does fast at any sample rate.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]  # (channels, samples), full scale is 1.0

SILENT = -70.0  # LUFS: the absolute gate; what lies below is no programme
_BLOCK = 0.4  # seconds of a gating block
_RELATIVE = -10.0
_SURROUND = {"SL", "SR", "BL", "BR", "LS", "RS", "SDL", "SDR"}


def weights(channels: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """The weight of each channel by its name: none for the low-frequency effects, 1.41 behind the listener."""
    return np.array(
        [0.0 if name.startswith("LFE") else 1.41 if name in _SURROUND else 1.0 for name in channels], dtype=np.float64
    )


@lru_cache(maxsize=8)
def _response(rate: int, length: int) -> npt.NDArray[np.float32]:
    """Power response of the two K-weighting filters (BS.1770 annex 1) for the squared bins of a real FFT.

    It is scaled so that their product is the weighted mean square of the `length` samples (Parseval).
    """
    z = np.exp(-1j * np.linspace(0, math.pi, length // 2 + 1) * (1 if length % 2 == 0 else (length - 1) / length))
    k, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    shelf = (high + band * k / q + k * k) + 2 * (k * k - high) * z + (high - band * k / q + k * k) * z * z
    shelf /= (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z * z
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    cut = (1 - 2 * z + z * z) / (1 + 2 * (k * k - 1) / a0 * z + (1 - k / q + k * k) / a0 * z * z)
    twice = np.full(z.size, 2.0)
    twice[0] = 1.0
    if length % 2 == 0:
        twice[-1] = 1.0
    return np.asarray(np.square(np.abs(shelf * cut)) * twice / length**2, dtype=np.float32)


@dataclass
class Meter:
    """Collects windows of a programme and tells its integrated loudness.

    Attributes:
        rate: Hz.
        channels: names, "FL", "FR", "FC", "LFE", ...
    """

    rate: int
    channels: tuple[str, ...]
    _blocks: list[npt.NDArray[np.float64]] = field(default_factory=list)

    def add(self, window: Samples, *, overlap: bool = False) -> None:
        """Take in one stretch of sound.

        Args:
            window: of any length; what is over a whole number of blocks is left out, a lone shorter one is not.
            overlap: begin a block every 0.1 s, as BS.1770 says; without, a sample of a long programme costs a quarter.
        """
        length = min(window.shape[1], round(self.rate * _BLOCK))
        if not length:
            return
        step = max(1, round(length / 4)) if overlap else length
        blocks = np.lib.stride_tricks.sliding_window_view(window, length, axis=1)[:, ::step]
        power = np.square(np.abs(np.fft.rfft(blocks, axis=2)))
        energy = power @ _response(self.rate, length)
        self._blocks.append(np.asarray(weights(self.channels) @ energy, dtype=np.float64))

    def integrated(self) -> float:
        """LUFS with both gates; SILENT where nothing passes them."""
        if not self._blocks:
            return SILENT
        power = np.concatenate(self._blocks)
        level = -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
        loud = power[level > SILENT]
        if not loud.size:
            return SILENT
        gate = -0.691 + 10 * math.log10(float(loud.mean())) + _RELATIVE
        kept = power[level > max(gate, SILENT)]
        return -0.691 + 10 * math.log10(float(kept.mean())) if kept.size else SILENT


def of(samples: Samples, *, rate: int, channels: tuple[str, ...]) -> float:
    """Integrated loudness of a short sound, LUFS."""
    meter = Meter(rate, channels)
    meter.add(samples, overlap=True)
    return meter.integrated()


def true_peak(samples: Samples) -> float:
    """Largest value between the samples too, by four-fold oversampling; 1.0 is full scale. For short sounds."""
    if not samples.shape[1]:
        return 0.0
    length = -(-samples.shape[1] // 4096) * 4096  # a length whose FFT is fast
    spectrum = np.fft.rfft(samples, n=length, axis=1)
    wide = np.zeros((samples.shape[0], length * 2 + 1), dtype=spectrum.dtype)
    wide[:, : spectrum.shape[1]] = spectrum
    return float(np.abs(np.fft.irfft(wide, n=length * 4, axis=1)).max()) * 4
