"""Onboarding: who is stuck and why, and what staff can do; what they never see."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.identity import selectors as identity
from accounts.identity.models import IdentityDocument, Verification
from accounts.identity.services import verify
from accounts.identity.vendors.sandbox import samples
from accounts.people.actors import actor_for
from accounts.people.models import Invitation, User
from compliance.register import onboarding, services
from compliance.rules.errors import DomainError
from tests.personas import PHONES, Outbox, Personas

NUMBERS = {sample.ending: sample for sample in samples()}
GUEST = "+8613912345678"


def try_card(user: User, ending: str = "", name: str = "王五") -> Verification:
    number = NUMBERS[ending].resident_id
    return verify(actor=actor_for(user), user=user, channel="id_card", name=name, number=number)


def accept(user: User) -> None:
    services.policies_accept(actor=actor_for(user), user=user)


def stages(**wanted: str) -> dict[str, str]:
    rows = onboarding.rows_of_accounts(list(onboarding.accounts(**wanted)))
    return {row.who: row.stage.value for row in rows}


@pytest.fixture
def invited(personas: Personas, outbox: Outbox) -> Iterator[Invitation]:
    personas.client("staff").post(reverse("staff_invite"), {"phone": "139 1234 5678", "role": "user"})
    return Invitation.objects.get()


def test_the_way_from_sign_up_to_ready(personas: Personas) -> None:
    assert stages() == {"Anna": "not_verified", "Berta": "not_verified"}

    try_card(personas.anna)
    assert stages()["Anna"] == "not_accepted"
    accept(personas.anna)
    assert stages() == {"Anna": "ready", "Berta": "not_verified"}
    accept(personas.berta)
    assert stages()["Berta"] == "not_verified"

    assert stages(stage="ready") == {"Anna": "ready"}
    assert stages(stage="not_verified") == {"Berta": "not_verified"}
    assert stages(stage="not_accepted") == {}
    assert stages(stage="invited") == {}


def test_the_filter_and_the_row_agree_when_a_text_changes(personas: Personas, settings: Any) -> None:
    try_card(personas.anna)
    accept(personas.anna)

    settings.PROVIDER_CONTACT = "new@example.invalid"

    assert stages(stage="not_accepted") == {"Anna": "not_accepted"}
    assert stages(stage="ready") == {}


@pytest.mark.parametrize("ending", [ending for ending in NUMBERS if ending])
def test_staff_read_why_somebody_is_stuck_in_words_and_never_name_or_number(personas: Personas, ending: str) -> None:
    try_card(personas.anna, ending)
    client = personas.client("staff")

    pages = [
        client.get(reverse("staff"), HTTP_ACCEPT_LANGUAGE="en").content.decode(),
        client.get(reverse("staff_account", args=[personas.anna.pk]), HTTP_ACCEPT_LANGUAGE="en").content.decode(),
    ]

    row = onboarding.row_of(personas.anna)
    for page in pages:
        assert str(row.why).replace("'", "&#x27;") in page
        for secret in (NUMBERS[ending].resident_id, "王五", PHONES["anna"], PHONES["anna"][3:]):
            assert secret not in page


def test_staff_do_not_see_name_and_number_of_a_verified_person_either(personas: Personas) -> None:
    try_card(personas.anna)

    page = personas.client("staff").get(reverse("staff_account", args=[personas.anna.pk])).content.decode()

    assert "王" not in page
    assert NUMBERS[""].resident_id not in page
    assert "138****8101" in page


@pytest.mark.parametrize(
    "asked", ["13800138101", "+86 138 0013 8101", "１３８００１３８１０１", "account", "account8", "ACCOUNT"]
)
def test_an_account_is_found_by_its_number_or_the_whole_phone(personas: Personas, asked: str) -> None:
    number = str(personas.anna.pk)
    asked = {"account": number, "account8": number[:8], "ACCOUNT": number.upper()}.get(asked, asked)

    assert stages(q=asked) == {"Anna": "not_verified"}


@pytest.mark.parametrize("asked", ["1380013", "8101", "138", "Anna", "%", "' OR 1=1", "13800138199"])
def test_half_a_phone_or_a_name_finds_nobody(personas: Personas, asked: str) -> None:
    assert stages(q=asked) == {}


@pytest.mark.parametrize(
    ("seat", "status"), [("anna", 403), ("officer", 403), ("regulator", 403), ("staff", 200), ("admin1", 200)]
)
def test_only_staff_and_administrators_open_the_pages(personas: Personas, seat: str, status: int) -> None:
    client = personas.client(seat)

    for url in (reverse("staff"), reverse("staff_invite"), reverse("staff_account", args=[personas.anna.pk])):
        assert client.get(url).status_code == status, url


@pytest.mark.parametrize("seat", ["anna", "berta", "officer", "regulator"])
def test_other_seats_cannot_help_themselves(personas: Personas, invited: Invitation, seat: str) -> None:
    client = personas.client(seat)
    anna = personas.anna.pk

    for url in (
        reverse("staff_remind", args=[anna]),
        reverse("staff_reset", args=[anna]),
        reverse("staff_release", args=[anna, "resident_id"]),
        reverse("staff_resend", args=[invited.pk]),
        reverse("staff_revoke", args=[invited.pk]),
        reverse("staff_invite"),
    ):
        assert client.post(url, {"reason": "x"}).status_code == 403, url


@pytest.mark.parametrize("seat", ["staff", "officer", "regulator", "admin1"])
def test_staff_look_after_users_only(personas: Personas, seat: str) -> None:
    other = getattr(personas, seat)

    assert personas.client("staff").get(reverse("staff_account", args=[other.pk])).status_code == 404


def test_an_invitation_is_sent_listed_shortened_sent_again_and_withdrawn(
    personas: Personas, outbox: Outbox, invited: Invitation
) -> None:
    client = personas.client("staff")
    first = outbox.link(GUEST)

    page = client.get(reverse("staff")).content.decode()
    assert "139****5678" in page
    assert GUEST[3:] not in page
    client.post(reverse("staff_resend", args=[invited.pk]))
    assert outbox.link(GUEST) != first
    assert [row.invitation for row in onboarding.rows_of_invitations(list(onboarding.invitations(q=GUEST)))] == [
        invited
    ]

    client.post(reverse("staff_revoke", args=[invited.pk]))
    assert "139****5678" not in client.get(reverse("staff")).content.decode()


def test_an_expired_invitation_says_so(personas: Personas, invited: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now())

    row = onboarding.rows_of_invitations(list(onboarding.invitations()))[0]

    assert "expired" in str(row.why) or "失效" in str(row.why) or "过期" in str(row.why)


@pytest.mark.parametrize(
    "data",
    [
        {"role": "user"},
        {"phone": "13912345678", "email": "a@example.cn", "role": "user"},
        {"phone": "123", "role": "user"},
        {"phone": "13912345678", "role": "officer"},
        {"phone": "13912345678", "role": "regulator"},
    ],
)
def test_an_impossible_invitation_is_said_on_the_form(personas: Personas, outbox: Outbox, data: dict[str, str]) -> None:
    answer = personas.client("staff").post(reverse("staff_invite"), data)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Invitation.objects.exists()


def test_an_administrator_may_invite_staff(personas: Personas, outbox: Outbox) -> None:
    personas.client("admin1").post(reverse("staff_invite"), {"phone": "13912345678", "role": "staff"})

    assert Invitation.objects.get().role == "staff"


def test_a_reminder_names_what_is_missing_and_is_logged(personas: Personas, outbox: Outbox, recorded: Any) -> None:
    client = personas.client("staff")
    client.post(reverse("staff_remind", args=[personas.anna.pk]))
    assert outbox.link(PHONES["anna"]) == "/identity/"

    try_card(personas.anna)
    client.post(reverse("staff_remind", args=[personas.anna.pk]))
    assert outbox.link(PHONES["anna"]) == "/agreements/"

    assert [event.public["missing"] for event in recorded("onboarding.")] == ["identity", "acceptance"]
    assert client.post(reverse("staff_remind", args=[personas.anna.pk])).status_code == 429
    accept(personas.anna)
    assert client.post(reverse("staff_remind", args=[personas.anna.pk])).status_code == 409


def test_attempts_are_given_back_on_the_page(personas: Personas) -> None:
    for ending in ("91", "92", "93", "94", "95", "96"):
        try_card(personas.anna, ending)
    with pytest.raises(DomainError):
        try_card(personas.anna)

    personas.client("staff").post(reverse("staff_reset", args=[personas.anna.pk]))

    assert try_card(personas.anna).level > 0


def test_a_number_held_by_the_wrong_account_is_released_with_a_reason(personas: Personas, recorded: Any) -> None:
    try_card(personas.berta)
    with pytest.raises(DomainError):
        try_card(personas.anna)
    client = personas.client("staff")
    page = client.get(reverse("staff_account", args=[personas.anna.pk])).content.decode()
    assert reverse("staff_account", args=[personas.berta.pk]) in page  # staff see which account holds it

    url = reverse("staff_release", args=[personas.berta.pk, "resident_id"])
    assert client.post(url, {"reason": ""}).status_code == 400
    assert identity.is_verified(personas.berta)
    client.post(url, {"reason": "本人持证件到场"})

    assert not identity.is_verified(personas.berta)
    assert not IdentityDocument.objects.exists()
    assert try_card(personas.anna).level > 0
    assert "identity.document_released" in [event.type for event in recorded()]
    assert client.post(url, {"reason": "x"}).status_code == 404


def test_the_list_asks_the_database_a_fixed_number_of_times(
    personas: Personas, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        user = User.objects.open_account(phone=f"+86139000{number:05d}", phone_verified=True, display_name=f"U{number}")
        if number % 3 == 0:
            Verification.objects.create(
                user=user, channel="id_card", verdict="mismatch", vendor="x", action="x", raw_code="x"
            )
    client = personas.client("staff")

    with django_assert_max_num_queries(20):
        page = client.get(reverse("staff"))

    assert page.content.decode().count("status-wait") == 25
    assert client.get(reverse("staff") + "?page=2").content.decode().count("status-wait") == 7
