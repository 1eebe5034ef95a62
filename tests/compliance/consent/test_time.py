"""What time does: one reminder at half time, then the end; and the same after a cancelled job."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from accounts.people.actors import actor_for
from compliance.audit.actor import system
from compliance.consent import selectors, services
from compliance.consent.models import ConsentRequest
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from tests.compliance.consent.conftest import MONA, TANGUY, Phone
from tests.personas import Outbox

pytestmark = pytest.mark.django_db


def sweep(days: float) -> services.Swept:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return services.expire_and_remind(actor=system("sweeper"), now=timezone.now() + timedelta(days=days))


def test_reminded_once_at_half_time(waiting: Job, outbox: Outbox, mona: Phone) -> None:
    assert sweep(3.4) == services.Swept()
    assert sweep(3.6).reminded == 2
    assert sweep(3.7) == services.Swept()

    last = outbox.last(MONA)
    assert last["purpose"] == "consent.reminder"
    assert outbox.link(MONA) == "/c/manage/"
    assert "/c/request/" in mona.log_in().content.decode()  # the list leads to the question


def test_who_answered_is_not_reminded(waiting: Job, outbox: Outbox, mona: Phone) -> None:
    mona.prove()
    mona.agree()
    assert sweep(4).reminded == 1
    assert outbox.last(TANGUY)["purpose"] == "consent.reminder"
    assert outbox.last(MONA)["purpose"] != "consent.reminder"


def test_an_unanswered_question_ends_the_job(waiting: Job, mona: Phone, recorded: Any) -> None:
    mona.prove()
    mona.agree()
    link = mona.link()

    swept = sweep(7.1)

    assert (swept.expired, swept.cancelled) == (1, 0)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason_code) == ("cancelled", "consent.expired")
    assert {row.name: row.state for row in selectors.consent_rows(waiting)} == {"丽莎": "granted", "唐吉": "no_answer"}
    assert [event.type for event in recorded("consent.expired")] == ["consent.expired"]
    assert mona.browser.get(link).status_code == 302


def test_expired_and_unknown_links_look_the_same(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    import re

    link = tanguy.link()
    ConsentRequest.objects.filter(job=waiting).update(
        sent_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(seconds=1)
    )
    expired = mona.browser.get(link)  # past its time, even before the sweep
    unknown = mona.browser.get(f"/c/{'x' * 32}/")

    def plain(page: Any) -> tuple[int, bytes]:
        shown = page.content.replace(link.encode(), b"").replace(f"/c/{'x' * 32}/".encode(), b"")
        return page.status_code, re.sub(rb'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "\w+"', b"", shown)

    assert expired.status_code == 404
    assert plain(expired) == plain(unknown)


def test_too_late_is_too_late(waiting: Job, mona: Phone) -> None:
    mona.prove()
    ConsentRequest.objects.filter(job=waiting).update(
        sent_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(seconds=1)
    )
    answer = mona.browser.post(mona.page(), {"answer": "agree", "edit": "1", "text_hash": "0" * 64})
    assert answer.status_code == 409
    assert "Anna" in mona.browser.get(mona.page()).content.decode()  # the page says how it ended


def test_a_cancelled_job_closes_its_questions(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    actor = actor_for(waiting.owner)
    mona.prove()
    jobs.job_cancel(actor=actor, job=waiting)
    refused = mona.browser.post(mona.page(), {"answer": "agree", "edit": "1", "text_hash": "0" * 64})
    assert refused.status_code == 409  # even before anybody closed the question

    assert services.requests_cancel(actor=actor, job=waiting) == 2
    assert services.requests_cancel(actor=actor, job=waiting) == 0
    assert set(ConsentRequest.objects.values_list("state", flat=True)) == {"cancelled"}


def test_the_sweep_closes_what_a_cancelled_job_left_open(waiting: Job) -> None:
    jobs.job_cancel(actor=actor_for(waiting.owner), job=waiting)
    assert sweep(0).cancelled == 2


def test_asked_again_later_by_a_new_job(another: Any, outbox: Outbox) -> None:
    another()
    sweep(7.1)
    another()
    assert sum(message["purpose"] == "consent" for message in outbox.all(MONA)) == 2
