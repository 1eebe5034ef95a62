"""The trail as officers and regulators use it, over the real log."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.people.actors import actor_for
from accounts.people.services.tokens import TRAIL_READ, token_issue
from compliance.audit.models import Event
from compliance.audit.sequencer import sequence, sequence_and_sign
from compliance.regulator.models import OrderQuery
from compliance.regulator.services import order_open
from tests.personas import Personas, client_for, make_user

ORDER = {"number": "网信检〔2026〕17号", "basis": "provisions-21"}


@pytest.fixture
def some_events(personas: Personas) -> Personas:
    """Anna and Berta each entered an order's worth of history: two events about two subjects."""
    for who in (personas.anna, personas.berta):
        order_open(actor=actor_for(who), regulator=personas.regulator, number=f"T-{who.pk}", basis="genai-19")
    sequence_and_sign()
    return personas


def _enter_order(client: Client) -> None:
    answer = client.post("/regulator/", ORDER)
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["anna", "staff"])
def test_other_seats_are_refused(name: str, personas: Personas) -> None:
    client = personas.client(name)

    for path in ("/trail/", f"/trail/{uuid4().hex}/", f"/trail/{uuid4().hex}/proof.json", "/regulator/"):
        assert client.get(path).status_code == 403, path
    assert client.get("/api/v1/events/").status_code == 403


def test_strangers_are_sent_to_log_in(db: None) -> None:
    assert Client().get("/trail/").status_code == 302
    assert Client().get("/api/v1/events/").status_code in {401, 403}


def test_officer_cannot_enter_an_order(personas: Personas) -> None:
    assert personas.client("officer").post("/regulator/", ORDER).status_code == 403


def test_officer_reads_and_filters(some_events: Personas) -> None:
    client = some_events.client("officer")

    everything = client.get("/trail/")
    one = client.get("/trail/", {"actor": str(some_events.anna.pk), "type": "regulator.order_opened"})

    assert everything.status_code == 200
    assert str(some_events.berta.pk) in everything.content.decode()
    assert [row.event.actor for row in one.context["rows"]] == [str(some_events.anna.pk)]


def test_pages_stay_inside_the_log_they_opened(some_events: Personas, settings: Any) -> None:
    client = some_events.client("officer")
    size = Event.objects.count()

    first = client.get("/trail/", {"before": 1, "size": size})

    assert [row.event.seq for row in first.context["rows"]] == [0]
    assert first.context["older"] == "before=1&size=" + str(size)


def test_unreadable_filter_is_named(some_events: Personas) -> None:
    answer = some_events.client("officer").get("/trail/", {"sha256": "not-a-hash"})

    assert answer.status_code == 400
    assert "sha256" in answer.context["form"].errors


def test_regulator_needs_an_order_and_every_look_is_logged(some_events: Personas) -> None:
    client = some_events.client("regulator")

    assert client.get("/trail/")["Location"] == "/regulator/"

    _enter_order(client)
    assert client.get("/trail/", {"actor": str(some_events.anna.pk)}).status_code == 200
    sequence_and_sign()

    query = OrderQuery.objects.get()
    logged = Event.objects.get(event_id=query.event_id)
    assert query.order.number == ORDER["number"]
    assert query.filters == {"actor": str(some_events.anna.pk)}
    assert logged.type == "regulator.queried"
    assert ORDER["number"] not in logged.entry
    assert str(some_events.anna.pk) not in logged.entry


def test_regulator_cannot_use_a_colleagues_order(some_events: Personas) -> None:
    colleague = make_user("colleague", "regulator", "+8613800138155")
    order_open(actor=actor_for(colleague), regulator=colleague, number="X-1", basis="csl")
    _row, secret = token_issue(
        actor=actor_for(some_events.regulator), user=some_events.regulator, label="api", scopes=[TRAIL_READ]
    )

    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/events/", {"order": "X-1"})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "regulator.order_required"


def test_api_answers_the_same_rows_under_an_order(some_events: Personas) -> None:
    order_open(
        actor=actor_for(some_events.regulator), regulator=some_events.regulator, number="R-7", basis="provisions-21"
    )
    sequence_and_sign()
    _row, secret = token_issue(
        actor=actor_for(some_events.regulator), user=some_events.regulator, label="api", scopes=[TRAIL_READ]
    )
    client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})

    answer = client.get("/api/v1/events/", {"order": "R-7", "type": "regulator.order_opened"})
    bad = client.get("/api/v1/events/", {"order": "R-7", "job": "nonsense"})

    assert answer.status_code == 200
    assert {row["type"] for row in answer.json()["rows"]} == {"regulator.order_opened"}
    assert OrderQuery.objects.filter(order__number="R-7").count() == 1
    assert bad.json()["error"]["code"] == "regulator.bad_filter"


def test_entry_page_and_proof(some_events: Personas) -> None:
    client = some_events.client("officer")
    event = Event.objects.filter(type="regulator.order_opened").first()
    assert event is not None

    page = client.get(f"/trail/{event.event_id}/")
    proof = client.get(f"/trail/{event.event_id}/proof.json")

    assert event.type in page.content.decode()
    bundle = json.loads(proof.content)
    assert bundle["entry"] == event.entry
    assert {item["field"] for item in bundle["disclosures"]} >= {"actor", "subject"}
    assert client.get(f"/trail/{uuid4().hex}/").status_code == 404


def test_entry_of_a_regulator_without_order_is_closed(some_events: Personas) -> None:
    event = Event.objects.first()
    assert event is not None

    assert client_for(some_events.regulator).get(f"/trail/{event.event_id}/").status_code == 403


def test_nothing_beyond_the_checkpoint_is_shown_whatever_size_is_asked_for(some_events: Personas) -> None:
    client = some_events.client("officer")
    signed = Event.objects.count()
    order_open(actor=actor_for(some_events.anna), regulator=some_events.anna, number="later", basis="genai-19")
    sequence()  # in the tree, under no checkpoint yet

    page = client.get("/trail/", {"size": 10**9})

    assert page.context["page"].size == signed
    assert max(row.event.seq for row in page.context["rows"]) == signed - 1


@pytest.mark.parametrize("value", ["-1", str(2**63), "1" * 5000, "1.5", "x", "٣x"], ids=lambda value: value[:20])
@pytest.mark.parametrize("name", ["before", "size"])
def test_senseless_positions_are_refused(some_events: Personas, name: str, value: str) -> None:
    assert some_events.client("officer").get("/trail/", {name: value}).status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_days_at_the_end_of_time_are_answered(some_events: Personas, name: str, day: str) -> None:
    assert some_events.client("officer").get("/trail/", {name: day}).status_code in (200, 400)


def test_turning_pages_gives_every_event_once_while_the_log_grows(some_events: Personas) -> None:
    client, seen = some_events.client("regulator"), list[int]()
    _enter_order(client)
    sequence_and_sign()
    size = Event.objects.count()
    older = {"size": str(size), "before": str(size)}
    while older:
        context = client.get("/trail/", older).context  # each look is logged, and the log grows under it
        sequence_and_sign()
        seen += [row.event.seq for row in context["rows"]]
        assert context["page"].size == size
        older = dict(part.split("=") for part in context["older"].split("&")) if "before=" in context["older"] else {}
        if context["page"].next_before is None:
            break

    assert seen == list(range(size - 1, -1, -1))
    assert Event.objects.count() > size
