"""Hand-over through page and API: the four rows of Art. 6, one label, the producer's fields untouched."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.people.actors import actor_for
from accounts.people.services.tokens import JOBS_READ, JOBS_WRITE, token_issue
from compliance.audit.actor import system
from compliance.audit.models import Pending
from compliance.switches.services import switch_set
from media_jobs.handover import services
from media_jobs.handover.models import Handover
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Release
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.reader import read_file
from media_jobs.pipeline.sweeper import housekeep
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, small
from tests.media_jobs.story import cast, media, placed_release
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]

THEIRS = foreign(encoded(small(), "png"), "png")
PLAIN = encoded(small(), "png")
PRODUCERS = ("Label", "ContentProducer", "ProduceID", "ReservedCode1")


def sent(client: Client, data: bytes, declared: str, name: str = "picture.png", **extra: Any) -> Any:
    return client.post("/api/v1/handovers/", {"file": SimpleUploadedFile(name, data), "declared": declared}, **extra)


def fetched(client: Client, made: dict[str, Any], folder: Path) -> Path:
    answer = client.get(f"/api/v1/handovers/{made['id']}/file/")
    assert answer.status_code == 200
    path = folder / "fetched.png"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        (THEIRS, "no", ("verified", "1", "属于")),
        (THEIRS, "yes", ("verified", "1", "属于")),
        (PLAIN, "yes", ("declared", "2", "可能为")),
    ],
)
def test_the_rows_that_write(
    cast: Personas, tmp_path: Path, data: bytes, declared: str, expected: tuple[str, str, str]
) -> None:
    decision, label, sentence = expected
    client = cast.client("anna")

    answer = sent(client, data, declared)

    made = answer.json()
    assert (answer.status_code, made["decision"]) == (201, decision)
    assert sentence in made["sentence"]
    (found,) = read_file(fetched(client, made, tmp_path))["labels"]
    values = found["values"]
    assert values["Label"] == label
    assert (values["ContentPropagator"], values["PropagateID"]) == (DEVELOPMENT_CODE, made["propagate_id"])
    if decision == "verified":
        assert {key: values[key] for key in PRODUCERS} == {key: OTHER.values()[key] for key in PRODUCERS}
    else:
        assert (values["ContentProducer"], values["ProduceID"]) == ("unknown", "unknown")


def test_a_trace_makes_it_suspected(cast: Personas) -> None:
    from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
    from media_jobs.labelling.metadata import png

    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:e='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>"
        f"<e:DigitalSourceType>{TRAINED_ALGORITHMIC_MEDIA}</e:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>"
    )

    made = sent(cast.client("anna"), png.inject(PLAIN, packet.encode()), "no").json()

    assert (made["decision"], made["after"]["Label"], made["traces"]) == ("suspected", "3", ["source_type"])


def test_nothing_to_write(cast: Personas, media: Path) -> None:
    client = cast.client("anna")

    made = sent(client, PLAIN, "no").json()

    assert (made["decision"], made["file"], made["after"]) == ("none", None, None)
    assert client.get(f"/api/v1/handovers/{made['id']}/file/").status_code == 404
    assert not list((media / "handovers").iterdir())
    assert not list((media / "incoming").iterdir())


def test_labels_that_disagree_are_held(cast: Personas, media: Path) -> None:
    from media_jobs.labelling.metadata import png

    parts = list(png.chunks(THEIRS))
    second = png.Chunk(b"tEXt", b"AIGC\0" + OTHER.to_json(wrapped=True).replace("theirs-1", "theirs-2").encode())
    client = cast.client("anna")

    made = sent(client, png.assemble([parts[0], second, *parts[1:]]), "no").json()

    assert (made["decision"], made["held"]["code"]) == ("held", "label.disagree")
    assert len(made["before"]) == 2
    assert made["held"]["way_out"]
    page = client.get(f"/handovers/{made['id']}/").content.decode()
    assert "label.disagree" in page
    assert not list((media / "handovers").iterdir())


def test_the_question_has_to_be_answered(cast: Personas) -> None:
    """Check 55."""
    client = cast.client("anna")

    answer = sent(client, PLAIN, "")
    page = client.post("/handovers/", {"file": SimpleUploadedFile("a.png", PLAIN)})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "handover.undeclared")
    assert page.status_code == 400
    assert "handover.undeclared" in page.content.decode()
    assert not Handover.objects.exists()


def test_the_page_leads_to_the_file(cast: Personas) -> None:
    client = cast.client("anna")

    made = client.post("/handovers/", {"file": SimpleUploadedFile("照片.png", THEIRS), "declared": "yes"}, follow=True)

    row = Handover.objects.get()
    page = made.content.decode()
    assert "该内容属于人工智能生成合成内容" in page
    assert f"/handovers/{row.pk}/file/" in page
    answer = client.get(f"/handovers/{row.pk}/file/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert "照片.png" in client.get("/handovers/").content.decode()


def test_it_is_its_owners_alone(cast: Personas) -> None:
    made = sent(cast.client("anna"), THEIRS, "no").json()
    paths = (
        f"/handovers/{made['id']}/", f"/handovers/{made['id']}/file/", f"/handovers/{made['id']}/sidecar/",
        f"/api/v1/handovers/{made['id']}/", f"/api/v1/handovers/{made['id']}/file/",
    )  # fmt: skip

    for who in ("berta", "staff", "officer", "regulator", "admin1"):
        for path in paths:
            assert cast.client(who).get(path).status_code in {403, 404}, (who, path)
    for path in paths:
        assert Client().get(path).status_code in {302, 401, 403}


def test_an_order_that_stops_publication_stops_it_here_too(cast: Personas) -> None:
    """Provisions Art. 21."""
    client = cast.client("anna")
    made = sent(client, THEIRS, "no").json()
    switch_set(actor=actor_for(cast.officer), name="publication", stopped=True, order_number="1")

    answer = client.get(f"/api/v1/handovers/{made['id']}/file/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "pipeline.publication_stopped")


def test_a_reading_token_hands_nothing_in(cast: Personas) -> None:
    _row, reading = token_issue(actor=actor_for(cast.anna), user=cast.anna, label="r", scopes=[JOBS_READ])
    _row, writing = token_issue(actor=actor_for(cast.anna), user=cast.anna, label="w", scopes=[JOBS_READ, JOBS_WRITE])

    refused = sent(Client(), THEIRS, "no", HTTP_AUTHORIZATION=f"Bearer {reading}")
    taken = sent(Client(), THEIRS, "no", HTTP_AUTHORIZATION=f"Bearer {writing}")

    assert (refused.status_code, taken.status_code) == (403, 201)


def test_what_is_no_file_of_ours_leaves_nothing(cast: Personas, media: Path) -> None:
    before = Pending.objects.count()

    answer = sent(cast.client("anna"), b"\0\1\2\3" * 50, "yes")

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "media.not_recognised")
    assert not Handover.objects.exists()
    assert Pending.objects.count() == before
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_files_go_after_their_time(cast: Personas, media: Path) -> None:
    client = cast.client("anna")
    made = sent(client, THEIRS, "no").json()
    Handover.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/api/v1/handovers/{made['id']}/file/").status_code == 410

    swept = services.expired_sweep(actor=system("handover"))

    assert swept == 1
    assert not [path for path in (media / "handovers").rglob("*") if path.is_file()]
    assert client.get(f"/api/v1/handovers/{made['id']}/file/").status_code == 410
    assert client.get(f"/handovers/{made['id']}/").status_code == 200


def test_what_a_killed_process_left_goes_and_what_is_being_made_stays(cast: Personas, media: Path) -> None:
    kept = sent(cast.client("anna"), THEIRS, "no").json()["id"]
    left, fresh = (media / "handovers" / str(uuid4()) for _ in range(2))
    for place in (left, fresh):
        (place / ".hallmark.x").mkdir(parents=True)
        (place / ".hallmark.x" / "marked.png").write_bytes(THEIRS)
    for place in (left, media / "handovers" / kept):
        os.utime(place, (0, 0))

    assert housekeep()["handovers"] == 0  # none of them was anybody's

    assert {place.name for place in (media / "handovers").iterdir()} == {fresh.name, kept}


def test_halves_of_surrogate_pairs_and_nul_in_a_label_spoil_no_page(cast: Personas) -> None:
    values = OTHER.values() | {"ProduceID": "a\ud800b", "ReservedCode1": "\0"}
    client = cast.client("anna")

    made = sent(client, foreign(PLAIN, "png", body=json.dumps({"AIGC": values})), "no").json()

    assert made["before"][0]["ProduceID"] == "a\ufffdb"
    for path in ("/handovers/", f"/handovers/{made['id']}/", "/api/v1/handovers/"):
        assert client.get(path).status_code == 200
    assert "\0" not in json.dumps(Handover.objects.get().before, ensure_ascii=False)


def test_the_name_is_sealed(cast: Personas) -> None:
    made = sent(cast.client("anna"), PLAIN, "no", name="丽莎的照片.png").json()

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM handover_handover")
        (stored,) = cursor.fetchone()
    assert made["name"] == "丽莎的照片.png"
    assert "丽莎" not in stored


def test_one_at_a_time_and_only_so_much_for_an_account(cast: Personas) -> None:
    client = cast.client("anna")
    sent(client, THEIRS, "no")
    with services._alone(cast.anna):
        busy = sent(client, THEIRS, "no")
        other = sent(cast.client("berta"), THEIRS, "no")
    Handover.objects.filter(owner=cast.anna).update(size=services.ROOM)

    full = sent(client, THEIRS, "no")

    assert (busy.status_code, busy.json()["error"]["code"]) == (429, "handover.busy")
    assert other.status_code == 201
    assert (full.status_code, full.json()["error"]["code"]) == (409, "handover.no_room")
    assert sent(cast.client("berta"), THEIRS, "no").status_code == 201


def test_a_work_that_we_took_back_is_not_handed_over(cast: Personas, media: Path) -> None:
    job = placed_release(cast.anna)
    release = Release.objects.get(work__job=job)
    plain = (media / release.path).read_bytes()
    labelled = foreign(PLAIN, "png", AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id=release.work.produce_id))
    client = cast.client("berta")
    assert sent(client, labelled, "no").status_code == 201
    jobs.release_withdraw(actor=system("order"), job_id=job.pk, reason_code="consent.revoked")

    answers = [sent(client, data, "yes", name=name) for data, name in ((labelled, "a.png"), (plain, "a.jpg"))]

    assert [one.json()["error"]["code"] for one in answers] == ["handover.withdrawn"] * 2
    assert Handover.objects.count() == 1


def test_a_head_request_is_no_fetching_and_what_was_never_written_did_not_expire(cast: Personas) -> None:
    client = cast.client("anna")
    made = sent(client, THEIRS, "no").json()
    before = Pending.objects.count()

    for path in (f"/handovers/{made['id']}/file/", f"/api/v1/handovers/{made['id']}/file/"):
        answer = client.head(path)
        assert answer.status_code == 200
    beside = client.get(f"/api/v1/handovers/{made['id']}/file/?sidecar=1")

    assert Pending.objects.count() == before
    assert (beside.status_code, beside.json()["error"]["code"]) == (404, "handover.nothing_written")
