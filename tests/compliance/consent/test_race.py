"""Two people agree in the same moment: the job starts exactly once, and neither answer is lost."""

import threading
from typing import Any

import pytest
from django.db import connection

from compliance.audit.actor import Actor
from compliance.audit.models import Pending
from compliance.consent import notice, services
from compliance.consent.models import Consent, ConsentRequest
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job, StateChange

# SQLite has one writer at a time anyway; row locks are PostgreSQL's business.
pytestmark = [pytest.mark.slow, pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def at_once(*steps: Any) -> list[str]:
    """Run the steps in threads that start together; return the refusals' codes."""
    gate, refused = threading.Barrier(len(steps)), []

    def run(step: Any) -> None:
        try:
            gate.wait()
            step()
        except DomainError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def granting(request: ConsentRequest) -> Any:
    shown = notice.build(request, language="en")
    return lambda: services.grant(
        actor=Actor("subject", str(request.subject_id)),
        request=request,
        edit=True,
        publish=False,
        text_hash=shown.text_hash,
        language="en",
    )


def test_two_last_agreements_at_once(waiting: Job) -> None:
    refused = at_once(*(granting(request) for request in ConsentRequest.objects.filter(job=waiting)))

    assert refused == []
    assert Consent.objects.count() == 2
    waiting.refresh_from_db()
    assert waiting.state == "input_review"
    assert StateChange.objects.filter(job=waiting, to_state="input_review").count() == 1


def test_one_person_in_two_browsers_answers_once(waiting: Job) -> None:
    request = ConsentRequest.objects.filter(job=waiting).first()
    assert request is not None
    declining = lambda: services.decline(actor=Actor("subject", str(request.subject_id)), request=request)  # noqa: E731
    before = Pending.objects.count()

    refused = at_once(granting(request), declining)

    assert refused == ["consent.no_longer_open"]
    request.refresh_from_db()
    waiting.refresh_from_db()
    assert (request.state, waiting.state) in {("granted", "awaiting_consent"), ("declined", "cancelled")}
    assert Consent.objects.count() == (request.state == "granted")
    assert Pending.objects.count() > before
