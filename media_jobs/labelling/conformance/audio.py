"""Is there an audible label at the beginning or end: the rhythm, or one of our own clips (GB 45438-2025 5.3)?"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.container import InputContainer

from media_jobs.labelling.readback.findings import Findings

Mono = npt.NDArray[np.float32]

_RATE = 16_000
_STRETCH = 12  # seconds at either end that are listened to
_AUDIBLE = 10 ** (-34 / 20)  # regulation brief, D2
_RATIO = 2.0
_TONE = 0.5  # share of a tone's energy around its strongest frequency; speech stays far below
_LIKE = 0.7
_CLIPS = Path(__file__).resolve().parents[1] / "audio" / "clips"


def examine(path: Path, *, container: str, found: dict[str, Any], read_foreign: bool,
            findings: Findings, measured: dict[str, Any]) -> None:  # fmt: skip
    """Listen to both ends.

    `measured` gets duration, audible: list of {form "rhythm" or "voice", where, start, tones or clip and likeness}.
    """
    del container, found, read_foreign
    try:
        with av.open(str(path), metadata_errors="replace") as opened:
            ends, duration = _ends(opened)
    except (av.error.FFmpegError, OSError, ValueError, IndexError):
        findings.add("explicit.unreadable")
        return
    heard = []
    for where, (begin, sound) in ends.items():
        for one in (_rhythm(sound), _voice(sound)):
            if one is not None:
                one["start"] = round(one["start"] + begin, 3)
                heard.append({"where": where, **one})
    measured |= {"duration": round(duration, 3), "audible": heard}
    if not heard:
        findings.add("explicit.no_rhythm")


def _ends(opened: InputContainer) -> tuple[dict[str, tuple[float, Mono]], float]:
    """{"start": (0.0, samples), "end": (seconds, samples)} at 16 kHz mono; one of them where they overlap."""
    length = (opened.duration or 0) / 1_000_000
    start = _decoded(opened, 0.0, _STRETCH)
    if length <= _STRETCH:
        return {"start": (0.0, start)}, length or start.size / _RATE
    opened.seek(int(max(0.0, length - _STRETCH) * 1_000_000))
    begin = max(0.0, length - _STRETCH)
    end = _decoded(opened, begin, _STRETCH + 5)
    return {"start": (0.0, start), "end": (max(0.0, length - end.size / _RATE), end)}, length


def _decoded(opened: InputContainer, begin: float, seconds: float) -> Mono:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
    parts: list[Mono] = []
    have = 0
    for frame in opened.decode(opened.streams.audio[0]):
        if frame.time is not None and frame.time + frame.samples / frame.sample_rate < begin:
            continue
        frame.pts = None
        for one in resampler.resample(frame):
            parts.append(one.to_ndarray()[0].astype(np.float32))
            have += one.samples
        if have >= seconds * _RATE:
            break
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _rhythm(sound: Mono) -> dict[str, Any] | None:
    """Four pure tones in a row, short-long-short-short (·−··)."""
    spans = _spans(sound)
    for index in range(len(spans) - 3):
        four = spans[index : index + 4]
        lengths = [end - start for start, end in four]
        shorts = [lengths[0], lengths[2], lengths[3]]
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(four)]
        if (
            lengths[1] >= _RATIO * max(shorts)
            and max(shorts) <= 1.6 * min(shorts)
            and 0.03 <= min(shorts) <= 0.6
            and max(gaps) <= 1.0
            and all(_is_tone(sound, span) for span in four)
        ):
            tones = [[round(start, 3), round(end, 3)] for start, end in four]
            return {"form": "rhythm", "start": four[0][0], "tones": tones, "ratio": round(lengths[1] / max(shorts), 2)}
    return None


def _spans(sound: Mono) -> list[tuple[float, float]]:
    """(start, end) in seconds of what is louder than the threshold; gaps under 30 ms are bridged."""
    loud = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    if not loud.size:
        return []
    breaks = np.flatnonzero(np.diff(loud) > 0.03 * _RATE)
    starts, ends = loud[np.concatenate([[0], breaks + 1])], loud[np.concatenate([breaks, [loud.size - 1]])]
    return [(a / _RATE, (b + 1) / _RATE) for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if b - a > 160]


def _is_tone(sound: Mono, span: tuple[float, float]) -> bool:
    part = sound[round(span[0] * _RATE) : round(span[1] * _RATE)]
    power = np.square(np.abs(np.fft.rfft(part * np.hanning(part.size))))
    peak, reach = int(power.argmax()), max(3, round(20 * part.size / _RATE))
    return float(power[max(0, peak - reach) : peak + reach + 1].sum()) >= _TONE * float(power.sum())


def _voice(sound: Mono) -> dict[str, Any] | None:
    """One of the clips that ship with the project, wherever it begins."""
    best: dict[str, Any] | None = None
    for path in sorted(_CLIPS.glob("*.opus")):
        with av.open(str(path)) as opened:
            clip = _decoded(opened, 0.0, 60)
        if not 0 < clip.size <= sound.size:
            continue
        size = 1 << (sound.size + clip.size).bit_length()
        product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(clip, size)), size)
        at = int(np.argmax(product[: sound.size - clip.size + 1]))
        part = sound[at : at + clip.size]
        norm = float(np.sqrt(np.square(part).sum() * np.square(clip).sum()))
        likeness = float(product[at]) / norm if norm else 0.0
        if likeness >= _LIKE and (best is None or likeness > best["likeness"]):
            best = {"form": "voice", "start": at / _RATE, "clip": path.stem, "likeness": round(likeness, 3)}
    return best
