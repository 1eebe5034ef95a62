"""The thumbnail is small, bare, and only its owner's."""

import io
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.people.actors import actor_for
from media_jobs.jobs.models import Job
from media_jobs.uploads import services
from media_jobs.uploads.models import Upload
from tests.media_jobs.uploads import files
from tests.personas import Personas


@pytest.fixture
def upload(draft: Job) -> Upload:
    """Anna's picture, turned by EXIF and with a place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Anna"
    with Image.open(files.MONA_LISA) as picture:
        data = files.encoded(picture.convert("RGB").resize((800, 1200)), "JPEG", exif=exif)
    return services.upload_store(
        actor=actor_for(draft.owner), job=draft, role="file", file=files.upload("mona.jpg", data)
    )


def url(upload: Upload) -> str:
    return reverse("upload_thumb", args=[upload.pk])


def test_the_owner_sees_a_small_upright_picture_without_metadata(upload: Upload, personas: Personas) -> None:
    response = personas.client("anna").get(url(upload))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert "private" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert max(picture.size) == 320
        assert picture.width > picture.height
        assert not picture.getexif()
    assert b"Camera of Anna" not in response.content


@pytest.mark.parametrize("who", ["berta", "staff", "officer", "regulator", "admin1"])
def test_nobody_else_learns_that_it_exists(upload: Upload, personas: Personas, who: str) -> None:
    client = personas.client(who)

    theirs, nobodys = client.get(url(upload)), client.get(reverse("upload_thumb", args=[uuid4()]))

    assert theirs.status_code == nobodys.status_code == 404
    assert "mona" not in theirs.content.decode()


def test_strangers_are_asked_to_log_in(upload: Upload, client: Client) -> None:
    response = client.get(url(upload))

    assert response.status_code == 302
    assert "/uploads/" in response["Location"]


def test_there_is_no_way_to_the_original(upload: Upload, personas: Personas) -> None:
    client = personas.client("anna")

    for path in (f"/media/{upload.path}", f"/uploads/{upload.pk}/", f"/{upload.path}"):
        assert client.get(path).status_code == 404
    assert client.post(url(upload)).status_code == 405


def test_a_second_look_uses_the_picture_made_before(upload: Upload, personas: Personas) -> None:
    client = personas.client("anna")

    assert client.get(url(upload)).content == client.get(url(upload)).content
    assert services.thumbnail(upload).exists()
