"""Cut and flipped files: always an answer or a MediaError, in every function that takes a file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.probe import probe
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling.pictures import LABEL, SAMPLES, SOURCE, encoded, foreign, sample

SMALL = sample().resize((80, 60))
FILES = {
    "jpeg": foreign(encoded(SMALL, "jpeg"), "jpeg", LABEL),
    "png": foreign(encoded(SMALL, "png"), "png", LABEL),
    "palette": encoded(SMALL.convert("P"), "png"),
    "webp": foreign(encoded(SMALL, "webp"), "webp", LABEL),
    "webp lossless": encoded(SMALL, "webp", lossless=True),
}


def survive(path: Path) -> None:
    """Each function answers, or refuses by name."""
    target = path.with_name("out")
    for attempt in (
        lambda: read_file(path),
        lambda: probe(path),
        lambda: label_file(path, target, label=LABEL, digital_source_type=SOURCE),
    ):
        try:
            attempt()
        except MediaError as error:
            if error.code not in TEXTS:
                raise
    # what is left of a header may read as plain text, whose label stands beside it
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, "out", "out.aigc.json"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@given(
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), max_size=4),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_by_name_or_read(
    name: str, cut: float, flips: list[tuple[float, int]], tmp_path: Path
) -> None:
    data = bytearray(FILES[name][: max(1, int(len(FILES[name]) * (cut if not flips else 1)))])
    for place, value in flips:
        data[int(place * len(data))] ^= value
    path = tmp_path / "file"
    path.write_bytes(data)

    survive(path)


@pytest.mark.parametrize("name", FILES)
def test_every_header_byte_flipped(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for at in range(0, 220, 11):
        data = bytearray(FILES[name])
        data[at] ^= 0xFF
        path.write_bytes(data)
        survive(path)


@pytest.mark.slow
@pytest.mark.parametrize("sample_path", sorted(SAMPLES.glob("*.png")), ids=lambda path: path.stem)
def test_the_parent_survives_damage_in_every_sample(sample_path: Path, tmp_path: Path) -> None:
    original = sample_path.read_bytes()
    path = tmp_path / "file.png"
    for share, flip in ((0.1, 0), (0.5, 0), (0.999, 0), (1, 20), (1, 5000), (1, len(original) // 2)):
        data = bytearray(original[: int(len(original) * share)])
        if flip:
            data[flip] ^= 0x5A
        path.write_bytes(data)
        with pytest.raises(PortableError) as caught:
            run_isolated("media_jobs.labelling.isolated:probe", {"path": str(path)})
        assert caught.value.code.startswith("media.")
