"""The pages of a job, as their owner walks them, without JavaScript."""

import hashlib
import re
from typing import Any

import pytest

from accounts.people.actors import actor_for
from compliance.switches.services import switch_set
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import State
from media_jobs.pipeline import working
from tests.events import recorded
from tests.media_jobs.story import (
    ART23_SCENES,
    blend_draft,
    cast,
    gateway_draft,
    media,
    picture,
    placed_draft,
    placed_release,
    run,
    submit,
)
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas", "recorded"]


def _submit_by_form(client: Any, path: str) -> Any:
    """Send the submit form as the page shows it, with every box ticked."""
    page = client.get(path).content.decode()
    data = dict(re.findall(r'name="(reminder_version|inform_version)" value="([0-9a-f]{64})"', page))
    return client.post(f"{path}submit/", {**data, "reminder": "1", "inform": "1"}, follow=True)


def test_the_whole_way_by_forms(cast: Personas) -> None:
    client = cast.client("anna")
    assert "还没有" in client.get("/jobs/").content.decode() or b"No jobs yet" in client.get("/jobs/").content
    assert client.get("/jobs/new/").status_code == 200

    path = client.post("/jobs/new/", {"engine": "gateway"})["Location"]
    assert client.post(f"{path}inputs/file/", {"file": picture()}, follow=True).status_code == 200
    client.post(f"{path}declare/", {"art23_class": ART23_SCENES, "depicts_declared": "none"})
    assert str(picture().name) in client.get("/jobs/").content.decode()  # which of the jobs is which
    shown = _submit_by_form(client, path)
    job = run(Job.objects.get())

    assert shown.status_code == 200
    assert job.state == State.RELEASED
    page = client.get(path).content.decode()
    release = Release.objects.get()
    assert release.sha256 in page
    assert release.work.produce_id in page
    assert b"/picture/" in client.get("/jobs/").content


def test_the_download_is_the_released_file_and_says_whose_number_it_is(cast: Personas) -> None:
    job = placed_release(cast.anna)
    release = Release.objects.get()

    answer = cast.client("anna").get(f"/jobs/{job.pk}/download/")

    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == release.sha256
    assert answer["Content-Disposition"] == f'attachment; filename="hallmark-{release.work.produce_id}.jpg"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_nothing_is_handed_out_before_release_or_after_a_withdrawal(cast: Personas) -> None:
    client = cast.client("anna")
    job = submit(placed_draft(cast.anna))
    for name in ("download", "picture", "proof.json"):
        assert client.get(f"/jobs/{job.pk}/{name}{'' if '.' in name else '/'}").status_code == 404

    job = placed_release(cast.anna)
    assert client.post(f"/jobs/{job.pk}/withdraw/", follow=True).status_code == 410

    assert client.get(f"/jobs/{job.pk}/download/").status_code == 410
    assert client.get(f"/jobs/{job.pk}/picture/").status_code == 410


def test_asking_for_the_heads_of_a_download_is_no_download(cast: Personas, recorded: Any) -> None:
    job = placed_release(cast.anna)
    client = cast.client("anna")

    head = client.head(f"/jobs/{job.pk}/download/")
    assert b"".join(head) == b""  # not closed by hand: that ends the request, and with it PostgreSQL's connection

    assert head.status_code == 200
    assert recorded("pipeline.downloaded") == []
    ranged = client.get(f"/jobs/{job.pk}/download/", headers={"Range": "bytes=0-9"})
    assert (ranged.status_code, len(ranged.getvalue())) == (200, Release.objects.get().size)
    assert len(recorded("pipeline.downloaded")) == 1


def test_a_changed_file_is_not_handed_out(cast: Personas) -> None:
    job = placed_release(cast.anna)
    file = working.root() / Release.objects.get().path
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")

    answer = cast.client("anna").get(f"/jobs/{job.pk}/download/")

    assert answer.status_code == 409
    assert b"release.altered" in answer.content


def test_publication_stopped_by_order_stops_the_download(cast: Personas) -> None:
    job = placed_release(cast.anna)
    switch_set(actor=actor_for(cast.officer), name="publication", stopped=True, order_number="网信〔2026〕1号")

    assert cast.client("anna").get(f"/jobs/{job.pk}/download/").status_code == 503


def test_a_stopped_job_type_cannot_be_submitted_and_keeps_the_draft(cast: Personas) -> None:
    job = placed_draft(cast.anna)
    switch_set(actor=actor_for(cast.officer), name="job:gateway", stopped=True, order_number="网信〔2026〕2号")

    answer = _submit_by_form(cast.client("anna"), f"/jobs/{job.pk}/")

    assert answer.status_code == 503
    assert Job.objects.get().state == State.DRAFT


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "progress/"),
        ("get", "download/"),
        ("get", "picture/"),
        ("get", "proof.json"),
        ("post", "inputs/file/"),
        ("post", "inputs/file/remove/"),
        ("post", "declare/"),
        ("post", "submit/"),
        ("post", "discard/"),
        ("post", "cancel/"),
        ("post", "retry/"),
        ("post", "duplicate/"),
        ("post", "withdraw/"),
        ("post", "answer/"),
    ],
)
def test_a_job_of_somebody_else_looks_like_none(cast: Personas, method: str, path: str) -> None:
    job = placed_draft(cast.anna)

    for name in ("berta", "staff", "officer", "regulator", "admin1"):
        answer = getattr(cast.client(name), method)(f"/jobs/{job.pk}/{path}")
        gated = path not in ("", "progress/", "proof.json", "discard/", "cancel/", "withdraw/", "answer/")
        assert answer.status_code == (403 if gated and name != "berta" else 404), (name, path)
    assert Job.objects.get().state == State.DRAFT


@pytest.mark.parametrize("path", ["new/", "x/submit/", "x/inputs/file/", "x/retry/", "x/duplicate/", "x/declare/"])
def test_an_unverified_account_is_refused_on_the_server(personas: Personas, media: Any, path: str) -> None:
    address = f"/jobs/{path.replace('x/', '00000000-0000-0000-0000-000000000001/')}"

    answer = personas.client("anna").post(address, {"engine": "gateway"})

    assert answer.status_code == 403
    assert b"identity.required" in answer.content
    assert not Job.objects.exists()


@pytest.mark.parametrize("path", ["download/", "picture/"])
def test_an_unverified_account_fetches_nothing(personas: Personas, media: Any, path: str) -> None:
    answer = personas.client("anna").get(f"/jobs/00000000-0000-0000-0000-000000000001/{path}")

    assert answer.status_code == 403


def test_submitting_twice_makes_one_submission(cast: Personas) -> None:
    client = cast.client("anna")
    job = placed_draft(cast.anna)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    data = dict(re.findall(r'name="(reminder_version)" value="([0-9a-f]{64})"', page)) | {"reminder": "1"}

    answers = [client.post(f"/jobs/{job.pk}/submit/", data).status_code for _ in range(2)]

    assert answers == [302, 409]


def test_what_is_missing_is_named_and_the_draft_is_kept(cast: Personas) -> None:
    client = cast.client("anna")
    path = client.post("/jobs/new/", {"engine": "face_blend"})["Location"]

    answer = _submit_by_form(client, path)

    assert answer.status_code == 200
    assert Job.objects.get().state == State.DRAFT
    assert 'role="status"' in answer.content.decode()


def test_a_duplicate_carries_files_and_declarations(cast: Personas) -> None:
    job = submit(placed_draft(cast.anna))

    answer = cast.client("anna").post(f"/jobs/{job.pk}/duplicate/")

    copy = Job.objects.exclude(pk=job.pk).get()
    assert answer["Location"] == f"/jobs/{copy.pk}/"
    assert (copy.state, copy.art23_class, copy.depicts_declared) == (State.DRAFT, job.art23_class, "none")
    assert copy.uploads.get().sha256 == job.uploads.get().sha256


def test_a_discarded_draft_is_gone_with_its_files(cast: Personas, media: Any) -> None:
    job = placed_draft(cast.anna)
    file = media / job.uploads.get().path

    cast.client("anna").post(f"/jobs/{job.pk}/discard/")

    assert not Job.objects.exists()
    assert not file.exists()


def test_progress_survives_a_reload_and_asks_for_one_when_the_page_changes(cast: Personas) -> None:
    client = cast.client("anna")
    job = submit(gateway_draft(cast.anna))
    moving = client.get(f"/jobs/{job.pk}/progress/?seen=submitted")
    assert "every 1s" in moving.content.decode()
    assert "HX-Refresh" not in moving

    run(job)

    assert client.get(f"/jobs/{job.pk}/progress/?seen=labelling")["HX-Refresh"] == "true"
    assert client.get(f"/jobs/{job.pk}/").content.count(b'<li class="done"') == 7


def test_a_waiting_job_says_so_and_can_be_cancelled(cast: Personas) -> None:
    client = cast.client("anna")
    job = run(submit(blend_draft(cast.anna)))
    page = client.get(f"/jobs/{job.pk}/")
    assert "丽莎" in page.content.decode()

    client.post(f"/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert (job.state, job.reason_code) == (State.CANCELLED, "jobs.cancelled_by_owner")
    assert [request.state for request in job.consent_requests.all()] == ["cancelled", "cancelled"]
