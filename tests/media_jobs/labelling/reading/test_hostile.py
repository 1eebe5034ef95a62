"""No file makes the reader use more than 256 MiB or 10 seconds: it answers, or says what kept it."""

from pathlib import Path

import pytest

from media_jobs.labelling.errors import TEXTS
from media_jobs.labelling.reading import SECONDS
from tests.media_jobs.labelling.reading import hostile

# What each file must still tell: labels that are within reach are found.
LABELS = {
    "sparse.png": 1,
    "attribute.png": 1,
    "bombs.png": 64,
    "texts.png": 64,
    "behind.jpg": 33,
    "keys.png": 1,
    "nested.png": 2,
    "exif.png": 64,
}
DAMAGED = {"claims.png": "media.truncated", "segments.jpg": "media.damaged", "riff.webp": "media.damaged"}
QUICK = ("deep.png", "segments.jpg", "bombs.png")


def check(name: str, folder: Path) -> None:
    path = folder / name
    hostile.FILES[name](path)
    told = hostile.cost(path)
    path.unlink()  # gigabytes, if only on paper

    assert "refused" not in told
    assert told["labels"] + told["more"] == LABELS.get(name, 0)
    assert told["damaged"] == DAMAGED.get(name, "")
    assert told["mib"] < 256
    assert told["seconds"] < SECONDS + 1
    assert told["damaged"] in {"", *TEXTS}


@pytest.mark.parametrize("name", QUICK)
def test_hostile(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(hostile.FILES) - set(QUICK)))
def test_more_hostile(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
