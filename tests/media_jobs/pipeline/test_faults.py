"""What goes wrong on a job's way: it stops in a named state, nothing is released, and there is a way on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.people.actors import actor_for
from compliance.audit.actor import Actor
from compliance.consent import services as consents
from compliance.consent.models import Consent
from compliance.review.models import Hold, HoldState
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import CANCELLABLE, RUNNABLE, State
from media_jobs.pipeline import leases, runner, services, sweeper, working
from media_jobs.pipeline.models import StageResult
from tests.events import recorded
from tests.media_jobs.story import (
    blend_draft,
    cast,
    gateway_draft,
    grant_all,
    media,
    placed_draft,
    placed_release,
    run,
    submit,
)
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas", "recorded"]


def through(job: Job, *, to: State) -> leases.Lease:
    """Run the job's stages under a lease until it stands before `to`; the lease is still held."""
    lease = leases.take(actor=runner.WORKER, job_id=job.pk)
    assert lease is not None
    while Job.objects.get(pk=job.pk).state != to:
        assert runner.run_stage(lease)
    job.refresh_from_db()
    return lease


def test_a_worker_that_lost_its_lease_leaves_everything_to_its_successor(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    zombie = through(job, to=State.OUTPUT_REVIEW)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    successor = leases.take(actor=runner.WORKER, job_id=job.pk)
    assert successor is not None

    assert runner.run_stage(zombie) is False
    assert leases.extend(zombie) is False
    leases.give_back(zombie)

    job.refresh_from_db()
    assert (job.state, job.lease_owner) == (State.OUTPUT_REVIEW, successor.token)


def test_two_workers_do_not_share_a_job(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    assert leases.take(actor=runner.WORKER, job_id=job.pk) is not None

    assert leases.take(actor=runner.WORKER, job_id=job.pk) is None
    assert runner.run_job(job.pk) is False


def test_a_taken_over_lease_is_logged(cast: Personas, recorded: Any) -> None:
    job = submit(placed_draft(cast.anna))
    leases.take(actor=runner.WORKER, job_id=job.pk)
    assert recorded("pipeline.") == []
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    leases.take(actor=runner.WORKER, job_id=job.pk)

    assert [event.type for event in recorded("pipeline.")] == ["pipeline.lease_taken_over"]


def test_an_input_that_changed_on_disk_fails_the_job_and_a_retry_goes_on(cast: Personas, media: Path) -> None:
    job = submit(placed_draft(cast.anna))
    file = media / job.uploads.get().path
    whole = file.read_bytes()
    file.write_bytes(whole[:100])

    job = run(job)
    assert (job.state, job.reason_code, job.resume_state) == (State.FAILED, "pipeline.file_changed", "input_review")
    assert not working.folder(job.pk).exists() or not any(working.folder(job.pk).iterdir())

    file.write_bytes(whole)
    cast.client("anna").post(f"/jobs/{job.pk}/retry/")
    assert run(job).state == State.RELEASED


def test_a_labelled_file_that_changed_before_read_back_is_never_released(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    lease = through(job, to=State.READ_BACK)
    labelled = working.root() / StageResult.objects.get(job=job, stage=State.LABELLING).path
    labelled.write_bytes(labelled.read_bytes() + b"\x00")

    runner.run_stage(lease)

    job.refresh_from_db()
    assert (job.state, job.reason_code) == (State.FAILED, "pipeline.file_changed")
    assert not Release.objects.exists()


def test_a_file_without_its_label_is_never_released(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    lease = through(job, to=State.READ_BACK)
    row = StageResult.objects.get(job=job, stage=State.LABELLING)
    bare = StageResult.objects.get(job=job, stage=State.SYNTHESIS)
    StageResult.objects.filter(pk=row.pk).update(path=bare.path, sha256=bare.sha256)

    runner.run_stage(lease)

    job.refresh_from_db()
    assert (job.state, job.reason_code) == (State.FAILED, "pipeline.readback_mismatch")
    assert not (working.root() / working.RELEASED).exists()


def test_a_stage_that_was_begun_too_often_fails_with_a_reason(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    Job.objects.filter(pk=job.pk).update(attempts=runner.MAX_ATTEMPTS)

    job = run(job)

    assert (job.state, job.reason_code) == (State.FAILED, "pipeline.attempts_exhausted")


@pytest.mark.parametrize("stage", RUNNABLE)
def test_cancelling_between_any_two_stages_stops_the_worker(cast: Personas, stage: State) -> None:
    job = submit(placed_draft(cast.anna))
    lease = leases.take(actor=runner.WORKER, job_id=job.pk)
    assert lease is not None
    Job.objects.filter(pk=job.pk).update(state=stage)
    job.refresh_from_db()
    services.job_cancel(actor=actor_for(cast.anna), job=job)

    assert runner.run_stage(lease) is False
    runner.tidy(job.pk)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not working.folder(job.pk).exists()


def test_every_cancellable_state_offers_the_button(cast: Personas) -> None:
    assert set(CANCELLABLE) == set(State) - {
        State.DRAFT, State.RELEASED, State.REJECTED, State.CANCELLED, State.WITHDRAWN
    }  # fmt: skip


def test_a_consent_that_ran_out_stops_the_job_before_the_next_stage(cast: Personas) -> None:
    job = run(submit(blend_draft(cast.anna)))
    grant_all(job)
    Consent.objects.filter(request__job=job).update(
        granted_at=timezone.now() - timedelta(days=900), expires_at=timezone.now() - timedelta(days=1)
    )

    job = run(job)

    assert (job.state, job.reason_code) == (State.FAILED, "consent.not_in_force")
    assert not StageResult.objects.filter(job=job).exists()


def test_a_revocation_cancels_the_running_job(cast: Personas) -> None:
    job = run(submit(blend_draft(cast.anna)))
    grant_all(job)
    lease = through(job, to=State.SYNTHESIS)
    consent = Consent.objects.filter(request__job=job).select_related("request").first()
    assert consent is not None
    consents.revoke(actor=Actor("subject", str(consent.subject_id)), consent=consent)

    assert runner.run_stage(lease) is False

    job.refresh_from_db()
    assert (job.state, job.reason_code) == (State.CANCELLED, "consent.revoked")


def test_the_sweeper_rings_what_nobody_rang_and_leaves_what_is_in_hands(cast: Personas) -> None:
    lost, held, fresh = (submit(placed_draft(cast.anna)) for _ in range(3))
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk__in=[lost.pk, held.pk]).update(stage_started_at=long_ago)
    leases.take(actor=runner.WORKER, job_id=held.pk)

    assert sweeper.sweep()["rung"] == 1
    assert sweeper.sweep()["rung"] == 0

    assert Job.objects.get(pk=lost.pk).rung_at is not None
    assert Job.objects.get(pk=fresh.pk).rung_at is None


def test_the_sweeper_rings_an_expired_lease_at_once(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    leases.take(actor=runner.WORKER, job_id=job.pk)
    ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(lease_until=ago, stage_started_at=ago)

    assert sweeper.sweep()["rung"] == 1


def test_the_sweeper_starts_a_job_whose_consents_are_there(cast: Personas) -> None:
    job = run(submit(blend_draft(cast.anna)))
    grant_all(job)
    Job.objects.filter(pk=job.pk).update(state=State.AWAITING_CONSENT)

    assert sweeper.sweep()["settled"] == 1

    job.refresh_from_db()
    assert job.state == State.INPUT_REVIEW


def test_the_sweeper_closes_a_hold_whose_job_was_cancelled(cast: Personas) -> None:
    job = run(submit(placed_draft(cast.anna, camera=True)))
    assert job.state == State.HELD
    consents_room_cancels = job
    from media_jobs.jobs import services as jobs

    jobs.release_withdraw(actor=Actor("subject", "s"), job_id=consents_room_cancels.pk, reason_code="consent.revoked")

    assert sweeper.sweep()["lapsed"] == 1
    assert Hold.objects.get().state == HoldState.LAPSED


def test_the_sweeper_empties_what_a_killed_worker_left(cast: Personas) -> None:
    job = placed_release(cast.anna)
    left = working.folder(job.pk) / ".labelling-dead"
    left.mkdir(parents=True)
    (left / "half.jpg").write_bytes(b"x")
    orphan = working.root() / working.FOLDER / "00000000-0000-0000-0000-000000000009"
    orphan.mkdir()

    assert sweeper.sweep()["tidied"] == 2

    assert not working.folder(job.pk).exists()
    assert (working.root() / Release.objects.get().path).exists()


def test_a_cancelled_job_leaves_no_labelled_file_behind(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    through(job, to=State.READ_BACK)
    labelled = StageResult.objects.get(job=job, stage=State.LABELLING)
    working.publish(working.root() / labelled.path, produce_id=job.work.produce_id, sha256=labelled.sha256)
    services.job_cancel(actor=actor_for(cast.anna), job=job)

    sweeper.sweep()

    assert not [path for path in (working.root() / working.RELEASED).rglob("*") if path.is_file()]


def test_a_killed_workers_half_copy_goes_when_its_successor_has_released(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    lease = through(job, to=State.READ_BACK)
    labelled = StageResult.objects.get(job=job, stage=State.LABELLING)
    half = working.released_path(job.work.produce_id, labelled.sha256, ".png")
    half = half.with_name(f".{half.name}.99999.part")
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")
    leases.give_back(lease)

    run(job)

    files = [path for path in (working.root() / working.RELEASED).rglob("*") if path.is_file()]
    assert files == [working.root() / Release.objects.get().path]


def test_a_clock_that_was_set_back_strands_no_job(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))
    tomorrow = timezone.now() + timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(lease_owner="gone", lease_until=tomorrow, rung_at=tomorrow)

    assert sweeper.sweep()["rung"] == 1
    assert runner.run_job(job.pk) is True

    job.refresh_from_db()
    assert job.state == State.RELEASED


def test_a_finished_job_that_is_rung_again_stays_as_it_is(cast: Personas) -> None:
    job = placed_release(cast.anna)

    assert runner.run_job(job.pk) is False
    assert Release.objects.count() == 1


def test_a_face_that_nobody_declared_is_held_not_passed(cast: Personas) -> None:
    job = run(submit(placed_draft(cast.anna, faces=1)))

    assert (job.state, job.reason_code) == (State.HELD, "review.face_undeclared")


def test_a_job_that_says_persons_but_names_nobody_is_not_submitted(cast: Personas) -> None:
    from compliance.rules.errors import DomainError

    job = placed_draft(cast.anna, faces=1, depicts="persons")

    with pytest.raises(DomainError) as refusal:
        submit(job)

    assert refusal.value.code == "pipeline.persons_missing"


def test_a_camera_photo_is_held_and_the_page_names_the_article(cast: Personas) -> None:
    from tests.media_jobs.story import camera_exif, picture

    job = run(submit(gateway_draft(cast.anna, file=picture(exif=camera_exif()))))

    assert (job.state, job.reason_code) == (State.HELD, "review.camera_photo")
    page = cast.client("anna").get(f"/jobs/{job.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "review.camera_photo" in page
    assert "Labelling Measures Art. 10" in page
