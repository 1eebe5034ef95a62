"""Silence is kept, and nobody who asks can see it; messages to one person are limited across askers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from accounts.people.models import User
from compliance.audit.actor import system
from compliance.consent import periods, services
from compliance.consent.models import ConsentRequest, Silence
from media_jobs.jobs.models import Job
from tests.compliance.consent.conftest import MONA, TANGUY, Phone, verified
from tests.personas import Outbox, Personas, client_for

pytestmark = pytest.mark.django_db
SWEEPER = system("sweeper")


@pytest.fixture
def berta(personas: Personas, outbox: Outbox) -> User:
    return verified(personas.berta, outbox)


def sweep(days: float = 0) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return services.expire_and_remind(actor=SWEEPER, now=timezone.now() + timedelta(days=days))


def asked(outbox: Outbox, number: str = MONA) -> int:
    return sum(message["purpose"] in {"consent", "consent.reminder"} for message in outbox.all(number))


def as_seen_by(owner: User, job: Job) -> bytes:
    """Return the asker's rows of a job, without its id and its times."""
    page = client_for(owner).get(f"/consent/jobs/{job.pk}/rows/").content
    page = page.replace(str(job.pk).encode(), b"JOB")
    return re.sub(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?\+\d\d:\d\d)?", b"TIME", page)


def whole_page(owner: User, job: Job) -> bytes:
    """Return the asker's page of a job, without ids, hashes, times and tokens."""
    answer = client_for(owner).get(f"/jobs/{job.pk}/")
    assert answer.status_code == 200
    page = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{8,64}\b|\b[A-Za-z0-9]{64}\b", b"ID", answer.content)
    return re.sub(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[0-9:.+]*|\d\d:\d\d(:\d\d)?", b"TIME", page)


def ended(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.reason_code


def test_one_decline_silences_that_purpose_of_that_asker(
    another: Any, mona: Phone, outbox: Outbox, berta: User
) -> None:
    another()
    mona.prove()
    mona.decline()
    assert asked(outbox) == 1

    again = another()
    assert asked(outbox) == 1  # the same asker, the same purpose: no message
    assert again.state == "awaiting_consent"
    another(engine="gateway")
    assert asked(outbox) == 2  # another purpose
    another(berta)
    assert asked(outbox) == 3  # another asker


def test_never_this_asker_again(another: Any, mona: Phone, outbox: Outbox, berta: User) -> None:
    another()
    mona.prove()
    mona.decline("asker")

    another(engine="gateway")
    assert asked(outbox) == 1
    another(berta)
    assert asked(outbox) == 2


def test_never_anybody_again_and_lifted_later(another: Any, mona: Phone, outbox: Outbox, berta: User) -> None:
    another()
    mona.prove()
    mona.decline("all")
    job = another(berta)
    assert asked(outbox) == 1

    page = mona.browser.get("/c/manage/").content.decode()
    lift = re.search(r'action="(/c/manage/silences/\d+/lift/)"', page)
    assert lift
    assert mona.browser.post(lift[1]).status_code == 302
    assert not Silence.objects.exists()

    sweep()
    assert asked(outbox) == 2  # the open question reaches her now
    mona.agree()  # her seat is still open
    job.refresh_from_db()
    assert job.consent_requests.get().state == "granted"


@pytest.mark.parametrize("never_again", ["", "asker", "all"])
def test_a_silenced_question_looks_like_an_unanswered_one(
    another: Any, mona: Phone, anna: User, outbox: Outbox, never_again: str
) -> None:
    another()
    mona.prove()
    mona.decline(never_again)
    silenced = another()
    Silence.objects.all().delete()
    unanswered = another()
    wish = {"subject": mona_subject(), "asker": anna, "purpose": "face_blend", "created_at": timezone.now()}
    Silence.objects.create(**wish)
    ConsentRequest.objects.filter(job=unanswered).update(delivered_at=timezone.now())
    assert ConsentRequest.objects.get(job=silenced).delivered_at is None

    for days in (0, 4, 8):
        sweep(days)
        assert as_seen_by(anna, silenced) == as_seen_by(anna, unanswered)
        assert whole_page(anna, silenced) == whole_page(anna, unanswered)
        assert ended(silenced) == ended(unanswered)
    assert ended(silenced) == ("cancelled", "consent.expired")


def mona_subject() -> Any:
    from compliance.consent.selectors import subject_by_phone

    return subject_by_phone(MONA)


def test_a_truly_unanswered_question_reads_the_same_as_a_silenced_one(
    another: Any, mona: Phone, anna: User, berta: User, outbox: Outbox
) -> None:
    """Two different people, one silent by wish, one by habit: after time has passed, the rows differ in the number."""
    another(berta)
    mona.prove()
    mona.decline("all")
    silenced, unanswered = another(), another(depicted=TANGUY)
    Phone(TANGUY, outbox).prove()  # reads it, and does not answer
    sweep(4)
    assert asked(outbox, TANGUY) == 2
    assert asked(outbox, MONA) == 1
    for days in (4, 8):
        sweep(days)
        assert as_seen_by(anna, silenced) == as_seen_by(anna, unanswered).replace(b"139****0002", b"139****0001")
        assert whole_page(anna, silenced) == whole_page(anna, unanswered).replace(b"139****0002", b"139****0001")


def test_messages_to_one_person_are_limited_across_askers(
    another: Any, outbox: Outbox, anna: User, berta: User, unhurried: Any
) -> None:
    owners = [anna, berta]
    jobs = [another(owners[number % 2]) for number in range(periods.RECIPIENT_MESSAGES + 3)]

    assert asked(outbox) == periods.RECIPIENT_MESSAGES
    assert as_seen_by(anna, jobs[0]) == as_seen_by(anna, jobs[-1])  # nobody sees that a message waits
    assert whole_page(anna, jobs[0]) == whole_page(anna, jobs[-1])

    unhurried()
    assert sweep().delivered == 3
    assert whole_page(anna, jobs[0]) == whole_page(anna, jobs[-1])  # nor that it came later
    assert asked(outbox) == periods.RECIPIENT_MESSAGES + 3


def test_the_link_of_a_late_delivery_works(another: Any, mona: Phone, outbox: Outbox, unhurried: Any) -> None:
    for _job in range(periods.RECIPIENT_MESSAGES + 1):
        late = another()
    unhurried()
    sweep()
    mona.prove()
    mona.agree()
    late.refresh_from_db()
    assert late.consent_requests.get().state == "granted"


def test_one_asker_cannot_ask_without_end(another: Any, outbox: Outbox) -> None:
    from accounts.people import ratelimit
    from compliance.rules.errors import DomainError

    owner = another().owner
    for _question in range(periods.ASKER_QUESTIONS - 1):
        ratelimit.take(
            name="consent.asker",
            key=str(owner.pk),
            capacity=periods.ASKER_QUESTIONS,
            per_seconds=periods.ASKER_PER_SECONDS,
        )
    with pytest.raises(DomainError) as refused:
        another()
    assert refused.value.code == "people.rate_limited"


def test_an_unknown_number_is_answered_like_a_known_one(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    from tests.personas import CommittingClient

    def visit(number: str) -> tuple[int, int, bytes]:
        browser = CommittingClient()
        first = browser.post("/c/manage/", {"phone": number})
        page = browser.get("/c/code/").content
        wrong = browser.post("/c/code/", {"code": "000000"})
        return first.status_code, wrong.status_code, re.sub(rb'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "\w+"', b"", page)

    known, unknown = visit(MONA), visit("+8613911110009")
    assert known == (unknown[0], unknown[1], unknown[2].replace(b"0009", b"0001"))
    assert not outbox.all("+8613911110009")
