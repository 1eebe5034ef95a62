"""Reading and accepting before the first job (Provisions Art. 8, Labelling Measures Art. 8)."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts.people.actors import actor_for
from compliance.register import selectors, services
from compliance.register.access import HasAccepted, accepted_required
from compliance.register.models import Acceptance, PolicyKind
from compliance.register.wording import wording
from compliance.rules.errors import DomainError
from tests.personas import Personas

ALL = ("rules", "convention", "agreement")


def shown(*kinds: str) -> dict[str, str]:
    return {kind: wording(kind).sha256 for kind in kinds}


def test_nobody_has_accepted_anything_at_first(personas: Personas) -> None:
    assert not selectors.has_accepted_current(personas.anna)
    assert not selectors.has_accepted_current(AnonymousUser())
    assert [kind.value for kind in selectors.missing_acceptances(personas.anna)] == list(ALL)


def test_the_page_shows_every_whole_text_and_ticks_nothing(personas: Personas) -> None:
    page = personas.client("anna").get(reverse("policies")).content.decode()

    assert not re.search(r"<input[^>]*\schecked", page)
    for kind in ALL:
        assert re.search(rf'name="{kind}"[^>]*value="{wording(kind).sha256}"', page)
    for words in ("破坏标识", "我们约定", "看得见、听得到的标识"):
        assert words in page
    assert 'name="privacy"' not in page  # a notice informs, it is not agreed to


def test_accepting_records_text_version_time_and_no_address(personas: Personas, recorded: Any) -> None:
    answer = personas.client("anna").post(reverse("policies"), shown(*ALL), REMOTE_ADDR="203.0.113.77")

    assert answer.status_code == 302
    assert selectors.has_accepted_current(personas.anna)
    assert not selectors.has_accepted_current(personas.berta)
    rows = {row.kind: row for row in Acceptance.objects.all()}
    assert {kind: rows[kind].sha256 for kind in ALL} == shown(*ALL)
    assert all(len(row.address_index) == 64 for row in rows.values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM register_acceptance")
        assert "203.0.113.77" not in repr(cursor.fetchall())
    events = recorded("policy.accepted")
    assert [event.public["kind"] for event in events] == list(ALL)
    assert {event.actor for event in events} == {f"user:{personas.anna.pk}"}


@pytest.mark.parametrize("ticked", [(), ("rules",), ("rules", "agreement")])
def test_one_missing_tick_records_nothing(personas: Personas, ticked: tuple[str, ...]) -> None:
    answer = personas.client("anna").post(reverse("policies"), shown(*ticked))

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_a_text_that_changed_while_it_was_read_is_not_accepted(personas: Personas, settings: Any) -> None:
    seen = shown(*ALL)
    settings.PROVIDER_CONTACT = "new@example.invalid"

    answer = personas.client("anna").post(reverse("policies"), seen)

    assert answer.status_code == 409
    assert not Acceptance.objects.exists()


def test_when_a_text_changes_only_that_one_is_asked_again(personas: Personas, settings: Any) -> None:
    services.policies_accept(actor=actor_for(personas.anna), user=personas.anna)
    assert selectors.has_accepted_current(personas.anna)

    settings.ENGINES_ENABLED = ("gateway",)  # stands in the agreement only

    assert not selectors.has_accepted_current(personas.anna)
    assert selectors.missing_acceptances(personas.anna) == [PolicyKind.AGREEMENT]
    personas.client("anna").post(reverse("policies"), shown("agreement"))
    assert selectors.has_accepted_current(personas.anna)
    assert Acceptance.objects.filter(user=personas.anna).count() == 4


def test_accepting_twice_records_once(personas: Personas, recorded: Any) -> None:
    for _ in range(2):
        services.policies_accept(actor=actor_for(personas.anna), user=personas.anna)

    assert Acceptance.objects.count() == 3
    assert len(recorded("policy.accepted")) == 3


@pytest.mark.parametrize(
    ("following", "goes"),
    [("/jobs/new/", "/jobs/new/"), ("https://evil.example/", "/agreements/"), ("//evil.example", "/agreements/")],
)
def test_afterwards_one_goes_on_within_this_site_only(personas: Personas, following: str, goes: str) -> None:
    answer = personas.client("anna").post(reverse("policies"), {**shown(*ALL), "next": following})

    assert answer["Location"] == goes


def test_a_visitor_logs_in_first(browser: Any, db: None) -> None:
    assert reverse("account_login") in browser.get(reverse("policies"))["Location"]


def test_the_gate_lets_in_who_accepted_and_tells_the_others_where_to_go(personas: Personas) -> None:
    @accepted_required
    def view(request: Any) -> HttpResponse:
        return HttpResponse("in")

    request = RequestFactory().post("/jobs/new/")
    request.user = personas.anna
    with pytest.raises(DomainError) as refused:
        view(request)
    assert (refused.value.code, refused.value.status) == ("register.acceptance_required", 403)
    assert "/agreements/" in refused.value.way_out
    with pytest.raises(DomainError):
        HasAccepted().has_permission(request, None)  # type: ignore[arg-type]

    services.policies_accept(actor=actor_for(personas.anna), user=personas.anna)

    assert view(request).content == b"in"
    assert HasAccepted().has_permission(request, None)  # type: ignore[arg-type]
    request.user = AnonymousUser()
    assert view(request).status_code == 302
