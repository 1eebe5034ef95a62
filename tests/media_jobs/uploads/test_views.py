"""The thumbnail is small, bare, and only its owner's."""

import io
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.people.actors import actor_for
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from media_jobs.uploads import services, showing
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


def shown(client: Client, upload: Upload) -> Image.Image:
    """The thumbnail as its viewer sees it."""
    response = client.get(url(upload))
    assert response.status_code == 200
    with Image.open(io.BytesIO(response.content)) as picture:
        return picture.convert("RGB")


def bottom_right(picture: Image.Image) -> Image.Image:
    """Where a label stands."""
    return picture.crop((picture.width * 2 // 3, picture.height * 3 // 4, picture.width, picture.height))


GREY = Image.new("RGB", (640, 480), (128, 128, 128))


@pytest.mark.parametrize(
    "picture",
    [
        GREY,
        GREY.convert("P"),
        GREY.convert("1"),
        GREY.convert("LA"),
        Image.fromarray(np.full((480, 640), 32768, np.uint16)),
        GREY.resize((32, 6000)),
        GREY.resize((6000, 32)),
    ],
    ids=["rgb", "palette", "bilevel", "grey alpha", "16-bit grey", "tall strip", "wide strip"],
)
def test_what_is_handed_in_as_synthetic_is_never_shown_unlabelled(
    draft: Job, personas: Personas, picture: Image.Image
) -> None:
    upload = services.upload_store(
        actor=actor_for(draft.owner), job=draft, role="file", file=files.upload("g.png", files.encoded(picture, "PNG"))
    )

    label = bottom_right(shown(personas.client("anna"), upload)).convert("L").getextrema()

    assert label[0] < 60
    assert label[1] > 200


def test_a_photograph_to_be_edited_is_not_called_synthetic(personas: Personas, media_root: Path) -> None:
    job = jobs.job_create(actor=actor_for(personas.anna), owner=personas.anna, engine="face_blend")
    upload = services.upload_store(
        actor=actor_for(personas.anna), job=job, role="target", file=files.upload("p.png", files.encoded(GREY, "PNG"))
    )

    low, high = shown(personas.client("anna"), upload).convert("L").getextrema()

    assert (low, high) == (128, 128)


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
    assert showing.thumbnail(upload, text="AI生成").exists()
