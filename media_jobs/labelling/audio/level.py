"""How loud the label has to be beside a programme, and the label as it goes into the file."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from media_jobs.labelling.audio import loudness, sound
from media_jobs.labelling.audio.loudness import Samples
from media_jobs.labelling.wish import Sound, Where, Wish

# A label beside silence or a whisper is still heard; one beside a loud master is not louder than speech ever is.
FLOOR, CEILING = -26.0, -9.0  # LUFS
PEAK = 10 ** (-1.5 / 20)  # half a decibel under the promised -1 dBFS: lossy encoders overshoot
LEAD = 0.1  # seconds of silence outside of the label, which loudspeakers need to wake up
GAP = 0.35  # seconds of silence between label and programme


@dataclass(frozen=True)
class Placed:
    """The label on all channels, with its silences.

    Attributes:
        before, after: (channels, samples) to put before and after the programme; no samples where it is not wished.
        report: what the readback needs: see `placed`.
    """

    before: Samples
    after: Samples
    report: dict[str, object]


def carrying(channels: tuple[str, ...]) -> list[int]:
    """The channels that carry the label: the centre where voices belong, else the front pair, else all but the LFE."""
    if len(channels) > 2 and "FC" in channels:
        return [channels.index("FC")]
    front = [index for index, name in enumerate(channels) if name in {"FL", "FR", "FC"}]
    return front or [index for index, name in enumerate(channels) if not name.startswith("LFE")] or [0]


@lru_cache(maxsize=8)
def _natural(clip: str, rate: int) -> tuple[float, float]:
    """(LUFS, true peak) of a clip, or of the rhythm, before it is placed: the same for every programme."""
    mono = sound.spoken(clip, rate) if clip else sound.rhythm(rate)
    return loudness.of(mono[np.newaxis], rate=rate, channels=("FC",)), loudness.true_peak(mono[np.newaxis])


def placed(wish: Wish, *, programme: float, rate: int, channels: tuple[str, ...]) -> Placed:
    """The label at the programme's loudness, within FLOOR and CEILING and under PEAK.

    Args:
        programme: integrated loudness, LUFS.
        rate: Hz.
        channels: names in their order.

    Returns:
        with report: form, where, text, language, modified, label_seconds, before_seconds, after_seconds, lead, gap
        (seconds), programme_lufs, label_lufs, true_peak_dbfs, characters, characters_per_minute, tones [[start, end]]
        in seconds within the label, frequency (Hz).
    """
    mono = sound.made(wish, rate)
    voices = carrying(channels)
    natural, peak = _natural("" if wish.sound == Sound.RHYTHM else sound.clip_name(wish), rate)
    natural += 10 * math.log10(max(float(loudness.weights(channels)[voices].sum()), 0.1))
    target = min(max(programme, FLOOR), CEILING)
    gain = min(10 ** ((target - natural) / 20), PEAK / max(peak, 1e-6))
    full = np.zeros((len(channels), mono.size), dtype=np.float32)
    full[voices] = mono * np.float32(gain)
    silence = {seconds: np.zeros((len(channels), round(seconds * rate)), np.float32) for seconds in (LEAD, GAP)}
    none = np.zeros((len(channels), 0), dtype=np.float32)
    before = none if wish.where == Where.END else np.concatenate([silence[LEAD], full, silence[GAP]], axis=1)
    after = none if wish.where == Where.START else np.concatenate([silence[GAP], full, silence[LEAD]], axis=1)
    rhythm = wish.sound == Sound.RHYTHM
    spoken = None if rhythm else sound.SPOKEN[sound.clip_name(wish)]
    return Placed(
        before,
        after,
        {
            "form": str(wish.sound),
            "where": str(wish.where),
            "text": sound.text_of(wish),
            "language": sound.clip_name(wish)[:2],
            "modified": wish.modified,
            "clip": "" if rhythm else sound.clip_name(wish),
            "label_seconds": mono.size / rate,
            "before_seconds": before.shape[1] / rate,
            "after_seconds": after.shape[1] / rate,
            "lead": LEAD,
            "gap": GAP,
            "programme_lufs": round(programme, 2),
            "label_lufs": round(natural + 20 * math.log10(gain), 2),
            "true_peak_dbfs": round(20 * math.log10(max(peak * gain, 1e-6)), 2),
            "characters": 0 if spoken is None else spoken.characters,
            "characters_per_minute": 0.0 if spoken is None else round(spoken.rate, 1),
            "tones": [list(one) for one in sound.tones()] if rhythm else [],
            "frequency": sound.FREQUENCY if rhythm else 0.0,
        },
    )
