"""Stopping by order: who may, what is asked, what stays."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.people.actors import actor_for
from compliance.rules.errors import DomainError
from compliance.switches import selectors, services
from compliance.switches.models import SwitchChange
from tests.personas import Personas


def stop(
    personas: Personas, name: str, *, stopped: bool = True, seat: str = "officer", order: str = "网信停〔2026〕1号"
) -> bool:
    return services.switch_set(
        actor=actor_for(getattr(personas, seat)), name=name, stopped=stopped, order_number=order, reason="演练"
    )


@pytest.mark.parametrize("name", ["publication", "registration", "job:face_blend"])
def test_a_stop_works_at_once_for_that_service_only(personas: Personas, recorded: Any, name: str) -> None:
    stop(personas, name)

    names = ["publication", "registration", "job:face_blend", "job:gateway"]
    assert [other for other in names if selectors.is_stopped(other)] == [name]
    with pytest.raises(DomainError) as met:
        selectors.refuse_if_stopped(name)
    assert (met.value.code, met.value.status) == ("switches.stopped", 503)
    event = recorded("switch.")[-1]
    assert (event.type, event.public) == ("switch.stopped", {"name": name, "order_number": "网信停〔2026〕1号"})
    assert event.actor == f"officer:{personas.officer.pk}"


def test_starting_again_keeps_both_orders_on_record(personas: Personas, recorded: Any) -> None:
    stop(personas, "publication")
    stop(personas, "publication", stopped=False, order="网信复〔2026〕2号", seat="admin1")

    assert not selectors.is_stopped("publication")
    assert [change.order_number for change in SwitchChange.objects.all()] == ["网信复〔2026〕2号", "网信停〔2026〕1号"]
    assert [event.type for event in recorded("switch.")] == ["switch.stopped", "switch.resumed"]


def test_setting_what_is_set_changes_and_logs_nothing(personas: Personas, recorded: Any) -> None:
    assert stop(personas, "publication")
    assert not stop(personas, "publication")

    assert len(recorded("switch.")) == 1


@pytest.mark.parametrize("seat", ["anna", "staff", "regulator"])
def test_other_seats_may_not_move_a_switch(personas: Personas, seat: str) -> None:
    with pytest.raises(DomainError) as refused:
        stop(personas, "publication", seat=seat)

    assert refused.value.status == 403
    assert not selectors.is_stopped("publication")


def test_a_switch_needs_an_order(personas: Personas) -> None:
    with pytest.raises(DomainError) as refused:
        stop(personas, "publication", order="  ")

    assert refused.value.code == "switches.without_order"


@pytest.mark.parametrize("name", ["Publication", "job:", "job:Über", "downloads", "publication\n", ""])
def test_a_misspelt_gate_is_an_error_and_not_an_open_door(personas: Personas, name: str) -> None:
    with pytest.raises(ValueError, match="no such switch"):
        selectors.is_stopped(name)
    with pytest.raises(DomainError) as refused:
        stop(personas, name)
    assert refused.value.code == "switches.unknown"


def test_asking_costs_one_query(personas: Personas, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        selectors.is_stopped("job:gateway")


@pytest.mark.parametrize(
    ("seat", "status"),
    [("anna", 403), ("staff", 403), ("regulator", 403), ("officer", 200), ("admin1", 200)],
)
def test_only_officers_and_administrators_see_the_page(personas: Personas, seat: str, status: int) -> None:
    assert personas.client(seat).get(reverse("switches")).status_code == status


def test_a_visitor_is_sent_to_the_log_in(personas: Personas, browser: Any) -> None:
    assert reverse("account_login") in browser.get(reverse("switches"))["Location"]


@pytest.mark.parametrize("seat", ["anna", "staff", "regulator"])
def test_other_seats_cannot_post_either(personas: Personas, seat: str) -> None:
    data = {"name": "publication", "stopped": "1", "order_number": "1", "reason": "x"}

    assert personas.client(seat).post(reverse("switches"), data).status_code == 403
    assert not selectors.is_stopped("publication")


def test_the_officer_stops_publication_on_the_page_and_sees_it(personas: Personas) -> None:
    client = personas.client("officer")
    data = {"name": "publication", "stopped": "1", "order_number": "网信停〔2026〕9号", "reason": "检查期间暂停"}

    page = client.post(reverse("switches"), data, follow=True)

    assert selectors.is_stopped("publication")
    assert "网信停〔2026〕9号" in page.content.decode()


def test_an_empty_order_is_said_beside_the_field_and_the_form_stays_open(personas: Personas) -> None:
    data = {"name": "publication", "stopped": "1", "order_number": "", "reason": "x"}

    page = personas.client("officer").post(reverse("switches"), data)

    assert page.status_code == 400
    assert "<details open>" in page.content.decode()
    assert "field-error" in page.content.decode()
