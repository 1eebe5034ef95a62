"""What is received is received whole, once, by the job's owner; what is refused leaves nothing behind."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from PIL import Image

from accounts.people.actors import actor_for
from compliance.audit.actor import system
from compliance.audit.models import Pending
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.labelling import provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.writer import label_file
from media_jobs.uploads import selectors, services, showing, store
from media_jobs.uploads.models import Upload
from tests.media_jobs.uploads import files
from tests.personas import Personas

FOREIGN = "001191330106MA2CFLDG4R10001"


def put(job: Job, name: str, data: bytes, role: str = "file") -> Upload:
    return services.upload_store(actor=actor_for(job.owner), job=job, role=role, file=files.upload(name, data))


def labelled(tmp_path: Path, producer: str) -> bytes:
    target = tmp_path / "labelled.png"
    label_file(
        files.COFFEE,
        target,
        label=AigcLabel.first(producer=producer, produce_id="abc-1"),
        digital_source_type=TRAINED_ALGORITHMIC_MEDIA,
    )
    return target.read_bytes()


@pytest.mark.parametrize(("fmt", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_kept_whole_and_known(draft: Job, media_root: Path, fmt: str, mime: str) -> None:
    data = files.photo(fmt)

    upload = put(draft, f"coffee.{fmt.lower()}", data)

    stored = Path(upload.absolute_path)
    assert stored.read_bytes() == data
    assert (upload.sha256, upload.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (upload.mime, upload.width, upload.height) == (mime, 320, 240)
    assert upload.face_count is None
    assert stored.stat().st_mode & 0o077 == 0
    assert files.on_disk(media_root) == [upload.path]
    assert selectors.uploads_for(draft) == [upload]


def test_it_is_logged_without_name_or_hash(draft: Job) -> None:
    upload = put(draft, "secret holiday.jpg", files.photo())

    entries = [row.entry for row in Pending.objects.filter(job=str(draft.pk))]
    assert any('"upload.stored"' in entry for entry in entries)
    assert not any("holiday" in entry or upload.sha256 in entry for entry in entries)


def test_names_are_cleaned_and_sealed(draft: Job) -> None:
    upload = put(draft, "../../etc/Wang\x00 \u202eXiaoming\r\n.jpg", files.photo())

    assert upload.original_name == "Wang Xiaoming.jpg"
    with connection.cursor() as cursor:
        cursor.execute("SELECT original_name FROM uploads_upload")
        assert "Xiaoming" not in cursor.fetchone()[0]
    upload.refresh_from_db()
    assert upload.original_name == "Wang Xiaoming.jpg"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("C:\\Users\\me\\photo.png", "photo.png"),
        ("..", ""),
        ("\u200b\u202e.jpg", "jpg"),
        ("a" * 300 + ".jpeg", "a" * 114 + "….jpeg"),
        ("照片 1.webp", "照片 1.webp"),
    ],
)
def test_display_names(raw: str, shown: str) -> None:
    assert store.display_name(raw) == shown


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return files.photo(exif=exif)


def test_rotation_by_exif_gives_the_displayed_size(draft: Job) -> None:
    upload = put(draft, "turned.jpg", rotated())

    assert (upload.width, upload.height) == (240, 320)


def cmyk() -> bytes:
    with Image.open(files.COFFEE) as picture:
        return files.encoded(picture.convert("RGB").convert("CMYK"), "JPEG")


BAD: dict[str, tuple[str, Any, str, int]] = {
    "0 bytes": ("a.jpg", lambda: b"", "media.empty", 400),
    "not an image": ("a.jpg", lambda: b"#!/bin/sh\nrm -rf /\n" * 9, "media.mismatched_type", 415),
    "another kind": ("a.bmp", lambda: files.photo("BMP"), "media.unsupported_format", 415),
    "not what it claims": ("a.png", files.photo, "media.mismatched_type", 415),
    "truncated": ("a.jpg", lambda: files.photo()[:-3000], "media.truncated", 422),
    "a bomb": ("a.png", files.bomb, "media.too_large", 413),
    "20,000 px wide": ("a.png", lambda: files.photo("PNG", (20_000, 20)), "media.too_large", 413),
    "CMYK": ("a.jpg", cmyk, "media.cmyk", 422),
}


@pytest.mark.parametrize(
    ("name", "make"), [("a.gif", lambda: files.photo("GIF")), ("a.tif", lambda: files.photo("TIFF"))]
)
def test_other_kinds_of_pictures_are_taken_in(draft: Job, name: str, make: Any) -> None:
    assert put(draft, name, make()).medium == "image"


def test_an_animation_is_taken_in_but_not_where_one_picture_is_needed(draft: Job) -> None:
    assert put(draft, "a.webp", files.animated()).probe["frames"] > 1
    with pytest.raises(DomainError) as refused:
        services.upload_store(
            actor=actor_for(draft.owner),
            job=draft,
            role="file",
            file=files.upload("a.webp", files.animated()),
            single=True,
        )

    assert refused.value.code == "media.animated"


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_named_and_leave_nothing(draft: Job, media_root: Path, case: str) -> None:
    name, make, code, status = BAD[case]
    before = Pending.objects.count()

    with pytest.raises(DomainError) as refused:
        put(draft, name, make())

    assert (refused.value.code, refused.value.status) == (code, status)
    assert refused.value.message % refused.value.params
    assert refused.value.way_out
    assert files.on_disk(media_root) == []
    assert not Upload.objects.exists()
    assert Pending.objects.count() == before


def test_somebody_elses_label_is_not_replaced(draft: Job, media_root: Path, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=r"media\.foreign_label"):
        put(draft, "a.png", labelled(tmp_path, FOREIGN))

    assert files.on_disk(media_root) == []


def test_our_own_label_is_known(draft: Job, tmp_path: Path) -> None:
    upload = put(draft, "a.png", labelled(tmp_path, provider_code.DEVELOPMENT_CODE))

    assert [label["location"] for label in upload.existing_labels] == ["png.itxt.xmp"]


def test_too_many_bytes_stop_the_stream(draft: Job, media_root: Path, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 200_000
    read = 0

    class Endless:
        name = "a.jpg"

        def chunks(self) -> Iterator[bytes]:
            nonlocal read
            while True:
                read += 65_536
                yield b"\xff\xd8\xff" + b"x" * 65_533

    with pytest.raises(DomainError, match=r"uploads\.too_large"):
        services.upload_store(actor=actor_for(draft.owner), job=draft, role="file", file=Endless())

    assert read <= 200_000 + 65_536
    assert files.on_disk(media_root) == []


def test_a_connection_that_breaks_leaves_nothing(draft: Job, media_root: Path) -> None:
    class Broken:
        name = "a.jpg"

        def chunks(self) -> Iterator[bytes]:
            yield files.photo()[:1000]
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        services.upload_store(actor=actor_for(draft.owner), job=draft, role="file", file=Broken())

    assert files.on_disk(media_root) == []
    assert not Upload.objects.exists()


def test_a_rolled_back_row_leaves_a_file_that_the_sweeper_finds(draft: Job, media_root: Path) -> None:
    with transaction.atomic():
        put(draft, "a.jpg", files.photo())
        transaction.set_rollback(True)

    assert len(files.on_disk(media_root)) == 1
    assert services.sweep_orphans(actor=system("sweeper")) == 0  # too young: it might be on its way
    for path in media_root.rglob("*.jpg"):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    assert services.sweep_orphans(actor=system("sweeper")) == 1
    assert files.on_disk(media_root) == []


def test_the_sweeper_spares_what_rows_point_to(draft: Job, media_root: Path) -> None:
    upload = put(draft, "a.jpg", files.photo())
    showing.thumbnail(upload, text="")
    leftover = store.incoming_folder() / "tmpabc.upload"
    leftover.write_bytes(b"left by a killed process")
    for path in media_root.rglob("*"):
        os.utime(path, (time.time() - 7200, time.time() - 7200))

    assert services.sweep_orphans(actor=system("sweeper")) == 1
    assert files.on_disk(media_root) == [upload.path, f"{upload.path}.thumb.jpg"]


def test_replacing_keeps_one_file_per_role(
    draft: Job, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first = put(draft, "a.jpg", files.photo())
    with django_capture_on_commit_callbacks(execute=True):
        second = put(draft, "b.png", files.photo("PNG"))

    assert selectors.uploads_for(draft) == [second]
    assert files.on_disk(media_root) == [second.path]
    assert first.path != second.path


def test_a_refused_replacement_keeps_the_old_file(draft: Job, media_root: Path) -> None:
    first = put(draft, "a.jpg", files.photo())

    with pytest.raises(DomainError):
        put(draft, "b.jpg", b"no picture")

    assert selectors.uploads_for(draft) == [first]
    assert files.on_disk(media_root) == [first.path]


def test_removing_deletes_file_and_thumbnail_after_commit(
    draft: Job, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    upload = put(draft, "a.jpg", files.photo())
    showing.thumbnail(upload, text="")

    with django_capture_on_commit_callbacks() as callbacks:
        services.upload_remove(actor=actor_for(draft.owner), upload=upload)

    assert len(files.on_disk(media_root)) == 2
    for callback in callbacks:
        callback()
    assert files.on_disk(media_root) == []


def test_a_submitted_jobs_files_are_fixed(draft: Job, media_root: Path) -> None:
    upload = put(draft, "a.jpg", files.photo())
    stale = Job.objects.get(pk=draft.pk)
    Job.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_at=draft.created_at, reminder_version="v1", reminder_ack_at=draft.created_at
    )

    # `stale` still says draft: the row decides, not what the caller read.
    with pytest.raises(DomainError, match=r"uploads\.job_not_draft"):
        put(stale, "b.jpg", files.photo())
    upload.job = stale
    with pytest.raises(DomainError, match=r"uploads\.job_not_draft"):
        services.upload_remove(actor=actor_for(draft.owner), upload=upload)
    assert files.on_disk(media_root) == [upload.path]


def test_only_the_owner_changes_inputs(draft: Job, personas: Personas) -> None:
    upload = put(draft, "a.jpg", files.photo())

    for other in (personas.berta, personas.officer, personas.admin1):
        with pytest.raises(DomainError, match=r"uploads\.not_found"):
            services.upload_store(
                actor=actor_for(other), job=draft, role="file", file=files.upload("b.jpg", files.photo())
            )
        with pytest.raises(DomainError, match=r"uploads\.not_found"):
            services.upload_remove(actor=actor_for(other), upload=upload)


@pytest.mark.parametrize("role", ["", "File", "../x", "a" * 17])
def test_roles_are_plain_names(draft: Job, role: str) -> None:
    with pytest.raises(DomainError, match=r"uploads\.unknown_role"):
        put(draft, "a.jpg", files.photo(), role=role)


def test_faces_are_remembered(draft: Job) -> None:
    upload = put(draft, "a.jpg", files.photo())
    assert selectors.faces_unknown(draft) == [upload]
    face = {"x": 1, "y": 2, "w": 30, "h": 40, "score": 0.9}

    services.faces_set(actor=system("worker"), upload=upload, faces=[face])

    upload.refresh_from_db()
    assert (upload.face_count, upload.faces) == (1, [face])
    assert selectors.faces_unknown(draft) == []
