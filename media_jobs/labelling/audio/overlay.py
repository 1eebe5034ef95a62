"""The audible label in a video's sound: laid over it, so that picture and sound stay together."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from av.audio.frame import AudioFrame

from media_jobs.labelling.audio import level
from media_jobs.labelling.audio.coded import Coding, floats
from media_jobs.labelling.audio.encode import frames_of
from media_jobs.labelling.audio.loudness import Samples
from media_jobs.labelling.wish import Where, Wish

DUCKED = 10 ** (-18 / 20)  # the programme's gain beneath the label
RAMP = 0.1  # seconds in which it gets there


def labelled_stream(
    frames: Iterator[AudioFrame], *, wish: Wish, seconds: float, programme: float = -23.0
) -> Iterator[AudioFrame]:
    """The same frames, neither longer nor shorter, with the label spoken or sounded over the first or last of them.

    Frames that the label does not touch are passed on as they are; the others keep their format, layout and pts.

    Args:
        frames: decoded sound from its beginning.
        wish: sound, where, language, modified.
        seconds: how long the sound is, for a label at the end; a label that does not fit is put at the start.
        programme: integrated loudness, LUFS (EBU R 128's target where nobody measured).
    """
    clock, coding = 0, None
    spans: list[tuple[int, Samples]] = []
    for frame in frames:
        if coding is None:
            coding = _coding(frame)
            spans = _spans(wish, coding, round(seconds * coding.rate), programme)
        first, last = clock, clock + frame.samples
        clock = last
        touched = [(start, label) for start, label in spans if start < last and start + label.shape[1] > first]
        if not touched:
            yield frame
            continue
        samples = floats(frame).copy()
        for start, label in touched:
            _lay(samples, label, first - start, coding.rate)
        shaped = replace(coding, format=frame.format.name)
        made = next(frames_of(np.clip(samples, -1, 1), shaped, chunk=frame.samples))
        made.pts = frame.pts
        if frame.time_base is not None:
            made.time_base = frame.time_base
        yield made


def _coding(frame: AudioFrame) -> Coding:
    names = tuple(channel.name for channel in frame.layout.channels)
    return Coding("", frame.sample_rate, frame.layout.name, names, frame.format.name, 0, 0, 0.0)


def _spans(wish: Wish, coding: Coding, total: int, programme: float) -> list[tuple[int, Samples]]:
    """(first sample, the label) of each place where it is laid over."""
    label = level.placed(
        replace(wish, where=Where.START), programme=programme, rate=coding.rate, channels=coding.channels
    ).before
    return [(start, label) for start in places(wish, total, label.shape[1])]


def places(wish: Wish, total: int, length: int) -> list[int]:
    """Where a label of `length` samples is laid over `total` samples of sound: first sample of each place.

    Two that would overlap become one, at the start.
    """
    late = total - length
    if wish.where == Where.END and late >= 0:
        return [late]
    return [0, late] if wish.where == Where.BOTH and late >= length else [0]


def _lay(samples: Samples, label: Samples, offset: int, rate: int) -> None:
    """Lower the programme and add the label, in place; `offset` is the frame's first sample within the label."""
    start, end = max(0, -offset), min(samples.shape[1], label.shape[1] - offset)
    at = np.arange(start + offset, end + offset)
    ramp = np.clip(np.minimum(at, label.shape[1] - 1 - at) / (RAMP * rate), 0, 1).astype(np.float32)
    samples[:, start:end] *= 1 - (1 - DUCKED) * ramp
    samples[:, start:end] += label[:, start + offset : end + offset]
