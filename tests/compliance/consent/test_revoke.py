"""Two clicks take a consent back, and what rested on it stops at once; nothing is left half done."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from compliance.audit.actor import Actor
from compliance.audit.models import Pending
from compliance.consent import selectors, services
from compliance.consent.models import Consent, ConsentRequest, Silence
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from tests.compliance.consent.conftest import MONA, Phone, release
from tests.personas import Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(waiting: Job, mona: Phone, tanguy: Phone) -> Job:
    for phone in (mona, tanguy):
        phone.prove()
        phone.agree()
    waiting.refresh_from_db()
    assert waiting.state == "input_review"
    return waiting


def consent_of(phone: Phone) -> Consent:
    return Consent.objects.get(subject__phone_index=selectors.phone_index(phone.number))


def test_two_clicks_from_the_receipt(granted: Job, mona: Phone, outbox: Outbox) -> None:
    receipt = f"/c/receipt/{consent_of(mona).receipt_no}/"
    assert f'href="{receipt}revoke/"' in mona.browser.get(receipt).content.decode()
    confirm = mona.browser.get(f"{receipt}revoke/")
    assert confirm.status_code == 200
    assert consent_of(mona).revoked_at is None  # looking is not doing

    done = mona.browser.post(f"{receipt}revoke/", follow=True)

    assert done.status_code == 200
    granted.refresh_from_db()
    assert (granted.state, granted.reason_code) == ("cancelled", "consent.revoked")
    assert not selectors.all_granted(granted)
    assert [row.state for row in selectors.consent_rows(granted)] == ["no", "granted"]
    assert outbox.last(MONA)["purpose"] == "consent.receipt"
    file = json.loads(mona.browser.get(f"/c/receipt/{consent_of(mona).receipt_no}.json").content)
    assert file["revoked_at"]
    assert [entry["event"] for entry in file["log_events"]] == ["consent.granted", "consent.revoked"]


def test_a_released_work_is_withdrawn(granted: Job, mona: Phone) -> None:
    row = release(granted)
    mona.browser.post(f"/c/receipt/{consent_of(mona).receipt_no}/revoke/")

    granted.refresh_from_db()
    row.refresh_from_db()
    assert granted.state == "withdrawn"
    assert row.withdrawn_at is not None
    assert row.withdraw_reason == "consent.revoked"


def test_taking_back_one_closes_the_other_questions(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    mona.prove()
    mona.agree()
    mona.browser.post(f"/c/receipt/{consent_of(mona).receipt_no}/revoke/")

    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert ConsentRequest.objects.filter(state="cancelled").count() == 1
    assert tanguy.browser.get(tanguy.link()).status_code == 404


def test_taking_back_twice_changes_nothing(granted: Job, mona: Phone) -> None:
    consent = consent_of(mona)
    actor = Actor("subject", str(consent.subject_id))
    first = services.revoke(actor=actor, consent=consent)
    with pytest.raises(DomainError) as refused:
        services.revoke(actor=actor, consent=consent)
    assert refused.value.code == "consent.already_revoked"
    assert consent_of(mona).revoked_at == first.revoked_at
    again = mona.browser.post(f"/c/receipt/{consent.receipt_no}/revoke/")
    assert again.status_code == 302  # the page simply shows how it stands


def test_nobody_reaches_another_persons_receipt_or_question(granted: Job, mona: Phone, tanguy: Phone) -> None:
    number = consent_of(mona).receipt_no
    for path in (f"/c/receipt/{number}/", f"/c/receipt/{number}.json", f"/c/receipt/{number}/revoke/", mona.page()):
        assert tanguy.browser.get(path).status_code == 404
    assert tanguy.browser.post(f"/c/receipt/{number}/revoke/").status_code == 404
    assert tanguy.browser.post(mona.page(), {"answer": "decline"}).status_code == 404
    assert consent_of(mona).revoked_at is None
    stranger = Phone(MONA, mona.outbox)
    for path in (f"/c/receipt/{number}/", f"/c/receipt/{number}.json", f"/c/receipt/{number}/revoke/"):
        assert stranger.browser.get(path)["Location"].startswith("/c/manage/?next=")
    assert stranger.browser.post(f"/c/receipt/{number}/revoke/").status_code == 302
    assert consent_of(mona).revoked_at is None
    assert number not in tanguy.browser.get("/c/manage/").content.decode()


def test_nobody_lifts_another_persons_silence(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    mona.prove()
    mona.decline("all")
    tanguy.log_in()
    wish = Silence.objects.get(purpose="")
    assert tanguy.browser.post(f"/c/manage/silences/{wish.pk}/lift/").status_code == 404
    assert Silence.objects.filter(pk=wish.pk).exists()


def test_a_rollback_leaves_nothing(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    request = ConsentRequest.objects.get(subject__phone_index=selectors.phone_index(MONA))
    actor = Actor("subject", str(request.subject_id))
    from compliance.consent import notice

    shown = notice.build(request, language="en")
    before = (Pending.objects.count(), len(outbox.all()))

    with transaction.atomic():
        services.grant(actor=actor, request=request, edit=True, publish=False, text_hash=shown.text_hash, language="en")
        transaction.set_rollback(True)

    request.refresh_from_db()
    assert request.state == "sent"
    assert not Consent.objects.exists()
    assert (Pending.objects.count(), len(outbox.all())) == before


def test_a_consent_no_longer_covers_what_was_not_shown(granted: Job) -> None:
    assert selectors.all_granted(granted)
    ConsentRequest.objects.filter(job=granted).update(binding="0" * 64)
    assert not selectors.all_granted(granted)


def test_a_changed_purpose_or_provider_voids_the_consent(granted: Job, settings: Any) -> None:
    from compliance.consent.models import Ask

    settings.PROVIDER_NAME = "另一家公司"
    assert not selectors.all_granted(granted)
    settings.PROVIDER_NAME = granted.consent_requests.model and "示例深度合成服务（演示）"
    assert selectors.all_granted(granted)
    Ask.objects.update_or_create(job=granted, defaults={"purpose": "广告", "updated_at": timezone.now()})
    assert not selectors.all_granted(granted)


def test_a_consent_ends_by_itself(granted: Job) -> None:
    now = timezone.now()
    Consent.objects.update(granted_at=now - timezone.timedelta(days=181), expires_at=now - timezone.timedelta(days=1))
    assert not selectors.all_granted(granted)
    assert not selectors.may_publish(granted)


def test_no_name_number_or_purpose_stands_in_a_clear_column(granted: Job, mona: Phone) -> None:
    """Every value of this room's tables and of the log, as the database holds it."""
    secrets = ("丽莎", "唐吉", "社团海报", "13911110001", "13911110002", "139****", "Anna")
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if name.startswith(("consent_", "audit_"))
        ]
        assert "consent_subject" in tables
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - table names of our own
            dump = repr(cursor.fetchall())
            assert not [word for word in secrets if word in dump], table


def test_no_token_and_no_code_stands_in_the_database(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    token = mona.link().split("/")[2]
    mona.browser.post(mona.link())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("consent_", "audit_", "people_")):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - table names of our own
                assert token not in repr(cursor.fetchall()), table
