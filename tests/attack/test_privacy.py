"""Who sees more than the seat needs: caches, addresses, other people's pictures, the log's readable part."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.people.actors import actor_for
from accounts.people.services import regulators
from compliance.audit.entry import parse
from compliance.audit.events import all_events
from compliance.audit.models import Pending
from media_jobs.uploads.models import Upload
from tests.media_jobs.story import cast, media, placed_draft, submit
from tests.personas import PHONES, Outbox, Personas, client_for

__all__ = ["cast", "media"]

pytestmark = pytest.mark.django_db

# Public field names that could hold or lead to a person; what is declared must not look like these.
_PERSONAL = re.compile(r"name\b|phone|email|address|number|letter|code$|text|purpose|account|user|owner|subject")
_JUDGED = {
    "switch.stopped": {"name", "order_number"},  # what is stopped, and the public order that stopped it
    "switch.resumed": {"name", "order_number"},
    "job.released": {"provider_code"},  # the provider's own, in every file it releases
}


def test_no_event_declares_a_readable_field_that_could_name_somebody() -> None:
    found = {event.name: {field for field in event.public if _PERSONAL.search(field)} for event in all_events()}

    assert {name: fields for name, fields in found.items() if fields} == _JUDGED


def test_a_letter_does_not_tie_the_entries_of_an_appointment(personas: Personas, outbox: Outbox) -> None:
    number = "闽网信函〔2026〕77号"
    row = regulators.regulator_propose(
        actor=actor_for(personas.admin1),
        administrator=personas.admin1,
        authority="cac",
        region="福建",
        letter_number=number,
        letter_reference="档案",
        holder_name="林某",
        holder_phone="+8613911110041",
    )
    regulators.regulator_open(actor=actor_for(personas.admin2), administrator=personas.admin2, appointment=row)

    entries = [pending.entry for pending in Pending.objects.all()]
    assert entries
    assert not [text for text in entries if number in text]
    assert {"letter"} <= set(parse(next(text for text in entries if "regulator.opened" in text)).commitments)


@pytest.mark.parametrize("path", ["/jobs/", "/account/", "/identity/", "/organisation/", "/agreements/", "/rules/"])
def test_what_a_seat_was_shown_stays_in_no_cache(personas: Personas, path: str) -> None:
    assert "no-store" in client_for(personas.anna).get(path)["Cache-Control"]


def test_what_a_token_was_shown_stays_in_no_cache(cast: Personas) -> None:
    from accounts.people.services.tokens import token_issue

    _row, secret = token_issue(actor=actor_for(cast.anna), user=cast.anna, label="x", scopes=["jobs.read"])
    from django.test import Client

    answer = Client().get("/api/v1/jobs/", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_staff_find_a_person_without_writing_the_number_into_an_address(personas: Personas) -> None:
    client = personas.client("staff")

    page = client.get("/staff/").content.decode()
    posted = client.post("/staff/", {"q": PHONES["anna"]}).content.decode()
    addressed = client.get("/staff/", {"q": PHONES["anna"]}).content.decode()

    assert re.search(r'<form method="post" action="/staff/"', page)
    assert "Anna" in posted
    assert "Berta" not in posted
    assert "Berta" in addressed  # a number in an address is not looked at


def test_an_officer_sees_no_picture_outside_the_logged_review(cast: Personas) -> None:
    job = placed_draft(cast.anna)
    upload = Upload.objects.get(job=job)

    assert cast.client("officer").get(reverse("upload_thumb", args=[upload.pk])).status_code == 404
    assert cast.client("officer").get(reverse("upload_thumb", args=[uuid4()])).status_code == 404
    assert cast.client("anna").get(reverse("upload_thumb", args=[upload.pk])).status_code == 200


def test_nobody_writes_a_novel_into_a_review(cast: Personas) -> None:
    from compliance.audit.actor import system
    from compliance.review import services
    from compliance.review.errors import text_too_long
    from compliance.review.services import TEXT_LENGTH
    from compliance.rules.errors import DomainError
    from media_jobs.jobs.models import Job
    from media_jobs.jobs.states import State

    job = submit(placed_draft(cast.anna))
    hold = services.hold_open(actor=system("pipeline"), job=job, phase="input", reason="review.face_not_declared")
    Job.objects.filter(pk=job.pk).update(state=State.HELD, reason_code=hold.reason, resume_state=State.INPUT_REVIEW)
    hold.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        services.hold_answer(actor=actor_for(cast.anna), hold=hold, text="x" * (TEXT_LENGTH + 1))

    assert refused.value.code == text_too_long(TEXT_LENGTH).code


def test_every_answer_carries_the_headers(personas: Personas) -> None:
    answers: list[Any] = [
        client_for(personas.anna).get("/jobs/"),
        client_for(personas.anna).get("/nowhere/"),
        client_for(personas.anna).get("/trail/"),
    ]
    for answer in answers:
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
