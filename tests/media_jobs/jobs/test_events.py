"""No write without its event, and the bell that never fails a request."""

import inspect
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from accounts.people.actors import actor_for
from compliance.audit.actor import Actor
from media_jobs.jobs import ringing, services
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from tests.events import recorded
from tests.media_jobs.jobs.test_transitions import WORKER, job_in
from tests.personas import Personas, personas

__all__ = ["personas", "recorded"]

SUBJECT = Actor("subject", "00000000-0000-0000-0000-00000000000a")
WRITES: dict[str, Callable[[Personas, Job], Any]] = {
    "job_create": lambda cast, _: services.job_create(actor=actor_for(cast.anna), owner=cast.anna, engine="gateway"),
    "job_configure": lambda cast, job: services.job_configure(
        actor=actor_for(cast.anna), job=job, art23_class="23.1(5)", depicts_declared="none"
    ),
    "job_discard": lambda cast, job: services.job_discard(actor=actor_for(cast.anna), job=job),
    "job_submit": lambda cast, job: services.job_submit(
        actor=actor_for(cast.anna), job=job, engine_version="1", reminder_version="v"
    ),
    "job_move": lambda _, job: services.job_move(actor=WORKER, job=job, to=State.LABELLING, lease_owner="t"),
    "job_cancel": lambda cast, job: services.job_cancel(actor=actor_for(cast.anna), job=job),
    "job_retry": lambda cast, job: services.job_retry(actor=actor_for(cast.anna), job=job),
    "job_release": lambda _, job: services.job_release(
        actor=WORKER,
        job=_with_work(job),
        lease_owner="t",
        file=services.ReleaseFile("released/x", "0" * 64, 1, "image/png", 1, 1, "AI生成", "c", {}),
    ),
    "consents_settled": lambda _, job: services.consents_settled(actor=SUBJECT, job_id=job.pk),
    "consent_refused": lambda _, job: services.consent_refused(actor=SUBJECT, job_id=job.pk, reason_code="consent.x"),
    "release_withdraw": lambda _, job: services.release_withdraw(actor=SUBJECT, job_id=job.pk, reason_code="consent.x"),
}
STATES = {
    "job_move": State.OUTPUT_REVIEW,
    "job_cancel": State.SYNTHESIS,
    "job_retry": State.FAILED,
    "job_release": State.READ_BACK,
    "consents_settled": State.AWAITING_CONSENT,
    "consent_refused": State.AWAITING_CONSENT,
    "release_withdraw": State.LABELLING,
}


def _with_work(job: Job) -> Job:
    from django.utils import timezone

    from media_jobs.jobs.models import Work

    Work.objects.create(job=job, created_at=timezone.now())
    return job


def test_every_service_is_walked() -> None:
    public = {
        name
        for name, value in vars(services).items()
        if inspect.isfunction(value) and not name.startswith("_") and name in services.__all__
    }
    assert public - {"ring"} == set(WRITES)


@pytest.mark.parametrize("name", WRITES)
def test_every_write_records_exactly_one_event(personas: Personas, recorded: Any, name: str) -> None:
    state = STATES.get(name, State.DRAFT)
    job = job_in(personas, state, lease="t" if name in ("job_move", "job_release") else "")

    WRITES[name](personas, job)

    assert len(recorded("job.")) == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_change_that_is_rolled_back_takes_its_event_along(personas: Personas, recorded: Any, name: str) -> None:
    state = STATES.get(name, State.DRAFT)
    job = job_in(personas, state, lease="t" if name in ("job_move", "job_release") else "")

    with transaction.atomic():
        WRITES[name](personas, job)
        transaction.set_rollback(True)

    assert recorded("job.") == []
    assert Job.objects.get().state == state


def test_every_service_takes_keywords_only() -> None:
    for name in WRITES:
        kinds = {parameter.kind for parameter in inspect.signature(getattr(services, name)).parameters.values()}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}, name


def test_a_broker_that_is_down_never_raises_into_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import Celery, current_app

    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery prefers it to what an app is given
    before = current_app._get_current_object()
    dead = Celery("dead")
    dead.conf.broker_write_url = "redis://127.0.0.1:1/0"  # broker_url yields to the environment's CELERY_BROKER_URL
    dead.conf.broker_transport_options = settings.BROKER_FAILS_FAST
    try:
        dead.set_current()
        assert ringing.ring_now("00000000-0000-0000-0000-000000000001") is False
    finally:
        before.set_current()


def test_another_thread_rings_the_same_bell() -> None:
    from celery import current_app

    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.append(str(current_app.conf.broker_url)))
    thread.start()
    thread.join()

    assert heard == [settings.CELERY_BROKER_URL]
