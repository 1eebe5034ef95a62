"""An account that lost its standing, a token that lost its force, a form from another site: nothing goes on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.people.actors import actor_for
from accounts.people.models import ApiToken, User
from accounts.people.services.tokens import token_issue
from compliance.register.models import Acceptance
from media_jobs.jobs.models import Job
from media_jobs.pipeline import wording
from tests.media_jobs.story import cast, media, placed_draft
from tests.personas import Personas, client_for

__all__ = ["cast", "media"]

pytestmark = pytest.mark.django_db


def bearer(user: User, *scopes: str) -> tuple[ApiToken, dict[str, str]]:
    token, secret = token_issue(actor=actor_for(user), user=user, label="x", scopes=list(scopes))
    return token, {"Authorization": f"Bearer {secret}"}


def test_a_closed_accounts_session_and_token_end_at_once(cast: Personas) -> None:
    session = client_for(cast.anna)
    _token, header = bearer(cast.anna, "jobs.read")
    assert session.get("/jobs/").status_code == Client().get("/api/v1/jobs/", headers=header).status_code == 200

    User.objects.filter(pk=cast.anna.pk).update(is_active=False)

    assert session.get("/jobs/").status_code == 302
    assert session.get("/api/v1/jobs/").status_code in {401, 403}
    assert Client().get("/api/v1/jobs/", headers=header).status_code in {401, 403}


@pytest.mark.parametrize(
    "change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}]
)
def test_a_token_out_of_force_opens_nothing(cast: Personas, change: dict[str, Any]) -> None:
    token, header = bearer(cast.anna, "jobs.read")
    ApiToken.objects.filter(pk=token.pk).update(**change)

    assert Client().get("/api/v1/jobs/", headers=header).status_code in {401, 403}


def test_a_token_does_what_its_scopes_say(cast: Personas) -> None:
    _token, reads = bearer(cast.anna, "jobs.read")
    _other, trail = bearer(cast.officer, "trail.read")

    created = Client().post("/api/v1/jobs/", {"engine": "gateway"}, content_type="application/json", headers=reads)
    assert created.status_code == 403
    assert Client().get("/api/v1/events/", headers=reads).status_code == 403
    assert Client().get("/api/v1/jobs/", headers=trail).status_code == 403
    assert Client().get("/jobs/", headers=reads).status_code == 302  # pages take no token


def test_a_regulators_token_reads_nothing_without_an_order(cast: Personas) -> None:
    _token, header = bearer(cast.regulator, "trail.read")

    for query in ({}, {"order": ""}, {"order": "made-up"}):
        answer = Client().get("/api/v1/events/", query, headers=header)
        assert (answer.status_code, "rows" in answer.json()) == (answer.status_code, False)
        assert answer.status_code in {400, 403}


@pytest.mark.parametrize("way", ["page", "program"])
def test_without_the_texts_nothing_begins_and_nothing_is_handed_in(cast: Personas, way: str) -> None:
    job = placed_draft(cast.anna)
    Acceptance.objects.filter(user=cast.anna).delete()
    client = client_for(cast.anna)
    reminder = wording.version(wording.REMINDER)
    if way == "page":
        began = client.post("/jobs/new/", {"engine": "gateway"})
        handed = client.post(f"/jobs/{job.pk}/submit/", {"reminder": "1", "reminder_version": reminder})
    else:
        kind = {"content_type": "application/json"}
        began = client.post("/api/v1/jobs/", {"engine": "gateway"}, **kind)
        handed = client.post(f"/api/v1/jobs/{job.pk}/submit/", {"reminder_version": reminder}, **kind)

    assert (began.status_code, handed.status_code) == (403, 403)
    assert Job.objects.get().state == "draft"


@pytest.mark.parametrize(
    "path", ["/jobs/new/", "/account/export/", "/c/manage/leave/", "/i18n/setlang/", "/api/v1/jobs/"]
)
def test_a_form_from_another_site_is_refused(cast: Personas, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.anna)

    assert client.post(path, {"engine": "gateway"}).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(cast: Personas, target: str) -> None:
    answers = [
        client_for(cast.anna).get("/accounts/login/", {"next": target}),
        client_for(cast.anna).post("/i18n/setlang/", {"language": "en", "next": target}),
        client_for(cast.anna).post("/agreements/", {"next": target}),
    ]

    assert all("evil" not in answer.headers.get("Location", "") for answer in answers)
    assert all("javascript" not in answer.headers.get("Location", "") for answer in answers)


def test_a_host_of_the_clients_choice_is_refused_and_never_written_into_a_link(cast: Personas) -> None:
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


def test_words_of_people_are_text_on_every_page(cast: Personas) -> None:
    nasty = "<script>alert(1)</script>"
    anna = client_for(cast.anna)
    anna.post("/account/profile/", {"display_name": nasty, "language": "en"})
    anna.post("/organisation/create/", {"name": nasty})
    job = placed_draft(cast.anna)
    job.uploads.update(original_name=f"{nasty}.jpg")
    anna.post(f"/consent/jobs/{job.pk}/ask/", {"purpose": nasty})

    pages = [anna.get(path) for path in ("/account/", "/organisation/", f"/jobs/{job.pk}/", "/jobs/")]
    pages += [cast.client("staff").get("/staff/"), cast.client("staff").get(f"/staff/accounts/{cast.anna.pk}/")]

    assert all(page.status_code == 200 for page in pages)
    assert not [page.request["PATH_INFO"] for page in pages if nasty in page.content.decode()]
    assert "&lt;script&gt;" in pages[0].content.decode()
