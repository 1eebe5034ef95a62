"""The officer's seat: list, look, ask, release, reject; and everybody else's closed door."""

from io import BytesIO

import pytest
from PIL import Image

from accounts.people.actors import actor_for
from compliance.audit.actor import system
from compliance.review import services
from compliance.review.models import Hold, HoldState
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from tests.events import recorded
from tests.media_jobs.story import cast, media, placed_draft, run, submit
from tests.personas import Personas, make_user, personas

__all__ = ["cast", "media", "personas", "recorded"]


def held(cast: Personas) -> Hold:
    """Return the hold of anna's camera photo."""
    job = run(submit(placed_draft(cast.anna, camera=True)))
    return Hold.objects.get(job=job)


def test_the_list_shows_what_waits_and_the_filters_hide_it(cast: Personas) -> None:
    client = cast.client("officer")
    assert str(client.get("/officer/holds/").status_code) == "200"
    hold = held(cast)
    link = f"/officer/holds/{hold.pk}/".encode()

    assert link in client.get("/officer/holds/").content
    assert link in client.get("/officer/holds/?reason=review.camera_photo&phase=input").content
    assert link not in client.get("/officer/holds/?phase=output").content
    assert link not in client.get("/officer/holds/?state=rejected").content


def test_the_picture_is_shown_with_the_label_burnt_in_and_the_look_is_logged(cast: Personas, recorded) -> None:
    hold = held(cast)

    answer = cast.client("officer").get(f"/officer/holds/{hold.pk}/media/file/")

    shown = Image.open(BytesIO(answer.content)).convert("RGB")
    bare = Image.open(hold.job.uploads.get().absolute_path).convert("RGB")
    corner = (shown.width * 2 // 3, shown.height * 4 // 5, shown.width, shown.height)
    inside = [abs(a - b) for a, b in zip(shown.crop(corner).tobytes(), bare.crop(corner).tobytes(), strict=True)]
    assert max(inside) > 100
    assert answer["Cache-Control"].count("no-store") == 1
    assert [event.public for event in recorded("review.media_viewed")] == [{"which": "file"}]


def test_release_lets_the_job_go_on(cast: Personas) -> None:
    hold = held(cast)

    cast.client("officer").post(f"/officer/holds/{hold.pk}/release/", {"explanation": "模型确认"})

    assert run(hold.job).state == State.RELEASED
    page = cast.client("anna").get(f"/jobs/{hold.job_id}/").content.decode()
    assert "模型确认" in page


def test_rejection_needs_an_explanation_and_the_submitter_reads_it(cast: Personas) -> None:
    hold = held(cast)
    client = cast.client("officer")

    assert client.post(f"/officer/holds/{hold.pk}/reject/", {"explanation": " "}).status_code == 400
    client.post(f"/officer/holds/{hold.pk}/reject/", {"explanation": "这是一张相机照片"})

    assert Job.objects.get().state == State.REJECTED
    assert "这是一张相机照片" in cast.client("anna").get(f"/jobs/{hold.job_id}/").content.decode()


def test_question_and_answer_stand_on_both_pages(cast: Personas) -> None:
    hold = held(cast)
    officer, anna = cast.client("officer"), cast.client("anna")

    officer.post(f"/officer/holds/{hold.pk}/ask/", {"text": "哪个模型生成的？"})
    anna.post(f"/jobs/{hold.job_id}/answer/", {"text": "自有模型第三版"})

    for page in (officer.get(f"/officer/holds/{hold.pk}/"), anna.get(f"/jobs/{hold.job_id}/")):
        assert "哪个模型生成的？" in page.content.decode()
        assert "自有模型第三版" in page.content.decode()


@pytest.mark.parametrize("name", ["anna", "berta", "staff", "regulator", "admin1"])
def test_nobody_else_gets_in(cast: Personas, name: str) -> None:
    hold = held(cast)
    client = cast.client(name)

    for path in ("", f"{hold.pk}/", f"{hold.pk}/media/file/", f"{hold.pk}/media/output/"):
        assert client.get(f"/officer/holds/{path}").status_code == 403
    for path in ("release", "reject", "ask"):
        assert client.post(f"/officer/holds/{hold.pk}/{path}/", {"explanation": "x", "text": "x"}).status_code == 403
    assert Hold.objects.get().state == HoldState.OPEN


def test_nobody_reviews_their_own_job(cast: Personas) -> None:
    hold = held(cast)
    Job.objects.filter(pk=hold.job_id).update(owner=cast.officer)
    hold = Hold.objects.get()

    for decide in (services.hold_release, services.hold_reject):
        with pytest.raises(DomainError) as refusal:
            decide(actor=actor_for(cast.officer), hold=hold, explanation="x")
        assert refusal.value.code == "review.own_job"


def test_two_officers_decide_once(cast: Personas) -> None:
    hold = held(cast)
    second = make_user("officer2", "officer", phone="+8613800138199")
    services.hold_release(actor=actor_for(cast.officer), hold=hold)

    with pytest.raises(DomainError) as refusal:
        services.hold_reject(actor=actor_for(second), hold=hold, explanation="x")

    assert refusal.value.code == "review.already_decided"


def test_a_decision_about_a_cancelled_job_is_refused(cast: Personas) -> None:
    hold = held(cast)
    cast.client("anna").post(f"/jobs/{hold.job_id}/cancel/")

    answer = cast.client("officer").post(f"/officer/holds/{hold.pk}/release/")

    assert answer.status_code == 409
    assert Hold.objects.get().state == HoldState.LAPSED
    assert Job.objects.get().state == State.CANCELLED


def test_the_page_of_a_finished_job_serves_no_picture_any_more(cast: Personas) -> None:
    hold = held(cast)
    cast.client("officer").post(f"/officer/holds/{hold.pk}/reject/", {"explanation": "x"})

    assert cast.client("officer").get(f"/officer/holds/{hold.pk}/media/file/").status_code == 404


def test_the_submitters_words_are_sealed_in_the_database(cast: Personas) -> None:
    from django.db import connection

    hold = held(cast)
    services.hold_answer(actor=actor_for(cast.anna), hold=hold, text="13800138000 张三")

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM review_holdmessage")
        assert "13800138000" not in cursor.fetchone()[0]


def test_a_hold_lapses_once(cast: Personas, recorded) -> None:
    hold = held(cast)

    assert services.hold_lapse(actor=system("sweeper"), hold=hold) is True
    assert services.hold_lapse(actor=system("sweeper"), hold=hold) is False
    assert len(recorded("review.hold_lapsed")) == 1
