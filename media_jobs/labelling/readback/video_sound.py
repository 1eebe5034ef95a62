"""Listen to a labelled video's sound: is the label in every track, is the rest as it was, does it fit the picture?

Decoded beside the original without the labeller's code; what the label lies over is taken away before it is looked at.
"""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import audio, hearing
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings
from media_jobs.labelling.readback.hearing import Floats
from media_jobs.labelling.readback.video_voice import BLOCK, Pair, Voice

_LAG = 4096  # samples looked through for the original
_SIZE = 73_728  # 2¹³ · 9: a block and so many samples more, quick to transform
_LATE = 0.003  # seconds by which sound may move against the picture: three ticks of Matroska's clock
_PADDED = 2 * 2304  # samples that coding anew may add at the end: two frames of the longest kind
_ALIKE, _LEVEL = 0.7, 3.0  # correlation, decibels
_DENSE, _STEP = 600.0, 8  # seconds of which every block is compared; afterwards one in eight
_DUCKED, _RAMP, _LEAD = 10 ** (-18 / 20), 0.1, 0.1  # the content beneath a label: its gain, fade and start in seconds
_MARGIN = 0.01  # seconds before the label that are looked at with it
_LONGEST = 60.0  # seconds that a label could take
_QUIET = 1e-7  # mean square below which there is nothing to compare
_SAME, _EXACT = 0.9, 0.99  # correlation at which a lag means something; of sound coded without loss

TEXTS |= {
    "readback.video_sound_label": gettext_noop("No audible label is found in sound track %(track)s at %(seconds)s s"),
    "readback.video_sound_changed": gettext_noop("Sound track %(track)s was changed outside its label"),
    "readback.video_sound_length": gettext_noop(
        "Sound track %(track)s lasts %(found)s s; its original lasts %(expected)s s"
    ),
    "readback.video_sound_kind": gettext_noop("Codec, channels, language or role of sound track %(track)s changed"),
    "readback.video_sound_late": gettext_noop("Sound track %(track)s is %(found)s s away from its picture"),
}
CLAUSES |= {"readback.video_sound_label": "GB 45438-2025 5.3"}


@dataclass
class _Beside:
    """What was measured while both were decoded in step.

    Attributes:
        sums: product at the best lag, energies of ours and theirs, outside of labels.
        lags: least and largest lag of stretches that are clearly the same, samples.
        ours, theirs: samples in all.
        regions: (ours, theirs) beneath each label, by its first sample.
        programme: LUFS of the original.
    """

    sums: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    lags: list[int] = field(default_factory=list)
    ours: int = 0
    theirs: int = 0
    regions: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    programme: float = -70.0

    def outside(self, block: tuple[int, Floats, Floats], first: int, late: int) -> None:
        """Compare what of a block lies between the labels, which is from `first` to `late`."""
        clock, ours, theirs = block
        start, end = max(0, first - clock), min(ours.shape[1], late - clock)
        if end > start:
            self._compare(ours[:, start:end], theirs[:, start:end])

    def _compare(self, ours: Floats, theirs: Floats) -> None:
        if ours.shape[1] < _LAG:
            return
        a, b = ours.mean(axis=0, dtype=np.float64), theirs.mean(axis=0, dtype=np.float64)
        energies = float(np.square(a).sum()), float(np.square(b).sum())  # no BLAS: its threads wait for one another
        if max(energies) < _QUIET * a.size:
            return
        size = _SIZE if a.size == BLOCK else 1 << (2 * a.size - 1).bit_length()
        product = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
        near = np.concatenate([product[-_LAG:], product[: _LAG + 1]])
        best = int(np.argmax(near))
        value = float(near[best])
        if value > _SAME * float(np.sqrt(energies[0] * energies[1])):
            lags = [*self.lags, best - _LAG]
            self.lags = [min(lags), max(lags)]
        self.sums += np.array([value, *energies])

    @property
    def correlation(self) -> float:
        """Of what no label touches; 1.0 where both are silent."""
        return 1.0 if not self.sums.any() else float(self.sums[0] / np.sqrt(max(self.sums[1] * self.sums[2], 1e-20)))

    @property
    def level(self) -> float:
        """Decibels that it became louder."""
        quiet = max(self.sums[1:]) <= 0
        return 0.0 if quiet else float(10 * np.log10(max(self.sums[1], 1e-12) / max(self.sums[2], 1e-12)))

    @property
    def lag(self) -> int:
        """The largest, samples."""
        return max(self.lags, key=abs, default=0)


def measure(
    paths: tuple[Path, Path],
    demuxer: str,
    *,
    shift: float,
    count: int,
    report: dict[str, Any],
    findings: Findings,
    measured: dict[str, Any],
) -> None:
    """Every sound track of (labelled, original).

    Args:
        shift: seconds by which the labelled picture begins later by its file's clock.
        count: of sound tracks, the same in both.
        measured: gets sounds: [{track, codec, rate, layout, language, seconds, original_seconds, correlation,
            level_change (dB), lag (s), programme_lufs, label_start and label_end: what the detectors of sound files
            tell}].

    Raises:
        av.FFmpegError, OSError, ValueError: one cannot be read.
    """
    told = [one for one in report.get("sounds", []) if isinstance(one, dict)]
    measured["sounds"] = []
    for number in range(count):
        pair = Pair(Voice(paths[0], demuxer, number), Voice(paths[1], demuxer, number), shift)
        if not pair.theirs.rate:
            continue  # an empty track stays one
        expected = told.pop(0) if told else {}
        measured["sounds"].append(_measure(pair, number + 1, expected, findings))


def _measure(pair: Pair, track: int, report: dict[str, Any], findings: Findings) -> dict[str, Any]:
    ours = pair.ours
    told: dict[str, Any] = {"track": track, "codec": ours.codec, "rate": ours.rate, "layout": ours.layout,
                            "language": ours.about[0]}  # fmt: skip
    if not pair.alike:
        findings.add("readback.video_sound_kind", track=track)
        return told
    span = report.get("span")
    seconds = min(max(float(span), 0.0), _LONGEST) if isinstance(span, int | float) else 0.0
    where = str(report.get("where", "start"))
    sides = {"start": ["start"], "end": ["end"], "both": ["start", "end"]}.get(where, [])
    starts = report.get("starts")
    place = starts[-1] if isinstance(starts, list) and starts and isinstance(starts[-1], int | float) else 0.0
    beside = _heard(
        pair, round(seconds * ours.rate), sides, round(min(max(place - pair.theirs.first, 0), 1e6) * ours.rate)
    )
    told |= {
        "seconds": round(beside.ours / ours.rate, 4), "original_seconds": round(beside.theirs / ours.rate, 4),
        "correlation": round(beside.correlation, 4), "level_change": round(beside.level, 2),
        "lag": round(beside.lag / ours.rate, 5), "programme_lufs": round(beside.programme, 1),
    }  # fmt: skip
    if abs(beside.ours - beside.theirs) > _PADDED:
        findings.add(
            "readback.video_sound_length", track=track, found=told["seconds"], expected=told["original_seconds"]
        )
    if beside.correlation < (_EXACT if report.get("lossless") else _ALIKE) or abs(beside.level) > _LEVEL:
        findings.add("readback.video_sound_changed", track=track)
    if abs(beside.lag) > _LATE * ours.rate:
        findings.add("readback.video_sound_late", track=track, found=f"{beside.lag / ours.rate:.3f}")
    for side in sides:
        inside = Findings()
        told[f"label_{side}"] = _label(beside, side, ours, report, inside)
        if not inside.conformant:
            place = 0.0 if side == "start" else max(0.0, told["original_seconds"] - seconds)
            found = [str(row["code"]).removeprefix("readback.") for row in inside.rows]
            told[f"label_{side}"]["missing"] = found
            findings.add("readback.video_sound_label", track=track, seconds=f"{place:.2f}")
    if not sides:
        findings.add("readback.video_sound_label", track=track, seconds="0.00")
    return told


def _heard(pair: Pair, span: int, sides: list[str], told: int) -> _Beside:
    """Both decoded in step; memory holds no more than the last label's length and a few blocks.

    Args:
        span: samples that a label takes with its silences.
        told: where the last label is said to begin: believed when it ends where the sound does.
    """
    beside, rate = _Beside(), pair.ours.rate
    meter = hearing.Loudness(rate, pair.theirs.layout)
    held: deque[tuple[int, Floats, Floats]] = deque()
    head: list[tuple[int, Floats, Floats]] = []
    first = span if "start" in sides else 0
    index = clock = 0
    for ours, theirs, length in pair.blocks():
        beside.ours += length
        if not theirs.size:
            continue
        held.append((clock, ours, theirs))
        if clock < first:
            head.append(held[-1])
        if clock < _DENSE * rate:
            meter.add(theirs)
        clock += theirs.shape[1]
        while held[0][0] + held[0][1].shape[1] < clock - span - BLOCK:
            one = held.popleft()
            index += 1
            if clock <= _DENSE * rate or index % _STEP == 0:
                beside.outside(one, first, clock)
    beside.theirs, beside.programme = clock, meter.integrated()
    late = clock
    if "end" in sides:
        late = told if abs(told + span - clock) <= _PADDED else max(0, clock - span)
        beside.regions["end"] = _part(list(held), late, late + span)
    if "start" in sides:
        beside.regions["start"] = _part(head, 0, span)
    for one in held:
        beside.outside(one, first, late)
    return beside


def _part(blocks: list[tuple[int, Floats, Floats]], start: int, end: int) -> tuple[Floats, Floats]:
    """(ours, theirs) between two places."""
    if not blocks:
        return np.zeros((1, 0), np.float32), np.zeros((1, 0), np.float32)
    ours, theirs = (np.concatenate([one[which] for one in blocks], axis=1) for which in (1, 2))
    start, end = max(0, start - blocks[0][0]), max(0, end - blocks[0][0])
    return ours[:, start:end], theirs[:, start:end]


def _label(beside: _Beside, side: str, voice: Voice, report: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """One label: what is left when the lowered content is taken away, looked at as in a sound file."""
    told: dict[str, Any] = {}
    rate = voice.rate
    ours, theirs = beside.regions[side]
    length = ours.shape[1]
    if length < rate // 2:
        findings.add("readback.no_audible_label")
        return told
    at = np.arange(length)
    ramp = np.clip(np.minimum(at, length - 1 - at) / (_RAMP * rate), 0, 1).astype(np.float32)
    rest = ours - np.roll(theirs, beside.lag, axis=1) * (1 - (1 - _DUCKED) * ramp)
    rest = rest[:, round((_LEAD - _MARGIN) * rate) : length - round(_RAMP * rate)]
    loudest = rest[int(np.argmax(np.square(rest).sum(axis=1)))]
    strong = float(np.quantile(np.abs(loudest), 0.99))
    spans = audio.audible(loudest, rate, max(audio.AUDIBLE, strong / 4))
    if not spans:
        findings.add("readback.no_audible_label")
        return told
    meter = hearing.Loudness(rate, voice.layout)
    meter.add(rest)
    told["label_lufs"] = round(meter.integrated(), 1)
    if told["label_lufs"] < audio.least_loud(beside.programme):
        findings.add("readback.too_quiet", found=told["label_lufs"], programme=f"{beside.programme:.1f}")
    if report.get("form") == "rhythm":
        near = "before" if side == "start" else "after"
        audio.check_rhythm(loudest, spans, near, rate=rate, findings=findings, told=told)
    else:
        audio.check_voice(loudest, rate, report, findings, told)
    return told
