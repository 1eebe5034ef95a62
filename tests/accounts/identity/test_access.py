"""The gate in front of every submission and publication (Provisions Art. 9)."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from accounts.identity.access import IsVerified, verified_required
from accounts.identity.services import verify
from accounts.identity.vendors.sandbox import samples
from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.rules.errors import DomainError
from tests.personas import Personas


@verified_required
def view(request: Any) -> HttpResponse:
    return HttpResponse("in")


def ask(user: User | AnonymousUser, method: str = "POST") -> Any:
    request = RequestFactory().generic(method, "/rules/")
    request.user = user
    request.resolver_match = resolve("/rules/")
    return request


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_by_an_unverified_account_is_refused_and_logged(personas: Personas, recorded: Any, method: str) -> None:
    with pytest.raises(DomainError) as refused:
        view(ask(personas.anna, method))

    assert (refused.value.code, refused.value.status) == ("identity.required", 403)
    assert "/identity/" in refused.value.way_out
    event = recorded("identity.")[-1]
    assert (event.type, event.outcome) == ("identity.refused_submission", "refused")
    assert event.public == {"where": "rules"}
    assert event.subject == str(personas.anna.pk)


def test_a_look_by_an_unverified_account_is_refused_and_not_logged(personas: Personas, recorded: Any) -> None:
    with pytest.raises(DomainError):
        view(ask(personas.anna, "GET"))

    assert recorded("identity.") == []


@pytest.mark.parametrize("seat", ["anna", "staff", "officer", "regulator", "admin1"])
def test_no_seat_is_exempt(personas: Personas, seat: str) -> None:
    with pytest.raises(DomainError) as refused:
        view(ask(getattr(personas, seat)))

    assert refused.value.code == "identity.required"


def test_a_verified_account_passes_page_and_api(personas: Personas, recorded: Any) -> None:
    anna = personas.anna
    verify(actor=actor_for(anna), user=anna, channel="id_card", name="张三", number=samples()[0].resident_id)

    assert view(ask(anna)).content == b"in"
    assert [event.type for event in recorded("identity.")] == ["identity.verified"]


def test_the_api_permission_raises_the_same_refusal(personas: Personas) -> None:
    from rest_framework.request import Request

    with pytest.raises(DomainError) as refused:
        IsVerified().has_permission(Request(ask(personas.anna)), None)  # type: ignore[arg-type]

    assert refused.value.code == "identity.required"


def test_a_visitor_goes_to_the_log_in(db: None) -> None:
    answer = view(ask(AnonymousUser()))

    assert answer.status_code == 302
    assert "next=/rules/" in answer["Location"]
