"""What a stranger learns who drops a file on the page, and what nobody learns."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.audit import sequencer
from compliance.audit.actor import system
from compliance.audit.models import Pending
from compliance.audit.offline import hallmark_verify
from compliance.consent.models import Consent, ConsentRequest, DepictedPerson, Subject
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release, Work
from media_jobs.labelling import provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.uploads.models import Upload
from media_jobs.verify import checking
from media_jobs.verify.models import DailyCount
from tests.media_jobs.labelling.pictures import encoded, foreign, small
from tests.media_jobs.uploads import files
from tests.media_jobs.verify.conftest import Released, label
from tests.personas import Personas

pytestmark = pytest.mark.django_db
FOREIGN = "001191330106MA2CFLDG4R10001"
INDIVIDUAL = "0021110101199003070000" + "00000"


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def ask(client: Client, data: bytes, name: str = "a.png") -> Any:
    return client.post("/verify/", {"file": SimpleUploadedFile(name, data)})


def api(client: Client, data: bytes, name: str = "a.png") -> Any:
    return client.post("/api/v1/verify/", {"file": SimpleUploadedFile(name, data)})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- the form ---


def test_the_page_is_public_and_says_what_it_keeps(client: Client) -> None:
    response = client.get("/verify/")

    assert response.status_code == 200
    assert "Neither the file nor its hash is kept" in text(response)
    assert "no-store" in response["Cache-Control"]


def test_without_a_file_the_form_says_so(client: Client) -> None:
    response = client.post("/verify/", {})

    assert response.status_code == 400
    assert "No file was chosen." in text(response)


def test_an_empty_file_is_named(client: Client) -> None:
    response = ask(client, b"")

    assert response.status_code == 400
    assert "media.empty" in text(response)


def test_a_file_that_is_too_large_is_dropped_while_it_streams(client: Client, settings: Any, places: Path) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    response = ask(client, b"x" * (4 * 1024 * 1024))

    assert response.status_code == 413
    assert "larger than 3 MB" in text(response)
    assert files.on_disk(places / "media") == []


# --- the answers ---


def test_a_released_file_is_recognised_by_its_bytes(client: Client, released: Released) -> None:
    page = text(ask(client, released.data))
    body = api(client, released.data).json()

    assert "Yes. We released exactly this file." in page
    assert "this is AI-generated or synthesised content" in page
    assert released.number in page
    assert body["released"]["code"] == "released"
    assert body["released"]["release"]["sha256"] == released.release.sha256
    assert (body["says"]["code"], body["log"]["code"], body["consent"]["code"]) == ("is", "proven", "nobody")
    assert body["says"]["labels"][0]["location"] == "png.itxt.xmp"
    assert body["says"]["labels"][0]["signature"] == "unsigned"


def test_one_changed_byte_is_not_our_file(client: Client, released: Released) -> None:
    at = released.data.index(b"IDAT") + 2000
    altered = released.data[:at] + bytes([released.data[at] ^ 1]) + released.data[at + 1 :]

    page, body = text(ask(client, altered)), api(client, altered).json()

    assert "it is not the file we released" in page
    assert "Yes. We released" not in page
    assert (body["released"]["code"], body["log"]["code"]) == ("altered", "proven_other")
    assert body["released"]["release"]["produce_id"] == released.number


def test_our_code_with_a_number_we_never_gave_is_a_forgery(client: Client, tmp_path: Path) -> None:
    forged = label(
        files.COFFEE, tmp_path / "f.png", producer=provider_code.DEVELOPMENT_CODE, produce_id="never-issued-1"
    )

    page = text(ask(client, forged))

    assert "It claims to be from us, but we never released anything with its number." in page
    assert api(client, forged).json()["released"]["code"] == "never_issued"


def test_a_foreign_label_is_a_claim(client: Client, tmp_path: Path) -> None:
    foreign = label(files.COFFEE, tmp_path / "f.png", producer=FOREIGN, produce_id="n-1")

    page, body = text(ask(client, foreign)), api(client, foreign).json()

    assert f"It claims to be from <code>{FOREIGN}</code>" in page
    assert "A label is a claim." in page
    assert "We have no record of this exact file." in page
    assert (body["released"]["code"], body["log"]["code"]) == ("foreign", "nothing")
    assert "label_is_claim" in [item["code"] for item in body["not_told"]]


@pytest.mark.parametrize(("says", "code"), [("1", "is"), ("2", "may_be"), ("3", "suspected")])
def test_the_three_legal_words(client: Client, tmp_path: Path, says: str, code: str) -> None:
    data = label(files.COFFEE, tmp_path / "f.png", producer=FOREIGN, produce_id="n-1", says=says)

    assert api(client, data).json()["says"]["code"] == code


def test_a_photo_without_label_is_called_neither_true_nor_synthetic(client: Client) -> None:
    data = files.photo()

    page, body = text(ask(client, data, "p.jpg")), api(client, data, "p.jpg").json()

    assert "No label found." in page
    assert "That does not mean it is genuine, nor that it is synthetic." in page
    assert "is AI-generated" not in page
    assert (body["says"]["code"], body["released"]["code"], body["log"]["code"]) == ("no_label", "unknown", "nothing")


def test_a_number_that_would_show_an_id_card_is_masked(client: Client, tmp_path: Path) -> None:
    data = label(files.COFFEE, tmp_path / "f.png", producer=INDIVIDUAL, produce_id="n-1")

    page = text(ask(client, data))

    assert "0021******************00000" in page
    assert "110101199003070000" not in page


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"\0no picture at all" * 50),
        ("a.pdf", b"%PDF-1.7 nothing"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 400),
        ("a.jpg", b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 300),
    ],
)
def test_garbage_gets_an_honest_answer(client: Client, name: str, data: bytes) -> None:
    response, body = ask(client, data, name), api(client, data, name).json()

    assert response.status_code == 200
    assert "We have no record of this exact file." in text(response)
    assert body["released"]["code"] == "unknown"
    assert body["says"]["code"] in {"unreadable", "damaged"}
    assert body["says"]["problem"]


def test_a_bomb_and_markup_in_a_label_do_no_harm(client: Client, tmp_path: Path) -> None:
    data = label(files.COFFEE, tmp_path / "f.png", producer="<script>alert(1)</script>", produce_id="n-1")

    assert ask(client, files.bomb()).status_code == 200
    page = ask(client, data).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_withdrawn_work_says_so_and_why(client: Client, job: Job, released: Released) -> None:
    jobs.release_withdraw(actor=system("consent"), job_id=job.pk, reason_code="consent.revoked")

    page, body = text(ask(client, released.data)), api(client, released.data).json()
    number = client.get(reverse("verify_number", args=[released.number]))

    assert "Yes, but we have withdrawn it." in page
    assert "took their agreement back" in page
    assert body["released"]["code"] == "withdrawn"
    assert number.status_code == 410
    assert "took their agreement back" in text(number)
    assert client.get(f"/api/v1/verify/{released.number}/").status_code == 410


def test_a_release_the_log_does_not_cover_yet_is_pending(client: Client, release: Callable[[], Released]) -> None:
    made = release()

    assert api(client, made.data).json()["log"]["code"] == "pending"
    assert client.get(reverse("verify_proof", args=[made.number])).status_code == 409
    sequencer.sequence_and_sign()
    assert api(client, made.data).json()["log"]["code"] == "proven"


def test_a_record_that_the_log_contradicts_confirms_nothing(client: Client, released: Released) -> None:
    other = files.photo("PNG")
    body = api(client, other).json()
    assert body["released"]["code"] == "unknown"

    # Somebody with the database's password turns a stranger's file into a release of ours.
    Release.objects.filter(pk=released.release.pk).update(sha256=body["file"]["sha256"])

    page, body = text(ask(client, other)), api(client, other).json()
    assert body["log"]["code"] == "mismatch"
    assert "Our record and the log disagree" in page


def test_halves_of_surrogate_pairs_and_nul_in_a_label_are_answered(client: Client) -> None:
    values = AigcLabel.first(producer=provider_code.DEVELOPMENT_CODE, produce_id="x").values()
    body = json.dumps({"AIGC": values | {"ProduceID": "a\ud800\0", "ReservedCode1": "\udfff"}})
    data = foreign(encoded(small(), "png"), "png", body=body)

    assert ask(client, data).status_code == 200
    answer = api(client, data).json()

    assert answer["says"]["labels"][0]["values"]["ProduceID"] == "a\ufffd\ufffd"
    assert answer["released"]["code"] == "never_issued"


# --- consent ---


@pytest.fixture
def consented(job: Job, personas: Personas) -> Consent:
    """Somebody is depicted in Anna's picture and has agreed."""
    now = timezone.now()
    upload = Upload.objects.create(
        job=job, role="file", original_name="a.png", path="uploads/x/a.png", sha256="0" * 64, size=1,
        mime="image/png", width=1, height=1, face_count=1,
    )  # fmt: skip
    subject = Subject.objects.create(phone="+8613800138999", phone_index="1" * 64, created_at=now)
    DepictedPerson.objects.create(
        job=job, upload=upload, subject=subject, name="Wang Xiaoming", face_no=1, created_at=now
    )
    request = ConsentRequest.objects.create(
        job=job, asker=personas.anna, subject=subject, engine="gateway", engine_version="1", purpose="a poster",
        asker_name="Anna", binding="2" * 64, asks_publish=False, state="granted", token_hash="3" * 64, sent_at=now,
        expires_at=now + timedelta(days=7), decided_at=now,
    )  # fmt: skip
    return Consent.objects.create(
        request=request, subject=subject, edit=True, publish=False, granted_at=now,
        expires_at=now + timedelta(days=365), receipt_no="R-1", text="{}", text_hash="4" * 64, language="en",
        event_id="5" * 32,
    )  # fmt: skip


def test_consent_is_told_without_telling_whose(client: Client, consented: Consent, released: Released) -> None:
    page, body = text(ask(client, released.data)), api(client, released.data)

    assert body.json()["consent"]["code"] == "in_force"
    assert "Everybody depicted was asked and agreed" in page
    for secret in ("Wang", "8999", "Anna", "a poster", "R-1", str(consented.subject_id), str(consented.request.job_id)):
        assert secret not in page
        assert secret not in body.content.decode()


def test_nobodys_consent_is_claimed_for_a_file_that_only_carries_our_number(
    client: Client, consented: Consent, released: Released
) -> None:
    page, body = text(ask(client, released.data + b"\0")), api(client, released.data + b"\0").json()

    assert (body["released"]["code"], body["consent"]) == ("altered", {"code": "", "sentence": ""})
    assert "Everybody depicted was asked and agreed" not in page


def test_a_number_says_nothing_of_a_file(client: Client, released: Released) -> None:
    body = client.get(f"/api/v1/verify/{released.number}/", headers={"Accept-Language": "en"}).json()

    assert body["released"]["sentence"] == "We released a work with this number"
    assert "file" not in body


def test_a_consent_taken_back_or_run_out_is_no_longer_in_force(
    client: Client, consented: Consent, released: Released
) -> None:
    Consent.objects.update(granted_at=timezone.now() - timedelta(days=400))
    Consent.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert api(client, released.data).json()["consent"]["code"] == "ended"

    now = timezone.now()
    Consent.objects.update(expires_at=now + timedelta(days=1), revoked_at=now, revoked_event_id="6" * 32)
    assert api(client, released.data).json()["consent"]["code"] == "ended"


# --- numbers and proofs ---


def test_a_number_leads_to_its_page(client: Client, released: Released) -> None:
    found = client.get("/verify/", {"number": f" {released.number} "})

    assert found.status_code == 302
    page = client.get(found["Location"])
    assert page.status_code == 200
    assert released.release.sha256 in text(page)
    assert "Whether the file in your hands is this one, only the file itself shows." in text(page)


@pytest.mark.parametrize("number", ["nothing-here", "0" * 32])
def test_an_unknown_number_is_a_404_with_a_way_out(client: Client, number: str) -> None:
    response = client.get(f"/verify/{number}/")

    assert response.status_code == 404
    assert "We have released nothing with this number." in text(response)
    assert client.get(f"/api/v1/verify/{number}/").json()["error"]["code"] == "verify.unknown_number"


@pytest.mark.parametrize("number", ["../etc/passwd", "a b", "<x>", "x" * 65])
def test_a_number_of_another_shape_is_refused_by_the_form(client: Client, number: str) -> None:
    assert client.get("/verify/", {"number": number}).status_code == 200


def test_a_draft_is_no_release(client: Client, job: Job) -> None:
    work = Work.objects.create(job=job, created_at=timezone.now())

    assert client.get(f"/verify/{work.produce_id}/").status_code == 404


def test_the_proof_convinces_the_offline_verifier(client: Client, released: Released, tmp_path: Path) -> None:
    response = client.get(reverse("verify_proof", args=[released.number]))

    assert "attachment" in response["Content-Disposition"]
    bundle, picture = tmp_path / "proof.json", tmp_path / "file.png"
    bundle.write_bytes(response.content)
    picture.write_bytes(released.data)
    assert json.loads(response.content)["file_sha256"] == released.release.sha256
    done = subprocess.run(
        [sys.executable, hallmark_verify.__file__, str(bundle), "--file", str(picture)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_proof_discloses_nobody(client: Client, job: Job, released: Released) -> None:
    bundle = client.get(reverse("verify_proof", args=[released.number])).content.decode()

    assert "disclosures" not in bundle
    assert str(job.pk) not in bundle
    assert str(job.owner_id) not in bundle


# --- nothing kept, limits ---


def everything_stored() -> str:
    """Return every value of every table."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own table names
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.parametrize("size", [(320, 240), (2400, 1800)], ids=["in memory", "spooled to disk"])
def test_nothing_is_kept_of_file_or_asker(client: Client, places: Path, size: tuple[int, int]) -> None:
    data = files.photo("PNG", size, compress_level=0)
    digest = api(client, data, "canary-name.png").json()["file"]["sha256"]

    client.post(
        "/verify/", {"file": SimpleUploadedFile("canary-name.png", data)}, REMOTE_ADDR="203.0.113.77",
        headers={"user-agent": "canary-agent"},
    )  # fmt: skip

    stored = everything_stored()
    for trace in (digest, "canary-name", "203.0.113", "canary-agent"):
        assert trace not in stored
    assert files.on_disk(places / "media") == []
    assert [(row.answer, row.count) for row in DailyCount.objects.all()] == [("unknown", 2)]


def test_the_days_total_is_logged_once(client: Client) -> None:
    ask(client, files.photo())
    DailyCount.objects.update(day=timezone.localdate() - timedelta(days=1), count=41)

    ask(client, files.photo())
    ask(client, files.photo())

    entries = [row.entry for row in Pending.objects.all() if "verify.counted" in row.entry]
    assert len(entries) == 1
    assert '"count":41' in entries[0]


def until_limited(ask_once: Callable[[int], HttpResponse], limit: tuple[int, int]) -> list[HttpResponse]:
    """Ask until the answer is 429; the bucket must have held what it promises, and what came back meanwhile."""
    capacity, seconds = limit
    began, answers = time.monotonic(), [ask_once(0)]
    while answers[-1].status_code != 429 and len(answers) < 3 * capacity:
        answers.append(ask_once(len(answers)))
    came_back = (time.monotonic() - began) * capacity / seconds
    assert capacity <= len(answers) - 1 <= capacity + came_back + 1
    return answers


def test_one_network_cannot_ask_without_end(client: Client) -> None:
    *allowed, limited = until_limited(
        lambda number: client.post("/verify/", {}, REMOTE_ADDR=f"198.51.100.{number + 1}"), checking.FILES
    )
    elsewhere = client.post("/verify/", {}, REMOTE_ADDR="192.0.2.1")

    assert {answer.status_code for answer in allowed} == {400}
    assert limited.status_code == 429
    assert "Wait" in text(limited)
    assert elsewhere.status_code == 400


def test_numbers_are_limited_too(client: Client) -> None:
    pages = ("/api/v1/verify/nothing/", "/verify/nothing/")
    *allowed, limited = until_limited(lambda number: client.get(pages[number % 2]), checking.NUMBERS)

    assert {answer.status_code for answer in allowed} == {404}
    assert limited.status_code == 429


def test_behind_our_proxy_the_last_hop_counts(client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    hops = "10.{0}.0.1, 198.51.100.{0}"
    *_, limited = until_limited(
        lambda number: client.get("/verify/nothing/", headers={"x-forwarded-for": hops.format(number + 1)}),
        checking.NUMBERS,
    )

    assert limited.status_code == 429
    assert client.get("/verify/nothing/", headers={"x-forwarded-for": "2001:db8::1"}).status_code == 404
