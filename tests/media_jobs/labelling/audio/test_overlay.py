"""The label over a video's sound: as long as before, heard at its place, untouched elsewhere."""

from collections.abc import Iterator

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame

from media_jobs.labelling.audio import labelled_stream
from media_jobs.labelling.wish import Sound, Where, Wish
from tests.media_jobs.labelling.audio.sounds import programme

SAMPLES = programme(6)


def frames(kind: str) -> Iterator[AudioFrame]:
    array = SAMPLES.astype(np.float32) if kind == "fltp" else np.rint(SAMPLES * 32767).astype(np.int16)
    for start in range(0, array.shape[1], 1024):
        part = array[:, start : start + 1024]
        part = part if kind.endswith("p") else part.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format=kind, layout="stereo")
        frame.sample_rate, frame.pts = 48_000, start
        yield frame


@pytest.mark.parametrize("kind", ["fltp", "s16"])
@pytest.mark.parametrize(("where", "places"), [(Where.START, [0]), (Where.END, [1]), (Where.BOTH, [0, 1])])
def test_the_rhythm_lies_over_the_sound(kind: str, where: Where, places: list[int]) -> None:
    wish = Wish(sound=Sound.RHYTHM, where=where)

    made = list(labelled_stream(frames(kind), wish=wish, seconds=6, programme=-20))

    assert [(one.pts, one.samples, one.format.name) for one in made] == [
        (one.pts, one.samples, one.format.name) for one in frames(kind)
    ]
    arrays = [one.to_ndarray() if kind.endswith("p") else one.to_ndarray().reshape(-1, 2).T for one in made]
    whole = np.concatenate(arrays, axis=1) / (1 if kind == "fltp" else 32767)
    changed = np.abs(whole - SAMPLES).max(axis=0) > 0.001
    assert [bool(changed[:70_000].any()), bool(changed[-70_000:].any())] == [place in places for place in (0, 1)]
    assert not changed[80_000:200_000].any()
    for place in places:
        part = whole[0, :73_440] if place == 0 else whole[0, -73_440:]
        tone = np.array([_energy_at(part[at : at + 2400]) for at in range(0, part.size - 2400, 2400)])
        assert (tone > 0.02).sum() == pytest.approx(14, abs=3)  # 0.72 s of tones in steps of 50 ms


def _energy_at(samples: np.ndarray, hertz: float = 1046.5) -> float:
    time = np.arange(samples.size) / 48_000
    return float(abs((samples * np.exp(-2j * np.pi * hertz * time)).mean()))


def test_a_sound_shorter_than_the_label_gets_what_fits() -> None:
    short = [next(iter(frames("fltp")))]

    made = list(labelled_stream(iter(short), wish=Wish(where=Where.END), seconds=0.02))

    assert [one.samples for one in made] == [1024]
