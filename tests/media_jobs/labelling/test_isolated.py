"""The whole way through child processes, as the workers and the command line take it."""

from pathlib import Path

import pytest

from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.wish import Wish
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, sample, saved

ROOM = "media_jobs.labelling.isolated:"


def test_probe_label_read_and_read_back(tmp_path: Path) -> None:
    source, target = saved(tmp_path, sample(), "jpeg"), tmp_path / "out.jpg"

    probed = run_isolated(ROOM + "probe", {"path": str(source), "name": "cup.jpeg"})
    drawn = tmp_path / "drawn.jpg"
    report = run_isolated(
        ROOM + "draw",
        {"source": str(source), "target": str(drawn), "producer": LABEL.content_producer, "wish": Wish().as_json()},
    )
    report |= run_isolated(
        ROOM + "mark",
        {"source": str(drawn), "target": str(target), "label": LABEL.values(), "digital_source_type": SOURCE},
    )
    found = run_isolated(ROOM + "read", {"path": str(target)})
    checked = run_isolated(
        ROOM + "readback",
        {"path": str(target), "expected": LABEL.values(), "report": report, "original": str(source)},
    )

    assert probed["format"] == "jpeg"
    assert found["labels"][0]["values"] == LABEL.values()
    assert checked["conformant"] is True


def test_a_refusal_arrives_as_the_same_error(tmp_path: Path) -> None:
    source = saved(tmp_path, sample(), "png")
    (tmp_path / "in.png").rename(tmp_path / "in.jpg")

    with pytest.raises(MediaError) as caught:
        run_isolated(ROOM + "probe", {"path": str(source.with_suffix(".jpg"))})

    assert caught.value.code == "media.mismatched_type"
    assert caught.value.params == {"claimed": ".jpg", "actual": "PNG"}
    assert caught.value.way_out


def test_limits_can_be_set(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        run_isolated(ROOM + "probe", {"path": str(saved(tmp_path, sample(), "png")), "limits": {"max_pixels": 1000}})

    assert caught.value.code == "media.too_large"
