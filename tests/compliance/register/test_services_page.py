"""The provider's profile and its services."""

from typing import Any

import pytest
from django.urls import reverse

from compliance.register.models import Service
from compliance.register.selectors import services_offered
from tests.personas import Personas

NEW = {"name": "海报工坊", "description": "为活动制作海报。", "engines": ["gateway", "face_blend"]}


@pytest.mark.parametrize(
    ("seat", "look", "add"),
    [("anna", 403, 403), ("regulator", 403, 403), ("officer", 200, 403), ("staff", 200, 302), ("admin1", 200, 302)],
)
def test_who_may_look_and_who_may_add(personas: Personas, seat: str, look: int, add: int) -> None:
    client = personas.client(seat)

    assert client.get(reverse("services")).status_code == look
    assert client.post(reverse("services"), NEW).status_code == add
    assert Service.objects.count() == (1 if add == 302 else 0)


def test_a_service_is_added_switched_off_and_on_and_each_is_logged(personas: Personas, recorded: Any) -> None:
    client = personas.client("staff")
    client.post(reverse("services"), NEW)
    service = services_offered().get()

    client.post(reverse("service_switch", args=[service.pk]), {"active": "0"})
    assert not services_offered().exists()
    client.post(reverse("service_switch", args=[service.pk]), {"active": "1"})
    client.post(reverse("service_switch", args=[service.pk]), {"active": "1"})

    assert services_offered().get() == service
    assert [event.type for event in recorded("service.")] == ["service.added", "service.changed", "service.changed"]


@pytest.mark.parametrize("seat", ["anna", "officer", "regulator"])
def test_other_seats_cannot_switch_a_service(personas: Personas, seat: str) -> None:
    service = Service.objects.create(name="x", description="y", engines=["gateway"])

    assert personas.client(seat).post(reverse("service_switch", args=[service.pk]), {"active": "0"}).status_code == 403
    assert services_offered().exists()


@pytest.mark.parametrize(
    ("change", "status"), [({"engines": []}, 400), ({"engines": ["nothing"]}, 400), ({"name": ""}, 400)]
)
def test_a_service_offers_something_that_exists(personas: Personas, change: dict[str, Any], status: int) -> None:
    assert personas.client("staff").post(reverse("services"), {**NEW, **change}).status_code == status
    assert not Service.objects.exists()


def test_a_name_is_taken_once(personas: Personas) -> None:
    client = personas.client("staff")
    client.post(reverse("services"), NEW)

    assert client.post(reverse("services"), NEW).status_code == 409
    assert Service.objects.count() == 1


def test_the_development_code_is_shown_as_what_it_is(personas: Personas, settings: Any) -> None:
    assert "PROVIDER_CODE" in personas.client("staff").get(reverse("services")).content.decode()

    settings.PROVIDER_CODE = "001191110102MACQD9K64010000"
    settings.PROVIDER_CODE_IS_DEFAULT = False

    page = personas.client("staff").get(reverse("services")).content.decode()
    assert "91110102MACQD9K640" in page
    assert "PROVIDER_CODE" not in page
