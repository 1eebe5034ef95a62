"""The asker's part: naming who is depicted. Only the owner, only while it is a draft, and nobody is forgotten."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.consent import selectors, services
from compliance.consent.models import Ask, DepictedPerson, Subject
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from tests.compliance.consent.conftest import MONA, depicted, new_job, put, submit, verified
from tests.personas import CommittingClient, Outbox, Personas, client_for

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def blank(anna: User, media: Path) -> Job:
    job = new_job(anna)
    put(job, "source", media)
    put(job, "target", media)
    return job


def add(job: Job, **changes: Any) -> dict[str, Any]:
    return {"name": "丽莎", "phone": "139 1111 0001", "next": f"/jobs/{job.pk}/", **changes}


def upload_url(job: Job, role: str = "source") -> str:
    return f"/consent/uploads/{job.uploads.get(role=role).pk}/people/"


def test_the_owner_names_people_without_javascript(blank: Job, personas: Personas) -> None:
    browser = client_for(blank.owner)
    answer = browser.post(upload_url(blank), add(blank))

    assert answer.status_code == 302
    assert answer["Location"] == f"/jobs/{blank.pk}/"
    person = DepictedPerson.objects.get()
    assert (person.name, person.subject.phone, person.face_no) == ("丽莎", MONA, 1)


def test_with_htmx_the_fragment_comes_back(blank: Job) -> None:
    browser = client_for(blank.owner)
    page = browser.post(upload_url(blank), add(blank), headers=HTMX).content.decode()
    assert 'id="depicted-editor"' in page
    assert "丽莎" in page
    assert "139****0001" in page
    assert "13911110001" not in page

    removed = browser.post(f"/consent/people/{DepictedPerson.objects.get().pk}/remove/", headers=HTMX)
    assert "丽莎" not in removed.content.decode()
    assert not DepictedPerson.objects.exists()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"phone": "123"}, "people.phone_invalid"),
        ({"name": "  "}, "consent.name_missing"),
        ({"name": "x" * 41}, "consent.name_missing"),
        ({"under_14": "1"}, "consent.under_14"),
    ],
)
def test_what_is_refused_says_so(blank: Job, changes: dict[str, str], word: str) -> None:
    upload = blank.uploads.get(role="source")
    given = {"name": "丽莎", "phone": MONA, "under_14": False} | changes
    with pytest.raises(DomainError) as refused:
        services.depicted_add(actor=actor_for(blank.owner), upload=upload, **given)
    assert refused.value.code == word
    page = client_for(blank.owner).post(upload_url(blank), add(blank, **changes), headers=HTMX).content.decode()
    assert 'role="alert"' in page
    assert not DepictedPerson.objects.exists()
    assert not Subject.objects.exists()


def test_an_open_redirect_is_not_followed(blank: Job) -> None:
    answer = client_for(blank.owner).post(upload_url(blank), add(blank, next="https://evil.example/"))
    assert answer["Location"] == "/"


def test_only_the_owner_reaches_the_editor(draft: Job, personas: Personas, outbox: Outbox) -> None:
    verified(personas.berta, outbox)
    person = depicted(draft)[0]
    targets = [
        (upload_url(draft), add(draft)),
        (f"/consent/people/{person.pk}/remove/", {}),
        (f"/consent/jobs/{draft.pk}/ask/", {"purpose": "x"}),
    ]
    for seat in ("staff", "officer", "regulator", "admin1"):
        verified(getattr(personas, seat), outbox)
    for seat in ("berta", "staff", "officer", "regulator", "admin1"):
        browser = personas.client(seat)
        for url, data in targets:
            assert browser.post(url, data).status_code == 404, (seat, url)
        assert browser.get(f"/consent/jobs/{draft.pk}/rows/").status_code == 404
    for url, data in targets:
        assert CommittingClient().post(url, data).status_code == 302
    assert CommittingClient().get(f"/consent/jobs/{draft.pk}/rows/").status_code == 302
    assert len(depicted(draft)) == 2
    assert Ask.objects.get().purpose == "社团海报"
    assert personas.client("anna").post(f"/consent/uploads/{uuid4()}/people/", add(draft)).status_code == 404


def test_an_unverified_account_names_nobody(personas: Personas, media: Path) -> None:
    job = new_job(personas.berta)
    put(job, "source", media)
    assert client_for(personas.berta).post(upload_url(job), add(job)).status_code == 403
    assert not DepictedPerson.objects.exists()


def test_after_submission_nothing_changes(waiting: Job) -> None:
    browser = client_for(waiting.owner)
    person = depicted(waiting)[0]
    for url, data in (
        (upload_url(waiting), add(waiting, phone="13911110003")),
        (f"/consent/people/{person.pk}/remove/", {}),
        (f"/consent/jobs/{waiting.pk}/ask/", {"purpose": "广告"}),
    ):
        assert 'role="alert"' in browser.post(url, data, headers=HTMX).content.decode(), url
    assert len(depicted(waiting)) == 2
    assert Ask.objects.get().purpose == "社团海报"


def test_every_face_needs_a_person(anna: User, media: Path) -> None:
    job = new_job(anna)
    crowd, alone = put(job, "source", media, faces=2), put(job, "target", media, faces=0)
    assert selectors.missing(job) == [crowd, alone]  # declared to depict persons, and nobody is named
    actor = actor_for(anna)
    services.depicted_add(actor=actor, upload=crowd, name="丽莎", phone=MONA)
    assert selectors.missing(job) == [crowd]
    with pytest.raises(DomainError) as refused:
        services.depicted_add(actor=actor, upload=crowd, name="又是丽莎", phone=MONA)
    assert refused.value.code == "consent.already_named"
    services.depicted_add(actor=actor, upload=crowd, name="唐吉", phone="13911110002")
    assert selectors.missing(job) == []
    assert not selectors.all_granted(job)


def test_a_picture_nobody_searched_counts_as_missing(anna: User, media: Path) -> None:
    job = new_job(anna, depicts="none", engine="gateway")
    unseen = put(job, "file", media, faces=None)
    assert selectors.missing(job) == [unseen]
    assert not selectors.all_granted(job)


def test_a_job_that_shows_nobody_needs_no_consent(anna: User, media: Path) -> None:
    job = new_job(anna, depicts="none", engine="gateway")
    put(job, "file", media, faces=0)
    assert not selectors.needs_consent(job)
    assert selectors.all_granted(job)
    assert selectors.may_publish(job)
    assert services.requests_send(actor=actor_for(anna), job=job) == []


def test_one_person_in_both_pictures_is_asked_once(anna: User, media: Path, outbox: Outbox) -> None:
    job = new_job(anna)
    for role in ("source", "target"):
        services.depicted_add(actor=actor_for(anna), upload=put(job, role, media), name="丽莎", phone=MONA)
    submit(job)
    services.requests_send(actor=actor_for(anna), job=job)
    assert len(outbox.all(MONA)) == 1
    assert [row.roles for row in selectors.consent_rows(job)] == [("source", "target")]
