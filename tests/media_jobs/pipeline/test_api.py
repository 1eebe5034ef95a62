"""The JSON API: the pages' way, by session and by token."""

import hashlib
from typing import Any

import pytest
from django.test import Client

from accounts.people.actors import actor_for
from accounts.people.services.tokens import JOBS_READ, JOBS_WRITE, token_issue
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import State
from tests.media_jobs.story import ART23_SCENES, MONA, cast, media, picture, placed_draft, placed_release, portrait, run
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]


def _bearer(personas: Personas, *scopes: str) -> dict[str, Any]:
    _row, token = token_issue(actor=actor_for(personas.anna), user=personas.anna, label="t", scopes=list(scopes))
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_the_whole_way_by_token(cast: Personas) -> None:
    client, token = Client(), _bearer(cast, JOBS_READ, JOBS_WRITE)
    made = client.post(
        "/api/v1/jobs/",
        {"engine": "gateway", "art23_class": ART23_SCENES, "depicts": "none"},
        content_type="application/json",
        **token,
    ).json()
    path = f"/api/v1/jobs/{made['id']}/"
    assert [missing["code"] for missing in made["missing"]] == ["pipeline.input_missing"]

    stored = client.post(f"{path}inputs/file/", {"file": picture()}, **token)
    assert (stored.status_code, stored.json()["inputs"][0]["faces"]) == (201, 0)
    version = stored.json()["to_acknowledge"]["reminder"]["version"]
    handed = client.post(f"{path}submit/", {"reminder_version": version}, content_type="application/json", **token)
    assert (handed.status_code, handed.json()["state"]) == (202, "submitted")
    assert client.get(f"{path}download/", **token).status_code == 404

    run(Job.objects.get())

    told = client.get(path, **token).json()
    file = b"".join(client.get(f"{path}download/", **token).streaming_content)
    assert told["state"] == "released"
    assert hashlib.sha256(file).hexdigest() == told["release"]["sha256"]


def test_a_reading_token_changes_nothing(cast: Personas) -> None:
    token = _bearer(cast, JOBS_READ)

    answer = Client().post("/api/v1/jobs/", {"engine": "gateway"}, content_type="application/json", **token)

    assert answer.status_code == 403
    assert not Job.objects.exists()


def test_a_depicted_person_is_named_by_api(cast: Personas) -> None:
    client = cast.client("anna")
    made = client.post(
        "/api/v1/jobs/", {"engine": "face_blend", "purpose": "一张海报"}, content_type="application/json"
    ).json()
    path = f"/api/v1/jobs/{made['id']}/"
    client.post(f"{path}inputs/source/", {"file": portrait()})

    answer = client.post(
        f"{path}depicted/", {"role": "source", "name": "丽莎", "phone": MONA}, content_type="application/json"
    )

    assert answer.status_code == 201
    assert [row["state"] for row in answer.json()["consents"]] == ["not_asked"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""), ("delete", ""), ("get", "download/"), ("get", "proof/"), ("post", "submit/"),
        ("post", "cancel/"), ("post", "depicted/"), ("post", "inputs/file/"),
    ],
)  # fmt: skip
def test_a_job_of_somebody_else_looks_like_none(cast: Personas, method: str, path: str) -> None:
    job = placed_draft(cast.anna)
    kind = {} if path == "inputs/file/" else {"content_type": "application/json"}

    answer = getattr(cast.client("berta"), method)(f"/api/v1/jobs/{job.pk}/{path}", **kind)

    assert answer.status_code == 404
    assert Job.objects.get().state == State.DRAFT


def test_anonymous_people_and_unverified_accounts_are_refused(personas: Personas, media: Any) -> None:
    for client, statuses in ((Client(), {401, 403}), (personas.client("anna"), {403})):
        answer = client.post("/api/v1/jobs/", {"engine": "gateway"}, content_type="application/json")
        assert answer.status_code in statuses
    assert not Job.objects.exists()


def test_a_withdrawn_file_is_gone(cast: Personas) -> None:
    job = placed_release(cast.anna)
    cast.client("anna").post(f"/jobs/{job.pk}/withdraw/")

    answer = cast.client("anna").get(f"/api/v1/jobs/{job.pk}/download/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "pipeline.withdrawn")
    assert Release.objects.get().withdrawn_at is not None


def test_bad_requests_name_the_field(cast: Personas) -> None:
    answer = cast.client("anna").post("/api/v1/jobs/", {}, content_type="application/json")

    assert (answer.status_code, list(answer.json())) == (400, ["engine"])
