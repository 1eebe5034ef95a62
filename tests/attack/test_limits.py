"""Guesses, messages and bytes: nobody gets more of them in parallel, from elsewhere, or under another name."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.people.actors import actor_for
from accounts.people.network import client_address, network_of, subscriber_of
from accounts.people.services.tokens import token_issue
from compliance.audit.models import Pending
from compliance.consent.models import Subject
from compliance.consent.selectors import phone_index
from tests.media_jobs.story import cast, media
from tests.personas import PHONES, CommittingClient, Outbox, Personas, client_for

__all__ = ["cast", "media"]

pytestmark = pytest.mark.django_db


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestGuesses:
    """allauth counts guesses in the session; guesses that run in parallel overwrite one another's count."""

    def test_a_sixth_guess_is_refused_even_when_the_session_forgot_the_others(
        self, browser: CommittingClient, outbox: Outbox, personas: Personas
    ) -> None:
        browser.post("/accounts/login/", {"login": PHONES["anna"]})
        code = outbox.code(PHONES["anna"])
        before = dict(browser.session)
        for _ in range(5):
            browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": wrong(code)})
            session = browser.session  # what the slowest of the parallel requests writes: the count it began with
            session.update(before)
            session.save()

        answer = browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": code})

        assert answer.status_code == 429
        assert "_auth_user_id" not in browser.session

    def test_five_guesses_are_a_persons_own(
        self, browser: CommittingClient, outbox: Outbox, personas: Personas
    ) -> None:
        browser.post("/accounts/login/", {"login": PHONES["anna"]})
        code = outbox.code(PHONES["anna"])
        for _ in range(4):
            browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": wrong(code)})

        browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": code})

        assert browser.session["_auth_user_id"] == str(personas.anna.pk)


def test_being_depicted_somewhere_cannot_be_found_out_by_asking_for_codes(outbox: Outbox) -> None:
    known, unknown = "+8613911110031", "+8613911110032"
    Subject.objects.create(phone=known, phone_index=phone_index(known), created_at=timezone.now())

    def knock(number: str) -> list[int]:
        client = CommittingClient()
        seen = [client.post("/c/manage/", {"phone": number}).status_code]
        seen += [client.post("/c/code/again/").status_code for _ in range(3)]
        seen += [client.post("/c/manage/", {"phone": number}).status_code]
        return [*seen, CommittingClient().post("/c/manage/", {"phone": number}).status_code]

    assert knock(known) == knock(unknown)
    assert outbox.all(unknown) == []


class TestAddresses:
    """A limit counts who asks, not what the client says of itself."""

    def test_a_header_is_nothing_without_a_proxy(self, settings: Any) -> None:
        settings.BEHIND_PROXY = False
        request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")

        assert client_address(request) == "203.0.113.7"

    def test_behind_the_proxy_its_own_hop_counts(self, settings: Any) -> None:
        settings.BEHIND_PROXY = True
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.7")

        assert client_address(request) == "203.0.113.7"

    def test_one_subscriber_has_one_bucket(self) -> None:
        def of(address: str) -> str:
            return subscriber_of(RequestFactory().get("/", REMOTE_ADDR=address))

        assert of("2001:db8:1:2::3") == of("2001:db8:1:2:ffff::9") != of("2001:db8:1:3::3")
        assert of("203.0.113.7") != of("203.0.113.8")
        assert of("::ffff:203.0.113.7") == of("203.0.113.7")
        assert of("nonsense") == "unknown"
        assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"

    @pytest.mark.parametrize("path", ["/c/manage/", "/accounts/signup/"])
    def test_two_people_behind_the_proxy_do_not_share_a_limit(self, settings: Any, outbox: Outbox, path: str) -> None:
        settings.BEHIND_PROXY = True
        settings.MESSAGES_PER_ADDRESS = 1

        def ask(address: str, last: int) -> int:
            return int(
                CommittingClient()
                .post(path, {"phone": f"+86139222{last:05d}"}, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address)
                .status_code
            )

        answers = [ask("198.51.100.9", number) for number in range(62)]

        assert answers[-1] == 429
        assert ask("203.0.113.5", 999) == 302


class TestBytes:
    """What a request may make us keep or hold, before anybody knows who sent it."""

    def test_a_forms_files_share_one_limit(self, cast: Personas, settings: Any) -> None:
        settings.UPLOAD_MAX_BYTES = 1000
        job = client_for(cast.anna).post("/api/v1/jobs/", {"engine": "gateway"}, content_type="application/json")
        files = {f"more{n}": SimpleUploadedFile(f"{n}.bin", b"x" * 900) for n in range(2)}

        answer = client_for(cast.anna).post(
            f"/api/v1/jobs/{job.json()['id']}/inputs/file/",
            {**files, "file": SimpleUploadedFile("a.jpg", b"x" * 900)},
        )

        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "uploads.too_large")

    def test_a_form_of_many_files_is_refused(self, cast: Personas) -> None:
        files = {f"file{n}": SimpleUploadedFile(f"{n}.bin", b"x") for n in range(9)}

        assert Client().post("/verify/", files).status_code == 400

    def test_json_that_is_too_long_is_refused_unread(self, cast: Personas, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        _row, secret = token_issue(actor=actor_for(cast.anna), user=cast.anna, label="x", scopes=["jobs.write"])

        answer = Client().post(
            "/api/v1/jobs/",
            json.dumps({"engine": "x" * 2000}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

        assert answer.status_code == 400

    def test_json_that_is_too_deep_is_a_bad_request(self, cast: Personas) -> None:
        answer = client_for(cast.anna).post("/api/v1/jobs/", "[" * 200_000, content_type="application/json")

        assert answer.status_code == 400


def test_knocking_does_not_fill_the_log(personas: Personas) -> None:
    client = client_for(personas.anna)  # signed in, not verified

    answers = {client.post("/jobs/new/", {"engine": "gateway"}).status_code for _ in range(40)}

    assert answers == {403}
    assert Pending.objects.count() == 30
