"""The one way to a file without its explicit label, from the request to the download, and that there is no other."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.people.actors import actor_for
from compliance.regulator.services import order_open
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.review.models import UnlabelledRequest, UnlabelledSupply
from media_jobs.isolation.runner import run_isolated
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import State
from media_jobs.pipeline import wording, working
from tests.events import recorded
from tests.media_jobs.labelled import LEAVES_PICTURES_UNLABELLED
from tests.media_jobs.story import (
    cast,
    gateway_draft,
    media,
    officer_releases,
    placed_draft,
    placed_release,
    run,
    submit,
)
from tests.personas import CommittingClient, Personas, personas

__all__ = ["cast", "media", "personas", "recorded"]

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
GIVEN = {"purpose": "合同附件", "duty": "1"}


def ask(client: CommittingClient, job: Job) -> Any:
    return client.post(f"/jobs/{job.pk}/unlabelled/", {**GIVEN, "duty_version": wording.version(wording.DUTY)})


def approved(cast: Personas, job: Job) -> UnlabelledRequest:
    ask(cast.client("anna"), job)
    request = UnlabelledRequest.objects.get(job=job)
    cast.client("officer").post(f"/officer/unlabelled/{request.pk}/approve/", {"reason": "收件人自行标识"})
    request.refresh_from_db()
    assert request.state == "approved"
    return request


class TestAsking:
    def test_the_form_stands_on_the_draft_and_nothing_in_it_is_ticked(self, cast: Personas) -> None:
        page = cast.client("anna").get(f"/jobs/{placed_draft(cast.anna).pk}/").content.decode()

        assert 'name="duty"' in page
        assert "checked" not in page.partition('id="unlabelled"')[2].partition("</section>")[0]

    @pytest.mark.parametrize("changed", [{"duty": ""}, {"duty_version": "0" * 64}, {"duty_version": ""}])
    def test_a_duty_that_was_not_shown_and_ticked_makes_no_request(
        self, cast: Personas, changed: dict[str, str]
    ) -> None:
        job = placed_draft(cast.anna)
        given = {**GIVEN, "duty_version": wording.version(wording.DUTY), **changed}

        cast.client("anna").post(f"/jobs/{job.pk}/unlabelled/", given)

        assert not UnlabelledRequest.objects.exists()

    def test_the_request_holds_the_agreement_as_it_was_accepted(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        ask(cast.client("anna"), job)

        request = UnlabelledRequest.objects.get(job=job)
        assert request.agreement_sha256 == cast.anna.acceptances.get(kind="agreement").sha256

    def test_while_it_is_undecided_the_job_waits_and_after_a_withdrawal_it_goes_on(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        anna = cast.client("anna")
        ask(anna, job)
        reminder = wording.version(wording.REMINDER)
        body = {"reminder": "1", "reminder_version": reminder}

        anna.post(f"/jobs/{job.pk}/submit/", body)
        job.refresh_from_db()
        assert job.state == State.DRAFT
        anna.post(f"/jobs/{job.pk}/unlabelled/withdraw/")
        anna.post(f"/jobs/{job.pk}/submit/", body)
        job.refresh_from_db()
        assert job.state == State.SUBMITTED

    def test_the_api_asks_and_withdraws(self, cast: Personas) -> None:
        job, anna = placed_draft(cast.anna), cast.client("anna")
        path, kind = f"/api/v1/jobs/{job.pk}/", {"content_type": "application/json"}
        duty = anna.get(path).json()["unlabelled_duty"]["version"]

        made = anna.post(f"{path}unlabelled/", {"purpose": "x", "duty_version": duty}, **kind)
        refused = anna.post(f"{path}unlabelled/", {"purpose": "x", "duty_version": "0" * 64}, **kind)
        gone = anna.delete(f"{path}unlabelled/")

        assert (made.status_code, made.json()["unlabelled"]["state"]) == (201, "requested")
        assert refused.json()["error"]["code"] == "unlabelled.duty_missing"
        assert gone.json()["unlabelled"]["state"] == "withdrawn"

    def test_a_discarded_draft_takes_its_request_along(self, cast: Personas, recorded: Any) -> None:
        job = placed_draft(cast.anna)
        ask(cast.client("anna"), job)

        cast.client("anna").post(f"/jobs/{job.pk}/discard/")

        assert not UnlabelledRequest.objects.exists()
        assert len(recorded("unlabelled.withdrawn")) == 1


class TestSeats:
    """Owner, other user, staff, officer, regulator: what each of them reaches."""

    @pytest.mark.parametrize("seat", ["berta", "staff", "officer", "regulator", "admin1"])
    def test_nobody_else_asks_or_withdraws_or_reads(self, cast: Personas, seat: str) -> None:
        job = placed_draft(cast.anna)
        approved(cast, job)
        client = cast.client(seat)
        base, api = f"/jobs/{job.pk}/", f"/api/v1/jobs/{job.pk}/"
        answers = [
            ask(client, job),
            client.post(f"{base}unlabelled/withdraw/"),
            client.get(f"{base}report.json"),
            client.get(f"{api}report/"),
            client.post(f"{api}unlabelled/", {"purpose": "x"}, content_type="application/json"),
            client.delete(f"{api}unlabelled/"),
        ]

        assert {answer.status_code for answer in answers} <= {302, 403, 404}
        assert UnlabelledRequest.objects.get().state == "approved"

    @pytest.mark.parametrize("seat", ["anna", "berta", "staff", "regulator", "admin1"])
    def test_nobody_but_an_officer_reads_or_decides(self, cast: Personas, seat: str) -> None:
        job = placed_draft(cast.anna)
        ask(cast.client("anna"), job)
        request, client = UnlabelledRequest.objects.get(), cast.client(seat)
        base = f"/officer/unlabelled/{request.pk}/"
        answers = [
            client.get("/officer/unlabelled/"),
            client.get(base),
            client.post(f"{base}approve/", {"reason": "x"}),
            client.post(f"{base}refuse/", {"reason": "x"}),
        ]

        request.refresh_from_db()
        assert ({answer.status_code for answer in answers}, request.state) == ({403}, "requested")
        assert Client().get(base).status_code == 302

    def test_the_officer_sees_what_is_covered_and_decides_once(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        ask(cast.client("anna"), job)
        request, officer = UnlabelledRequest.objects.get(), cast.client("officer")

        queue = officer.get("/officer/unlabelled/").content.decode()
        page = officer.get(f"/officer/unlabelled/{request.pk}/").content.decode()
        empty = officer.post(f"/officer/unlabelled/{request.pk}/approve/", {"reason": ""})
        refused = officer.post(f"/officer/unlabelled/{request.pk}/refuse/", {"reason": "用途不明"})
        again = officer.post(f"/officer/unlabelled/{request.pk}/approve/", {"reason": "x"})

        assert "合同附件" in queue
        assert str(job.uploads.get().sha256) in page
        assert (empty.status_code, refused.status_code, again.status_code) == (400, 302, 409)
        assert "用途不明" in cast.client("anna").get(f"/jobs/{job.pk}/").content.decode()


def body(answer: Any) -> bytes:
    """Return a download, read to its end."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def unlabelled_release(cast: Personas) -> tuple[Job, UnlabelledRequest]:
    """A release whose stages were skipped, under an approved request; for tests of what follows."""
    job = placed_release(cast.anna)
    draft = placed_draft(cast.anna)
    request = approved(cast, draft)
    Release.objects.filter(work__job=job).update(unlabelled_request=str(request.pk), label_text="")
    UnlabelledRequest.objects.filter(pk=request.pk).update(job=job)
    job.refresh_from_db()
    return job, request


class TestSupplying:
    def test_each_download_is_recorded_before_it_is_given(self, cast: Personas, recorded: Any) -> None:
        job, request = unlabelled_release(cast)
        anna = cast.client("anna")

        files = [body(anna.get(path)) for path in (f"/jobs/{job.pk}/download/", f"/api/v1/jobs/{job.pk}/download/")]

        assert files == [(working.root() / job.work.release.path).read_bytes()] * 2
        rows = UnlabelledSupply.objects.filter(request=request)
        assert [row.recipient for row in rows] == [cast.anna, cast.anna]
        assert {row.sha256 for row in rows} == {job.work.release.sha256}
        assert len(recorded("unlabelled.supplied")) == len(recorded("pipeline.downloaded")) == 2

    def test_a_head_request_holds_no_byte_of_it_whatever_the_server_does(self, cast: Personas) -> None:
        from django.test import RequestFactory

        from media_jobs.pipeline.views.serving import released

        job, _request = unlabelled_release(cast)
        request = RequestFactory().head("/")

        answer = released(request, user=cast.anna, job=job, attachment=True, log=False)

        assert (answer.status_code, b"".join(answer)) == (200, b"")  # type: ignore[arg-type]
        assert not UnlabelledSupply.objects.exists()

    def test_it_is_not_shown_in_passing(self, cast: Personas) -> None:
        job, request = unlabelled_release(cast)
        anna = cast.client("anna")

        page = anna.get(f"/jobs/{job.pk}/").content.decode()

        assert anna.get(f"/jobs/{job.pk}/picture/").status_code == 403
        assert f"/jobs/{job.pk}/picture/" not in page + anna.get("/jobs/").content.decode()
        assert str(request.pk) in page
        assert not UnlabelledSupply.objects.exists()

    def test_no_download_after_the_request_was_tampered_with(self, cast: Personas) -> None:
        job, request = unlabelled_release(cast)
        UnlabelledRequest.objects.filter(pk=request.pk).update(state="refused")

        assert cast.client("anna").get(f"/jobs/{job.pk}/download/").status_code == 409
        assert not UnlabelledSupply.objects.exists()

    def test_no_download_once_the_theme_that_knows_no_such_supply_is_on(self, cast: Personas, settings: Any) -> None:
        job, _request = unlabelled_release(cast)
        settings.LABEL_THEME = "cn_eu"

        answer = cast.client("anna").get(f"/api/v1/jobs/{job.pk}/download/")

        assert answer.json()["error"]["code"] == "unlabelled.not_under_eu"
        assert not UnlabelledSupply.objects.exists()

    def test_a_used_request_is_not_withdrawn(self, cast: Personas) -> None:
        job, request = unlabelled_release(cast)

        answer = cast.client("anna").post(f"/jobs/{job.pk}/unlabelled/withdraw/")

        request.refresh_from_db()
        assert (answer.status_code, request.state) == (409, "approved")

    def test_the_public_and_the_regulator_read_under_which_request(self, cast: Personas, settings: Any) -> None:
        job, request = unlabelled_release(cast)
        release = job.work.release
        body(cast.client("anna").get(f"/jobs/{job.pk}/download/"))

        public = cast.client("berta").get(f"/verify/{release.work.produce_id}/").content.decode()
        data = Client().get(f"/api/v1/verify/{release.work.produce_id}/").json()["released"]["release"]
        regulator = cast.client("regulator")
        order_open(actor=actor_for(cast.regulator), regulator=cast.regulator, number="7", basis="labelling-13")
        regulator.post("/regulator/", {"number": "7", "basis": "labelling-13"})
        entry = regulator.get(f"/trail/{release.event_id}/").content.decode()
        report = json.loads(regulator.get(f"/trail/{release.event_id}/report.json").content)

        assert str(request.pk) in public
        assert str(cast.anna.pk) not in public
        assert data["unlabelled_request"] == str(request.pk)
        for shown in (str(request.pk), str(cast.officer.pk), str(cast.anna.pk), "合同附件"):
            assert shown in entry
        assert report["unlabelled"]["approver"] == str(cast.officer.pk)
        assert [row["account"] for row in report["unlabelled"]["recipients"]] == [str(cast.anna.pk)]


class TestNoOtherWay:
    """Check 17: no request parameter, seat or setting leaves the explicit label out."""

    def test_parameters_are_not_listened_to(self, cast: Personas) -> None:
        anna, job = cast.client("anna"), gateway_draft(cast.anna)
        wished = {"explicit": "0", "unlabelled": "1", "label": "off", "wish": '{"explicit": false}', "text": ""}
        reminder = wording.version(wording.REMINDER)
        query = "?explicit=0&unlabelled=1&label=off"

        anna.post(
            f"/jobs/{job.pk}/declare/{query}", {"art23_class": job.art23_class, "depicts_declared": "none", **wished}
        )
        anna.post(
            f"/api/v1/jobs/{job.pk}/submit/{query}",
            json.dumps({"reminder_version": reminder, **wished, "explicit": False}),
            content_type="application/json",
        )
        job = run(job)

        assert job.state == State.RELEASED, job.reason_code
        release = Release.objects.get(work__job=job)
        assert (release.label_text, release.unlabelled_request) == ("人工智能生成", "")
        assert release.report["label"]["explicit"] is True

    def test_only_an_approved_request_decides_in_the_code(self) -> None:
        found = set()
        for file in [*ROOT.glob("media_jobs/pipeline/**/*.py"), *ROOT.glob("compliance/**/*.py")]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    found |= {ast.unparse(word.value) for word in node.keywords if word.arg == "explicit"}

        assert found == {"reviews.unlabelled_approved(job) is None", "work.explicit", "explicit", "True"}

    def test_a_release_without_a_label_and_without_a_request_cannot_be_stored(self, cast: Personas) -> None:
        from django.db import IntegrityError, transaction

        job = placed_release(cast.anna)
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(work__job=job).update(label_text="")


if LEAVES_PICTURES_UNLABELLED:

    def test_the_whole_way(cast: Personas) -> None:
        job = gateway_draft(cast.anna)
        original = Path(job.uploads.get().absolute_path)
        before = Image.open(original).convert("RGB").tobytes()
        request = approved(cast, job)

        job = run(submit(job))
        assert (job.state, job.reason_code) == (State.HELD, "review.unlabelled_output")
        preview = cast.client("officer").get(f"/officer/holds/{reviews.open_hold(job).pk}/media/output/")  # type: ignore[union-attr]
        assert preview.status_code == 200
        job = run(officer_releases(job, cast.officer))

        assert job.state == State.RELEASED, job.reason_code
        release = Release.objects.get(work__job=job)
        file = working.root() / release.path
        assert (release.label_text, release.unlabelled_request) == ("", str(request.pk))
        assert Image.open(file).convert("RGB").tobytes() == before
        found = run_isolated("media_jobs.labelling.isolated:read", {"path": str(file)})
        assert [label["values"]["ProduceID"] for label in found["labels"]] == [release.work.produce_id]
        assert release.report["readback"]["conformant"] is True

    def test_a_request_withdrawn_while_the_worker_is_at_it_wins(cast: Personas) -> None:
        job = gateway_draft(cast.anna)
        request = approved(cast, job)
        job = officer_releases(run(submit(job)), cast.officer)
        from media_jobs.pipeline import leases, runner

        lease = leases.take(actor=runner.WORKER, job_id=job.pk)
        assert lease is not None
        assert runner.run_stage(lease)  # labelling, without the explicit label
        review_services.unlabelled_withdraw(actor=actor_for(cast.anna), request=request)
        runner.run_stage(lease)
        leases.give_back(lease)
        job.refresh_from_db()
        assert (job.state, job.resume_state) == (State.FAILED, State.LABELLING)

        job = run(jobs.job_retry(actor=actor_for(cast.anna), job=job))

        assert job.state == State.RELEASED, job.reason_code
        release = Release.objects.get(work__job=job)
        assert (release.label_text, release.unlabelled_request) == ("人工智能生成", "")
