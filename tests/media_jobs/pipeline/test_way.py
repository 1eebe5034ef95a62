"""A job's way, stage by stage, with real files and real labels."""

import json
from typing import Any

import pytest

from media_jobs.isolation.runner import run_isolated
from media_jobs.jobs.models import Release
from media_jobs.jobs.states import State
from media_jobs.pipeline import working
from tests.media_jobs.story import (
    blend_draft,
    cast,
    gateway_draft,
    grant_all,
    media,
    officer_releases,
    picture,
    run,
    submit,
)
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]


def test_a_picture_that_shows_nobody_is_labelled_read_back_and_released(cast: Personas) -> None:
    job = run(submit(gateway_draft(cast.anna)))

    assert job.state == State.RELEASED, job.reason_code
    release = Release.objects.get(work__job=job)
    file = working.root() / release.path
    assert working.sha256(file) == release.sha256
    found = run_isolated("media_jobs.labelling.isolated:read", {"path": str(file)})
    assert [label["values"]["ProduceID"] for label in found["labels"]] == [release.work.produce_id]
    assert release.label_text == "人工智能生成"
    assert not working.folder(job.pk).exists()


@pytest.mark.slow
@pytest.mark.parametrize("percent", [0, 100])
def test_sampled_pictures_are_also_read_by_ocr(cast: Personas, settings: Any, percent: int) -> None:
    settings.LABEL_OCR_PERCENT = percent

    job = run(submit(gateway_draft(cast.anna)))

    assert job.state == State.RELEASED, job.reason_code
    measured = Release.objects.get(work__job=job).report["readback"]["measured"]
    assert measured.get("ocr_found") is (True if percent else None)
    assert ("人工智能生成" in measured.get("ocr", "")) is bool(percent)


def test_a_face_swap_waits_for_both_persons_then_for_an_officer_then_is_released(cast: Personas) -> None:
    job = run(submit(blend_draft(cast.anna)))
    assert job.state == State.AWAITING_CONSENT

    grant_all(job)
    job.refresh_from_db()
    assert job.state == State.INPUT_REVIEW
    job = run(job)
    assert (job.state, job.reason_code) == (State.HELD, "review.biometric_output")

    job = run(officer_releases(job, cast.officer))
    assert job.state == State.RELEASED, job.reason_code
    assert Release.objects.get(work__job=job).label_text == "人工智能合成"
    assert [record.phase for record in job.reviews.all()] == ["input", "output", "output"]


@pytest.mark.slow
def test_every_format_keeps_its_format(cast: Personas) -> None:
    for kind, mime in (("PNG", "image/png"), ("WEBP", "image/webp")):
        job = run(submit(gateway_draft(cast.anna, file=picture(kind=kind))))
        assert Release.objects.get(work__job=job).mime == mime, json.dumps(job.reason_code)
