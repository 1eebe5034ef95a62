"""From the message to the receipt, as the person on the phone lives it."""

import json
import re
from hashlib import sha256
from typing import Any

import pytest

from compliance.consent import selectors
from compliance.consent.models import Consent, ConsentRequest
from media_jobs.jobs.models import Job
from tests.compliance.consent.conftest import MONA, TANGUY, Phone
from tests.personas import CommittingClient, Outbox, Personas

pytestmark = pytest.mark.django_db


def test_source_and_target_are_both_asked_once(waiting: Job, outbox: Outbox) -> None:
    asked = [message for message in outbox.all() if message["purpose"] == "consent"]

    assert sorted(message["to"] for message in asked) == [MONA, TANGUY]
    assert all("丽莎" not in message["body"] and "唐吉" not in message["body"] for message in asked)
    assert all("Anna" in message["body"] for message in asked)
    assert waiting.state == "awaiting_consent"


def test_opening_the_link_tells_and_consumes_nothing(waiting: Job, mona: Phone) -> None:
    for _visit in range(3):
        page = mona.browser.get(mona.link())
        assert page.status_code == 200
        assert "139****0001" in page.content.decode()
        assert "Anna" not in page.content.decode()
        assert "社团海报" not in page.content.decode()
    assert set(ConsentRequest.objects.values_list("state", flat=True)) == {"sent"}


def test_the_page_shows_all_nine_items_and_ticks_nothing(waiting: Job, mona: Phone, settings: Any) -> None:
    page = mona.prove().content.decode()

    request = ConsentRequest.objects.get(subject__phone_index=selectors.phone_index(MONA))
    assert request.state == "opened"
    from compliance.consent import notice

    items = notice.build(request, language="zh-hans").items
    assert [item.key for item in items] == [
        "who", "contact", "purpose", "method", "type", "retention", "rights", "necessity", "impact",
    ]  # fmt: skip
    assert "社团海报" in page
    assert 'name="edit"' in page
    assert 'name="publish"' in page
    assert not re.search(r"<input[^>]*\bchecked\b", page)
    assert settings.PROVIDER_CONTACT in page


def test_the_last_agreement_starts_the_job_by_itself(waiting: Job, mona: Phone, tanguy: Phone, recorded: Any) -> None:
    mona.prove()
    mona.agree(publish=True)
    waiting.refresh_from_db()
    assert waiting.state == "awaiting_consent"
    assert not selectors.all_granted(waiting)

    tanguy.prove()
    tanguy.agree()

    waiting.refresh_from_db()
    assert waiting.state == "input_review"
    assert selectors.all_granted(waiting)
    assert not selectors.may_publish(waiting)  # Tanguy agreed to editing only
    names = [event.type for event in recorded("consent.")]
    assert names == [
        "consent.person_named", "consent.person_named", "consent.ask_set", "consent.requested", "consent.requested",
        "consent.opened", "consent.granted", "consent.opened", "consent.granted",
    ]  # fmt: skip


def test_publication_needs_everybodys_own_choice(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    for phone in (mona, tanguy):
        phone.prove()
        phone.agree(publish=True)

    assert selectors.may_publish(waiting)


def test_agreeing_without_the_tick_is_refused_on_the_page(waiting: Job, mona: Phone) -> None:
    mona.prove()
    answer = mona.browser.post(mona.page(), {"answer": "agree", "text_hash": "0" * 64})

    assert answer.status_code == 422
    assert "alert-danger" in answer.content.decode()
    assert not Consent.objects.exists()


def test_a_text_that_changed_after_reading_is_not_agreed_to(waiting: Job, mona: Phone) -> None:
    mona.prove()
    answer = mona.browser.post(mona.page(), {"answer": "agree", "edit": "1", "text_hash": "0" * 64})

    assert answer.status_code == 409
    assert not Consent.objects.exists()


def test_the_receipt_proves_its_own_text(waiting: Job, mona: Phone, recorded: Any) -> None:
    mona.prove()
    page = mona.agree()
    assert page.status_code == 200
    consent = Consent.objects.get()
    assert consent.receipt_no in page.content.decode()

    file = mona.browser.get(f"/c/receipt/{consent.receipt_no}.json")

    assert file["Content-Disposition"] == f'attachment; filename="consent-{consent.receipt_no}.json"'
    receipt = json.loads(file.content)
    assert receipt["text_sha256"] == sha256(receipt["text"].encode()).hexdigest()
    assert receipt["scopes"] == {"edit": True, "publish": False}
    assert receipt["subject"]["phone"] == "139****0001"
    assert receipt["log_events"] == [{"event": "consent.granted", "id": consent.event_id}]
    assert receipt["revoke_at"].endswith(f"/c/receipt/{consent.receipt_no}/")
    assert MONA not in file.content.decode()
    assert "丽莎" not in file.content.decode()


def test_the_message_after_agreeing_leads_back(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    mona.prove()
    mona.agree()
    consent = Consent.objects.get()
    last = outbox.last(MONA)
    assert consent.receipt_no in last["body"]
    assert outbox.link(MONA) == "/c/manage/"

    elsewhere = Phone(MONA, outbox)
    page = elsewhere.log_in()

    assert consent.receipt_no in page.content.decode()
    assert elsewhere.browser.get(f"/c/receipt/{consent.receipt_no}/").status_code == 200


def test_declining_ends_the_job_with_a_neutral_reason(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    mona.prove()
    page = mona.decline()

    assert page.status_code == 200
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason_code) == ("cancelled", "consent.declined")
    assert {row.name: row.state for row in selectors.consent_rows(waiting)} == {"丽莎": "no", "唐吉": "closed"}
    # Tanguy is not bothered any more, and his link is as dead as an unknown one.
    assert tanguy.browser.get(tanguy.link()).status_code == 404


def test_a_link_serves_one_answer(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    link = mona.link()
    mona.prove()
    form = mona.browser.get(mona.page()).content.decode()
    mona.agree()

    replay = mona.browser.post(mona.page(), {"answer": "decline"})
    assert replay.status_code == 409
    assert 'name="text_hash"' in form
    assert Consent.objects.count() == 1

    stranger = CommittingClient()
    page = stranger.get(link)
    assert page.status_code == 200
    assert "/c/manage/" in page.content.decode()
    assert "Anna" not in page.content.decode()
    assert stranger.post(link).status_code == 200
    assert mona.browser.get(link).status_code == 302  # the same browser sees the state


def test_a_second_browser_proves_the_number_again(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    mona.prove()
    other = Phone(MONA, outbox)

    assert "139****0001" in other.browser.get(other.link()).content.decode()
    turned_away = other.browser.get(other.page())
    assert turned_away.status_code == 302
    assert turned_away["Location"].startswith("/c/manage/")


def test_a_wrong_code_opens_nothing_and_guesses_run_out(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    mona.browser.post(mona.link())
    right = outbox.code(MONA)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _guess in range(5):
        assert mona.browser.post("/c/code/", {"code": wrong}).status_code == 422

    assert mona.browser.post("/c/code/", {"code": right}).status_code == 422
    assert mona.browser.get(mona.page()).status_code == 302


def test_the_code_of_one_browser_is_worth_nothing_in_another(waiting: Job, mona: Phone, outbox: Outbox) -> None:
    mona.browser.post(mona.link())
    code = outbox.code(MONA)
    thief = CommittingClient()
    thief.post(mona.link())

    assert thief.post("/c/code/", {"code": code}).status_code == 422


def test_the_seat_closes_after_a_quarter_of_an_hour(waiting: Job, mona: Phone) -> None:
    mona.prove()
    session = mona.browser.session
    session["consent_seat"] = {**session["consent_seat"], "until": 0}
    session.save()

    assert mona.browser.get(mona.page()).status_code == 302


def test_the_subjects_seat_is_no_account(waiting: Job, mona: Phone, personas: Personas) -> None:
    mona.prove()
    assert "_auth_user_id" not in mona.browser.session
    anna = personas.client("anna")
    assert anna.get(mona.page()).status_code == 302  # an account opens no subject's page


def test_the_person_sees_the_own_picture_only_with_the_seat(waiting: Job, mona: Phone, tanguy: Phone) -> None:
    page = mona.prove().content.decode()
    own = re.search(r'href="(/c/request/[^"]+/picture/[^"]+)"', page)
    assert own
    picture = mona.browser.get(own[1])
    assert picture.status_code == 200
    assert picture.content[:2] == b"\xff\xd8"  # re-encoded: the upload was a PNG
    assert "no-store" in picture["Cache-Control"]
    tanguy.prove()
    assert tanguy.browser.get(own[1]).status_code == 404
    assert CommittingClient().get(own[1]).status_code == 302


def test_what_a_model_made_is_never_shown(another: Any, mona: Phone) -> None:
    job = another(engine="gateway")
    page = mona.prove()

    assert page.status_code == 200
    assert "/picture/" not in page.content.decode()
    person = job.depicted.get()
    assert mona.browser.get(f"{mona.page()}picture/{person.pk}/").status_code == 404


def test_the_asker_who_is_depicted_is_asked_like_everybody(another: Any, anna: Any, outbox: Outbox) -> None:
    job = another(depicted=anna.phone)
    assert job.state == "awaiting_consent"
    herself = Phone(anna.phone, outbox)
    herself.prove()
    herself.agree()
    job.refresh_from_db()
    assert selectors.all_granted(job) or selectors.missing(job)
    assert Consent.objects.get().subject.phone == anna.phone


def test_english_reads_english(waiting: Job, mona: Phone) -> None:
    mona.browser.cookies["django_language"] = "en"
    page = mona.prove().content.decode()

    assert "Decide whether Anna may use your picture" in page
    mona.agree()
    assert Consent.objects.get().language == "en"
