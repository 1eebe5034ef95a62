"""What a format cannot hold travels beside the file: kept, checked, published, packed, swept."""

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job, Release
from media_jobs.pipeline import sidecars, working
from tests.media_jobs.story import cast, media, placed_release
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]

pytestmark = pytest.mark.django_db


def with_sidecar(cast: Personas) -> tuple[Job, Path]:
    """A release with a label beside it, as the read-back stage publishes it."""
    job = placed_release(cast.anna)
    release = Release.objects.get(work__job=job)
    made = working.root() / "label.json"
    made.write_text('{"AIGC": {}}')
    rows = sidecars.publish([(".aigc.json", made)], release.path)
    Release.objects.filter(pk=release.pk).update(sidecars=rows)
    return job, working.root() / rows[0]["path"]


def test_what_the_writer_left_is_found_kept_and_checked(media: Path) -> None:
    target = media / "labelled.txt"
    target.write_text("x")
    Path(f"{target}.aigc.json").write_text("{}")
    manifest = base64.b64encode(b"manifest").decode()

    rows = sidecars.keep(sidecars.collect(target, {"c2pa": {"sidecar": manifest}}), "labelled.txt")

    assert [(row["ending"], row["size"]) for row in rows] == [(".aigc.json", 2), (".c2pa", 8)]
    assert [ending for ending, _file in sidecars.checked(rows)] == [".aigc.json", ".c2pa"]
    Path(f"{target}.c2pa").write_bytes(b"forgery")
    with pytest.raises(DomainError) as caught:
        sidecars.checked(rows)
    assert caught.value.code == "pipeline.file_changed"


@pytest.mark.parametrize("report", [{}, {"c2pa": {"sidecar": ""}}, {"c2pa": None}])
def test_a_file_that_holds_everything_has_none(media: Path, report: dict[str, Any]) -> None:
    target = media / "labelled.jpg"
    target.write_text("x")

    assert sidecars.collect(target, report) == []


def test_the_download_holds_both_under_names_that_keep_them_together(cast: Personas) -> None:
    job, beside = with_sidecar(cast)
    number = job.work.produce_id

    answer = cast.client("anna").get(f"/jobs/{job.pk}/download/")

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="hallmark-{number}.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == [f"hallmark-{number}.jpg", f"hallmark-{number}.jpg.aigc.json"]
        assert archive.read(f"hallmark-{number}.jpg.aigc.json") == beside.read_bytes()


def test_a_sidecar_that_was_changed_or_lost_is_not_handed_out(cast: Personas) -> None:
    job, beside = with_sidecar(cast)
    anna = cast.client("anna")
    beside.write_text("{}")
    changed = anna.get(f"/jobs/{job.pk}/download/").status_code
    beside.unlink()

    assert (changed, anna.get(f"/jobs/{job.pk}/download/").status_code) == (409, 409)


def test_sweeping_keeps_what_belongs_to_the_release(cast: Personas) -> None:
    job, beside = with_sidecar(cast)
    release = Release.objects.get(work__job=job)
    stray = beside.with_name(f"{job.work.produce_id}-0000000000000000.jpg.aigc.json")
    stray.write_text("{}")

    assert working.unpublish(job.work.produce_id, but=release.path) == 1
    assert beside.exists()
    assert not stray.exists()
