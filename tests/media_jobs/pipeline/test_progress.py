"""How far a stage is stands on the job's row, its page and the API; a worker that lost the job is told to stop."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from compliance.rules.errors import DomainError
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from media_jobs.pipeline import runner
from media_jobs.pipeline.leases import Progress
from tests.media_jobs.story import cast, media, placed_draft, submit
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]

pytestmark = pytest.mark.django_db


def labelling(cast: Personas) -> Job:
    """A job that a worker is labelling under the lease "t"."""
    job = submit(placed_draft(cast.anna))
    for state in (State.INPUT_REVIEW, State.SYNTHESIS, State.OUTPUT_REVIEW, State.LABELLING):
        Job.objects.filter(pk=job.pk).update(lease_owner="t", lease_until=timezone.now() + timedelta(minutes=1))
        job = jobs.job_move(actor=runner.WORKER, job=job, to=state, lease_owner="t")
    return job


def test_page_and_api_say_how_many_seconds_are_labelled(cast: Personas) -> None:
    job = labelling(cast)
    before = job.heartbeat_at

    Progress(job.pk, "t")(12.4, 60.0)

    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (12.4, 60.0)
    assert before is None or job.heartbeat_at > before
    anna = cast.client("anna")
    page = anna.get(f"/jobs/{job.pk}/progress/?seen=labelling", headers={"accept-language": "en"}).content.decode()
    assert '<progress max="60" value="12"' in page
    assert anna.get(f"/api/v1/jobs/{job.pk}/").json()["progress"] == {"done": 12.4, "total": 60.0}


def test_the_next_stage_begins_at_nothing(cast: Personas) -> None:
    job = labelling(cast)
    Progress(job.pk, "t")(12.4, 60.0)
    job.refresh_from_db()

    moved = jobs.job_move(actor=runner.WORKER, job=job, to=State.READ_BACK, lease_owner="t")

    assert (moved.progress_done, moved.progress_total) == (0.0, 0.0)
    assert cast.client("anna").get(f"/api/v1/jobs/{job.pk}/").json()["progress"] is None


def test_the_row_is_written_at_most_once_a_second_and_never_with_nonsense(cast: Personas) -> None:
    job = labelling(cast)
    tell = Progress(job.pk, "t")
    for done in (float("nan"), float("inf"), 1.0, 2.0, 3.0):
        tell(done, 60.0)

    job.refresh_from_db()
    assert job.progress_done == 1.0


@pytest.mark.parametrize("change", [{"lease_owner": "another"}, {"lease_owner": "", "lease_until": None}])
def test_a_worker_without_the_lease_is_told_to_stop(cast: Personas, change: dict[str, object]) -> None:
    job = labelling(cast)
    Job.objects.filter(pk=job.pk).update(**change)

    with pytest.raises(DomainError) as caught:
        Progress(job.pk, "t")(1.0, 60.0)

    job.refresh_from_db()
    assert (caught.value.code, job.progress_done) == ("jobs.lease_lost", 0.0)


def test_a_job_that_is_gone_stops_its_worker() -> None:
    with pytest.raises(DomainError):
        Progress(uuid4(), "t")(1.0, 2.0)
