"""The audible label itself: the spoken clips that ship with the project, and the rhythm short-long-short-short."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from media_jobs.labelling.wish import Sound, Theme, Wish

Mono = npt.NDArray[np.float32]

CLIPS = Path(__file__).resolve().parent / "clips"
_CLIP_RATE = 48_000
# Regulation brief, D2: one unit of 120 ms, the long tone three of them, gaps of one; C6, with ramps that do not click.
UNIT = 0.12
TONES = (1, 3, 1, 1)
FREQUENCY = 1046.5
_RAMP = 0.010
_FADE = 0.005


@dataclass(frozen=True)
class Spoken:
    """One clip.

    Attributes:
        text: the words.
        characters: Chinese characters in it.
        start, seconds: where the Chinese words begin in it and how long they take.
    """

    text: str
    characters: int
    start: float
    seconds: float

    @property
    def rate(self) -> float:
        """Characters a minute (GB 45438-2025 5.3, note 4: 120 to 160)."""
        return 60 * self.characters / self.seconds


SPOKEN = {
    "zh_generated": Spoken("本内容由人工智能生成", 10, 0.0, 4.217),
    "zh_modified": Spoken("本内容由人工智能合成", 10, 0.0, 4.165),
    "en_generated": Spoken("This content is AI generated. 本内容由人工智能生成", 10, 2.099, 4.217),
    "en_modified": Spoken("This content is AI modified. 本内容由人工智能合成", 10, 2.111, 4.165),
}
RHYTHM_TEXT = "AI生成 (·−··)"


def clip_name(wish: Wish) -> str:
    """Which clip says what is wished for: "zh_generated", "en_modified", ...; any language but English gets Chinese.

    Under the EU theme it is the English one, which says the Chinese words too.
    """
    english = wish.language == "en" or wish.theme == Theme.CN_EU
    return f"{'en' if english else 'zh'}_{'modified' if wish.modified else 'generated'}"


def made(wish: Wish, rate: int) -> Mono:
    """The label at a sample rate, mono, not yet at any level."""
    return rhythm(rate) if wish.sound == Sound.RHYTHM else spoken(clip_name(wish), rate)


def text_of(wish: Wish) -> str:
    """The words, or what the rhythm stands for."""
    return RHYTHM_TEXT if wish.sound == Sound.RHYTHM else SPOKEN[clip_name(wish)].text


def tones() -> list[tuple[float, float]]:
    """(start, end) of the four tones within the label, seconds."""
    found, at = [], 0.0
    for units in TONES:
        found.append((at, at + units * UNIT))
        at += (units + 1) * UNIT
    return found


def rhythm(rate: int) -> Mono:
    """Short, long, short, short: Morse for A and I run together (GB 45438-2025 5.3 c)."""
    out = np.zeros(round(tones()[-1][1] * rate), dtype=np.float32)
    for start, end in tones():
        first, last = round(start * rate), round(end * rate)
        time = np.arange(last - first) / rate
        ramp = np.clip(np.minimum(time, (last - first - 1) / rate - time) / _RAMP, 0, 1)
        out[first:last] = np.sin(2 * np.pi * FREQUENCY * time) * (0.5 - 0.5 * np.cos(np.pi * ramp))
    return out


@lru_cache(maxsize=4)
def spoken(name: str, rate: int) -> Mono:
    """A clip at a sample rate, with short fades at both ends."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
    parts = []
    with av.open(str(CLIPS / f"{name}.opus")) as opened:
        for frame in opened.decode(audio=0):
            parts += [one.to_ndarray()[0] for one in resampler.resample(frame)]
    parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    out = np.concatenate(parts).astype(np.float32)
    length = round(_FADE * rate)
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    out[:length] *= ramp
    out[-length:] *= ramp[::-1]
    out.flags.writeable = False
    return out
