"""The identity pages, as the person sees them; nobody sees anybody else's."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.identity import selectors
from accounts.identity.models import Verification
from accounts.identity.vendors.sandbox import samples
from tests.personas import PHONES, CommittingClient, Outbox, Personas

NUMBERS = {sample.ending: sample for sample in samples()}
GOOD_ID = NUMBERS[""].resident_id


def submit(client: CommittingClient, number: str = GOOD_ID, name: str = "张三") -> Any:
    return client.post(reverse("identity_channel", args=["id_card"]), {"name": name, "number": number})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_first_page_offers_three_ways_and_tells_what_happens_to_the_data(personas: Personas, language: str) -> None:
    page = personas.client("anna").get(reverse("identity"), HTTP_ACCEPT_LANGUAGE=language).content.decode()

    for key in ("mobile", "id_card", "organisation"):
        assert reverse("identity_channel", args=[key]) in page
    assert "138****8101" in page
    assert PHONES["anna"] not in page


def test_the_whole_way_by_mobile_number(personas: Personas, outbox: Outbox) -> None:
    client = personas.client("anna")

    sent = client.post(reverse("identity_mobile_send"), follow=True)
    assert sent.status_code == 200
    code = outbox.code(PHONES["anna"])
    done = client.post(reverse("identity_channel", args=["mobile"]), {"code": code}, follow=True)

    assert done.status_code == 200
    assert "status-ok" in done.content.decode()
    assert selectors.is_verified(personas.anna)
    assert code not in client.get(reverse("identity")).content.decode()


def test_an_account_without_a_phone_is_told_so(personas: Personas) -> None:
    personas.anna.set_phone("", verified=False)
    personas.anna.save()
    client = personas.client("anna")

    assert client.get(reverse("identity_channel", args=["mobile"])).status_code == 200
    refused = client.post(reverse("identity_mobile_send"))
    assert refused.status_code == 400
    assert "identity.no_phone" in refused.content.decode()


@pytest.mark.parametrize("ending", list(NUMBERS))
def test_each_answer_of_the_register_has_its_page(personas: Personas, ending: str) -> None:
    client = personas.client("anna")

    answer = submit(client, NUMBERS[ending].resident_id)
    page = client.get(answer["Location"])

    assert answer.status_code == 302
    assert page.status_code == 200
    assert ("status-ok" in page.content.decode()) is (ending == "")
    assert NUMBERS[ending].resident_id not in page.content.decode()


@pytest.mark.parametrize(
    ("number", "name"),
    [("123", "张三"), (GOOD_ID[:-1] + ("0" if GOOD_ID[-1] != "0" else "1"), "张三"), (GOOD_ID, "张")],
)
def test_a_slip_is_said_beside_the_field_and_nothing_is_recorded(personas: Personas, number: str, name: str) -> None:
    answer = submit(personas.client("anna"), number, name)

    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()
    assert not Verification.objects.exists()


def test_the_page_lists_numbers_to_try_only_where_the_sandbox_answers(personas: Personas) -> None:
    page = personas.client("anna").get(reverse("identity_channel", args=["id_card"])).content.decode()

    for sample in samples():
        assert sample.resident_id in page


def test_what_is_stored_is_shown_shortened(personas: Personas) -> None:
    client = personas.client("anna")
    submit(client, name="张三丰")

    page = client.get(reverse("identity")).content.decode()

    assert "张**" in page
    assert "张三丰" not in page
    assert GOOD_ID not in page


def test_the_second_account_with_a_number_sees_the_conflict_and_the_way_out(personas: Personas) -> None:
    submit(personas.client("anna"))

    answer = submit(personas.client("berta"))

    assert answer.status_code == 409
    assert "identity.held_elsewhere" in answer.content.decode()
    assert str(personas.anna.pk) not in answer.content.decode()


def test_too_many_attempts_are_said_on_the_form(personas: Personas) -> None:
    client = personas.client("anna")
    for ending in ("91", "92", "93", "94", "95", "96"):
        submit(client, NUMBERS[ending].resident_id)

    answer = submit(client)

    assert answer.status_code == 429
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("seat", ["berta", "staff", "officer", "regulator", "admin1"])
def test_nobody_opens_somebody_elses_attempt(personas: Personas, seat: str) -> None:
    location = submit(personas.client("anna"))["Location"]

    assert personas.client(seat).get(location).status_code == 404
    assert personas.client("anna").get(location).status_code == 200


def test_visitors_log_in_first(browser: Any, db: None) -> None:
    for url in (reverse("identity"), reverse("identity_channel", args=["mobile"])):
        assert reverse("account_login") in browser.get(url)["Location"]
    assert reverse("account_login") in browser.post(reverse("identity_mobile_send"))["Location"]


def test_an_unknown_way_is_not_found(personas: Personas) -> None:
    assert personas.client("anna").get("/identity/telepathy/").status_code == 404


def test_the_pages_are_never_cached(personas: Personas) -> None:
    client = personas.client("anna")

    for url in (reverse("identity"), reverse("identity_channel", args=["id_card"])):
        assert "no-store" in client.get(url)["Cache-Control"]
