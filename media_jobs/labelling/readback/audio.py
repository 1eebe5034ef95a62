"""Listen to a labelled sound file: is the label there, before or after the content, right in form and loud enough?"""

import math
import re
from pathlib import Path
from typing import Any

import av.error
import numpy as np

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import hearing, sound_files
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings, Walked
from media_jobs.labelling.readback.hearing import Floats, Heard

AUDIBLE = 10 ** (-34 / 20)  # regulation brief, D2: the envelope that counts as a tone
_NEAR = 3.0  # seconds from the file's beginning or end within which the rhythm lies
_RATIO = 2.0  # long to short
_CODEC_FRAME = {"mp3": 1152, "m4a": 2048, "ogg": 2048, "opus": 960}
_CORRELATION = 0.7
_LEVEL = 3.0  # dB by which coding anew may change a programme
_LIKE_CLIP, _LIKE_WORD = 0.8, 0.5  # of the whole clip, and of each quarter of a second of it
_SLOW, _FAST = 120.0, 160.0  # characters a minute, GB 45438-2025 5.3 note 4
_QUIETER, _FLOOR, _ENOUGH = 12.0, -32.0, -16.0  # LU under the programme; LUFS; what is loud enough beside anything
_CLIP_TEXT = {"generated": "人工智能生成", "modified": "人工智能合成"}

TEXTS |= {
    "readback.sound_form": gettext_noop("Sample rate or channels differ from the original's"),
    "readback.sound_length": gettext_noop("The sound is %(found)s samples long instead of %(expected)s"),
    "readback.sound_changed": gettext_noop("The content was changed outside its label"),
    "readback.no_audible_label": gettext_noop("No audible label is found before or after the content"),
    "readback.rhythm": gettext_noop("The tones are not short-long-short-short: %(found)s"),
    "readback.speech_rate": gettext_noop(
        "The label is spoken at %(found)s characters a minute; 120 to 160 are asked for"
    ),
    "readback.too_quiet": gettext_noop("The label has %(found)s LUFS beside content of %(programme)s LUFS"),
    "readback.clipped": gettext_noop("The label's peaks reach %(found)s dBFS"),
    "readback.click": gettext_noop("The label begins or ends with a click"),
    "readback.overlap": gettext_noop("The label is not parted from the content by silence"),
}
CLAUSES |= dict.fromkeys(
    (
        "readback.no_audible_label", "readback.rhythm", "readback.speech_rate", "readback.too_quiet",
        "readback.overlap",
    ),
    "GB 45438-2025 5.3",
)  # fmt: skip


def walk(path: Path, *, container: str) -> Walked:
    """See Measurer.walk."""
    return sound_files.walk(path, container)


def measure(
    path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """See Measurer.measure.

    `measured` gets sample_rate, channels, samples, identical, correlation, level_change (dB), programme_lufs, and for
    each label: label_lufs, tones [[start, end]] (s), frequency (Hz) or likeness and characters_per_minute, peak_dbfs.
    """
    explicit = bool(report.get("explicit", True))
    before, after = (_seconds(report.get(f"{side}_seconds")) if explicit else 0.0 for side in ("before", "after"))
    try:
        heard = hearing.listen(path, original, before=before, after=after, wav=report.get("container") == "wav")
    except (av.error.FFmpegError, ValueError, OSError, sound_files.BrokenError):
        findings.add("readback.unreadable")
        return
    measured |= {
        "sample_rate": heard.rate, "channels": heard.channels, "samples": heard.samples,
        "original_samples": heard.original_samples, "identical": heard.identical,
        "correlation": round(heard.correlation, 4), "level_change": round(heard.level_change, 2),
        "programme_lufs": round(heard.programme_lufs, 1),
    }  # fmt: skip
    _check_programme(heard, report, before + after, findings)
    if not explicit:
        return
    text = str(report.get("text", ""))
    if not (re.search("人工智能|AI", text) and re.search("生成|合成", text)):
        findings.add("readback.elements")
    sides = {"start": ["before"], "end": ["after"], "both": ["before", "after"]}.get(str(report.get("where")), [])
    if not sides:
        findings.add("readback.no_audible_label")
    for side in sides:
        # where frames of an MP3 were spliced, up to one of them plays what its encoder had put outside the programme
        edge = _CODEC_FRAME["mp3"] if report.get("container") == "mp3" else 0
        sound = heard.before[:, : heard.before.shape[1] - edge] if side == "before" else heard.after[:, edge:]
        _check_label(sound, side, heard=heard, report=report, findings=findings, measured=measured)


def _seconds(value: object) -> float:
    """A reported time, if it is one that a label could take."""
    return min(max(float(value), 0.0), 60.0) if isinstance(value, int | float) else 0.0


def _check_programme(heard: Heard, report: dict[str, Any], added: float, findings: Findings) -> None:
    """Form and length as before, samples untouched where nothing is lost, alike where something is."""
    if not heard.same_form:
        findings.add("readback.sound_form")
        return
    lossless = bool(report.get("lossless"))
    expected = heard.original_samples + round(added * heard.rate)
    frame = 0 if lossless else _CODEC_FRAME.get(str(report.get("container")), 2048)
    if abs(heard.samples - expected) > frame + 2:
        findings.add("readback.sound_length", found=heard.samples, expected=expected)
    if lossless:
        if not heard.identical:
            findings.add("readback.sound_changed")
    elif heard.correlation < _CORRELATION or abs(heard.level_change) > _LEVEL:
        findings.add("readback.sound_changed")


def _check_label(
    sound: Floats, side: str, *, heard: Heard, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """One label: the region outside the programme and nothing else is looked at."""
    if sound.shape[1] < heard.rate // 2:
        findings.add("readback.no_audible_label")
        return
    voice = sound[int(np.argmax(np.square(sound).sum(axis=1)))]
    peak = float(np.abs(sound).max())
    strong = float(np.quantile(np.abs(voice), 0.99))  # a single click is no peak
    spans = audible(voice, heard.rate, max(AUDIBLE, strong / 4))
    if not spans or peak < AUDIBLE:
        findings.add("readback.no_audible_label")
        return
    meter = hearing.Loudness(heard.rate, heard.layout)
    meter.add(sound)
    loud = meter.integrated()
    told: dict[str, Any] = {"label_lufs": round(loud, 1), "peak_dbfs": round(20 * math.log10(peak), 2)}
    if loud < least_loud(heard.programme_lufs):
        findings.add("readback.too_quiet", found=f"{loud:.1f}", programme=f"{heard.programme_lufs:.1f}")
    if told["peak_dbfs"] > (-0.9 if report.get("lossless") else -0.3):
        findings.add("readback.clipped", found=told["peak_dbfs"])
    if report.get("form") == "rhythm":
        check_rhythm(voice, spans, side, rate=heard.rate, findings=findings, told=told)
    else:
        check_voice(voice, heard.rate, report, findings, told)
    outer = voice[-1000:] if side == "after" else voice[:1000]
    inner = voice[: heard.rate // 10] if side == "after" else voice[-heard.rate // 10 :]
    if float(np.abs(inner).max()) > max(AUDIBLE, strong / 4):
        findings.add("readback.overlap")
    if float(np.abs(outer[:8] if side == "before" else outer[-8:]).max()) > 0.05:
        findings.add("readback.click")
    first, last = round(spans[0][0] * heard.rate), round(spans[-1][1] * heard.rate)
    edge = max(4, heard.rate // 1000)
    jumps = [np.abs(np.diff(voice[max(0, at - edge) : at + edge])) for at in (first, last)]
    if max((float(one.max()) for one in jumps if one.size), default=0.0) > 0.5 * strong + 0.02:
        findings.add("readback.click")
    measured[f"label_{side}"] = told


def least_loud(programme: float) -> float:
    """LUFS that a label has at least beside a programme of so many."""
    return min(max(_FLOOR, programme - _QUIETER), _ENOUGH)


def audible(voice: Floats, rate: int, threshold: float) -> list[tuple[float, float]]:
    """(start, end) in seconds of the stretches whose envelope is over the threshold; gaps under 30 ms are bridged."""
    loud = np.flatnonzero(np.abs(voice) > threshold)
    if not loud.size:
        return []
    breaks = np.flatnonzero(np.diff(loud) > 0.03 * rate)
    starts = loud[np.concatenate([[0], breaks + 1])]
    ends = loud[np.concatenate([breaks, [loud.size - 1]])]
    return [(float(a) / rate, float(b + 1) / rate) for a, b in zip(starts, ends, strict=True) if b - a > 0.01 * rate]


def check_rhythm(
    voice: Floats, spans: list[tuple[float, float]], side: str, *, rate: int, findings: Findings, told: dict[str, Any]
) -> None:
    """Exactly four tones, short-long-short-short, near the file's beginning or end."""
    lengths = [end - start for start, end in spans]
    total = voice.size / rate
    told["tones"] = [[round(start, 3), round(end, 3)] for start, end in spans]
    short = max((lengths[index] for index in (0, 2, 3)), default=0.0) if len(lengths) == 4 else 0.0
    near = spans[-1][1] <= _NEAR if side == "before" else total - spans[0][0] <= _NEAR
    even = len(lengths) == 4 and short <= 1.5 * min(lengths[index] for index in (0, 2, 3))
    if len(lengths) != 4 or lengths[1] < _RATIO * short or not near or not even:
        findings.add("readback.rhythm", found=", ".join(f"{length * 1000:.0f} ms" for length in lengths[:12]))
        return
    told["ratio"] = round(lengths[1] / short, 2)
    start, end = (round(at * rate) for at in spans[1])
    tone = voice[start:end] * np.hanning(end - start)
    spectrum = np.abs(np.fft.rfft(tone, 1 << 16))
    told["frequency"] = round(float(np.argmax(spectrum)) * rate / (1 << 16), 1)


def check_voice(voice: Floats, rate: int, report: dict[str, Any], findings: Findings, told: dict[str, Any]) -> None:
    """The shipped clip is found by correlation, and its Chinese words last as long as they should."""
    try:
        name = str(report.get("clip", ""))
        spoken = hearing.clip(name, rate)
    except (OSError, av.error.FFmpegError):
        findings.add("readback.no_audible_label")
        return
    size = 1 << (voice.size + spoken.size).bit_length()
    product = np.fft.irfft(np.fft.rfft(voice, size) * np.conj(np.fft.rfft(spoken, size)), size)[: voice.size]
    at = int(np.argmax(product))
    part = voice[at : at + spoken.size]
    norm = float(np.sqrt(np.square(part).sum() * np.square(spoken).sum()))
    likeness = float(product[at]) / norm if norm else 0.0
    told |= {"likeness": round(likeness, 3), "start": round(at / rate, 3)}
    if likeness < _LIKE_CLIP or part.size < spoken.size - 0.02 * rate or _worst(part, spoken, rate) < _LIKE_WORD:
        findings.add("readback.no_audible_label")
        return
    # the Chinese words are the last stretch of the clip that no pause of a quarter of a second interrupts
    quiet = AUDIBLE / 4
    loud = np.flatnonzero(np.abs(part) > max(quiet, float(np.abs(part).max()) * 0.02))
    pauses = np.flatnonzero(np.diff(loud) > 0.25 * rate)
    first = loud[pauses[-1] + 1] if pauses.size else loud[0]
    seconds = float(loud[-1] - first + 1) / rate
    words = next((words for key, words in _CLIP_TEXT.items() if name.endswith(key)), "")
    characters = 4 + len(words)  # 本内容由 stands before them
    pace = 60 * characters / seconds if seconds else 0.0
    told |= {"speech_seconds": round(seconds, 3), "characters_per_minute": round(pace, 1)}
    if not _SLOW <= pace <= _FAST:
        findings.add("readback.speech_rate", found=f"{pace:.0f}")


def _worst(part: Floats, spoken: Floats, rate: int) -> float:
    """The least likeness of any quarter of a second that is not a pause: one word may not stand for another."""
    length = rate // 4
    loud = float(np.square(spoken).mean())
    found = [1.0]
    for start in range(0, min(part.size, spoken.size) - length + 1, length):
        ours, clip = part[start : start + length], spoken[start : start + length]
        energy = float(np.square(clip).mean())
        if energy > loud / 5:
            norm = float(np.sqrt(np.square(ours).mean() * energy))
            found.append(float((ours * clip).mean()) / norm if norm else 0.0)
    return min(found)
