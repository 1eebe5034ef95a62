"""The one transition table: what it permits, what it refuses, and that the documentation is it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.people.actors import actor_for
from compliance.audit.actor import Actor, system
from compliance.rules.errors import DomainError
from media_jobs.jobs import services, transitions
from media_jobs.jobs.models import Job, Release, Work
from media_jobs.jobs.states import CANCELLABLE, FINISHED, NEEDS_REASON, RUNNABLE, State
from tests.personas import Personas, personas

A_MOMENT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a constant: pytest-xdist collects in two processes

__all__ = ["personas"]

WORKER = system("pipeline")


def job_in(personas: Personas, state: str, *, lease: str = "") -> Job:
    """Return anna's job in that state, as the table's invariants want it."""
    now = timezone.now()
    return Job.objects.create(
        owner=personas.anna,
        engine="gateway",
        state=state,
        reason_code="test.reason" if state in NEEDS_REASON else "",
        resume_state=State.SYNTHESIS if state in (State.HELD, State.FAILED) else "",
        reminder_version="" if state == State.DRAFT else "v",
        reminder_ack_at=None if state == State.DRAFT else now,
        submitted_at=None if state == State.DRAFT else now,
        finished_at=now if state in FINISHED else None,
        lease_owner=lease,
        lease_until=now + timedelta(seconds=30) if lease else None,
        created_at=now,
        stage_started_at=now,
    )


def actors(personas: Personas) -> dict[str, Actor]:
    """Return one actor for each word in the table's third column, and a stranger."""
    return {
        "owner": actor_for(personas.anna),
        "worker": WORKER,
        "subject": Actor("subject", "00000000-0000-0000-0000-00000000000a"),
        "officer": actor_for(personas.officer),
        "admin": actor_for(personas.admin1),
        "system": system("sweeper"),
        "stranger": actor_for(personas.berta),
    }


def test_the_documentation_is_the_table() -> None:
    assert Path(settings.BASE_DIR / "docs" / "lifecycle.md").read_text() == transitions.render()


def test_every_state_can_be_reached_and_every_unfinished_state_can_be_left() -> None:
    assert {row.target for row in transitions.TABLE} == set(State) - {State.DRAFT}
    assert {row.source for row in transitions.TABLE} >= set(State) - set(FINISHED)


@pytest.mark.parametrize("row", transitions.TABLE, ids=lambda row: f"{row.source}-{row.target}")
def test_who_may_is_exactly_the_table(personas: Personas, row: transitions.Transition) -> None:
    for word, actor in actors(personas).items():
        fenced = word == "worker"
        job = job_in(personas, row.source, lease="token" if row.source in RUNNABLE else "")
        fields = {"reminder_version": "v", "reminder_ack_at": timezone.now(), "submitted_at": timezone.now()}
        # The system's cancelling is open to the worker too.
        may = word in row.who or (fenced and "system" in row.who)
        code = ""
        try:
            with transaction.atomic():
                services.job_move(
                    actor=actor,
                    job=job,
                    to=row.target,
                    reason_code="test.reason",
                    lease_owner="token" if fenced and row.source in RUNNABLE else "",
                    fields=fields,
                )
        except DomainError as refusal:
            code = refusal.code
        job.refresh_from_db()
        assert (job.state, code) == ((row.target, "") if may else (row.source, "jobs.not_allowed")), word


def test_steps_that_are_not_in_the_table_are_refused(personas: Personas) -> None:
    permitted = {(row.source, row.target) for row in transitions.TABLE}
    for source in State:
        job = job_in(personas, source)
        for target in State:
            if (source, target) in permitted:
                continue
            with pytest.raises(DomainError) as refusal, transaction.atomic():
                services.job_move(actor=actor_for(personas.anna), job=job, to=target, reason_code="x")
            assert (refusal.value.code, refusal.value.status) == ("jobs.bad_transition", 409)


def test_a_worker_whose_lease_was_taken_over_changes_nothing(personas: Personas) -> None:
    job = job_in(personas, State.SYNTHESIS, lease="successor")

    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.job_move(actor=WORKER, job=job, to=State.OUTPUT_REVIEW, lease_owner="zombie")

    job.refresh_from_db()
    assert (refusal.value.code, job.state, job.changes.count()) == ("jobs.lease_lost", State.SYNTHESIS, 0)


def test_a_zombie_writes_no_release(personas: Personas) -> None:
    job = job_in(personas, State.READ_BACK, lease="successor")
    Work.objects.create(job=job, created_at=timezone.now())
    file = services.ReleaseFile("released/x.png", "0" * 64, 1, "image/png", 1, 1, "AI生成", "code", {})

    with pytest.raises(DomainError), transaction.atomic():
        services.job_release(actor=WORKER, job=job, lease_owner="zombie", file=file)

    assert not Release.objects.exists()


def test_two_who_read_the_same_state_move_it_once(personas: Personas) -> None:
    first = job_in(personas, State.AWAITING_CONSENT)
    second = Job.objects.get(pk=first.pk)
    services.job_cancel(actor=actor_for(personas.anna), job=first)

    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.job_move(actor=system("sweeper"), job=second, to=State.INPUT_REVIEW)

    assert refusal.value.code == "jobs.bad_transition"


@pytest.mark.parametrize("state", CANCELLABLE)
def test_a_job_can_be_cancelled_at_every_stage_under_the_workers_hands(personas: Personas, state: State) -> None:
    job = job_in(personas, state, lease="token" if state in RUNNABLE else "")

    services.job_cancel(actor=actor_for(personas.anna), job=job)

    job.refresh_from_db()
    assert (job.state, job.lease_owner, job.reason_code) == (State.CANCELLED, "", "jobs.cancelled_by_owner")


@pytest.mark.parametrize(
    "broken",
    [
        {"state": State.RELEASED},
        {"state": "no_such_state"},
        {"state": State.FAILED},
        {"state": State.SUBMITTED, "reminder_ack_at": None},
        {"lease_owner": "token"},
        {"finished_at": A_MOMENT},
        {"submitted_at": None},
        {"state": State.HELD, "reason_code": "x", "lease_owner": "t", "lease_until": A_MOMENT},
    ],
    ids=str,
)
def test_the_database_refuses_rows_that_cannot_be(personas: Personas, broken: dict[str, object]) -> None:
    job = job_in(personas, State.SYNTHESIS)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**broken)


def test_consents_settled_moves_a_waiting_job_only(personas: Personas) -> None:
    waiting, checking = job_in(personas, State.AWAITING_CONSENT), job_in(personas, State.SUBMITTED)
    subject = Actor("subject", "00000000-0000-0000-0000-00000000000a")

    assert services.consents_settled(actor=subject, job_id=waiting.pk) is True
    assert services.consents_settled(actor=subject, job_id=checking.pk) is False
    assert Job.objects.get(pk=checking.pk).state == State.SUBMITTED


def test_a_withdrawal_cancels_what_is_unreleased_and_withdraws_what_is_released(personas: Personas) -> None:
    subject = Actor("subject", "00000000-0000-0000-0000-00000000000a")
    running, released = job_in(personas, State.LABELLING, lease="token"), job_in(personas, State.RELEASED)
    work = Work.objects.create(job=released, created_at=timezone.now())
    Release.objects.create(
        work=work, path="released/x", sha256="0" * 64, size=1, mime="image/png", width=1, height=1,
        label_text="AI生成", provider_code="c", released_at=timezone.now(), event_id="e",
    )  # fmt: skip

    for job in (running, released):
        assert services.release_withdraw(actor=subject, job_id=job.pk, reason_code="consent.revoked") is True
        assert services.release_withdraw(actor=subject, job_id=job.pk, reason_code="consent.revoked") is False

    assert Job.objects.get(pk=running.pk).state == State.CANCELLED
    assert Job.objects.get(pk=released.pk).state == State.WITHDRAWN
    assert Release.objects.get().withdraw_reason == "consent.revoked"


def test_a_failed_job_goes_on_where_it_failed(personas: Personas) -> None:
    job = job_in(personas, State.FAILED)

    services.job_retry(actor=actor_for(personas.anna), job=job)

    job.refresh_from_db()
    assert (job.state, job.reason_code, job.attempts) == (State.SYNTHESIS, "", 0)
