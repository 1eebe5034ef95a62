"""Every bad file through the door that people and programs use: a clear refusal, in both languages, nothing kept."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.people.actors import actor_for
from media_jobs.jobs.models import Job
from media_jobs.pipeline.services import draft_create
from media_jobs.uploads.models import Upload
from tests.media_jobs.story import cast, media
from tests.media_jobs.uploads import files
from tests.media_jobs.uploads.test_services import BAD, FOREIGN, labelled, rotated
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas"]

pytestmark = pytest.mark.slow  # the same files as in test_services.py, through the whole stack


@pytest.fixture
def draft(cast: Personas) -> Job:
    """Anna's draft without a file."""
    return draft_create(actor=actor_for(cast.anna), user=cast.anna, engine="gateway")


@pytest.mark.parametrize("case", BAD)
def test_a_program_gets_the_code(cast: Personas, draft: Job, case: str) -> None:
    name, make, code, status = BAD[case]

    response = cast.client("anna").post(
        f"/api/v1/jobs/{draft.pk}/inputs/file/", {"file": SimpleUploadedFile(name, make())}
    )

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("case", ["0 bytes", "a bomb", "CMYK"])
def test_a_person_reads_what_is_wrong_and_what_to_do(cast: Personas, draft: Job, case: str, language: str) -> None:
    name, make, _code, _status = BAD[case]
    client = cast.client("anna")
    client.cookies["django_language"] = language

    response = client.post(f"/jobs/{draft.pk}/inputs/file/", {"file": SimpleUploadedFile(name, make())}, follow=True)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="status"' in page
    assert "alert-danger" in page or "alert-error" in page
    assert not Upload.objects.exists()


def test_somebody_elses_label_is_refused_at_the_door(cast: Personas, draft: Job, tmp_path: Path) -> None:
    response = cast.client("anna").post(
        f"/api/v1/jobs/{draft.pk}/inputs/file/",
        {"file": SimpleUploadedFile("a.png", labelled(tmp_path, FOREIGN))},
    )

    assert response.json()["error"]["code"] == "media.foreign_label"


def test_a_turned_photo_is_taken_as_people_see_it(cast: Personas, draft: Job) -> None:
    response = cast.client("anna").post(
        f"/api/v1/jobs/{draft.pk}/inputs/file/", {"file": SimpleUploadedFile("a.jpg", rotated())}
    )

    assert response.status_code == 201
    upload = Upload.objects.get()
    assert (upload.width, upload.height, upload.face_count) == (240, 320, 0)


def test_a_stranger_cannot_put_a_file_into_somebodys_job(cast: Personas, draft: Job) -> None:
    response = cast.client("berta").post(
        f"/api/v1/jobs/{draft.pk}/inputs/file/", {"file": SimpleUploadedFile("a.jpg", files.photo())}
    )

    assert response.status_code in {403, 404}
    assert not Upload.objects.exists()
