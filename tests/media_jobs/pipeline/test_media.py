"""Every container that can be labelled here goes the whole way: received, reviewed, labelled, read back, handed out."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.review import selectors as reviews
from compliance.rules.errors import DomainError
from media_jobs.engines import registry
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.states import State
from media_jobs.labelling.accepted import accepted
from media_jobs.labelling.containers import CONTAINERS, Medium
from media_jobs.pipeline import previews, services, working
from media_jobs.uploads.models import Upload
from tests.media_jobs.labelled import MEDIA
from tests.media_jobs.labelling import specimens
from tests.media_jobs.pipeline.test_unlabelled import approved
from tests.media_jobs.story import camera_exif, cast, gateway_draft, media, officer_releases, picture, run, submit
from tests.personas import Personas, client_for, make_user, personas

__all__ = ["cast", "media", "personas"]

pytestmark = pytest.mark.django_db

CLASS = {"image": "23.1(5)", "video": "23.1(5)", "audio": "23.1(3)", "text": "23.1(1)"}
NAMES = [one.name for one in accepted() if one.name in specimens.MAKERS]
OTHER_KINDS = [name for name in NAMES if name in {"gif", "mp4", "wav", "txt"}]
# One container of each medium in the fast suite, the others before a merge.
FAST = {"png", "mp4", "wav", "txt"}
EVERY = [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
REASONS = {"video": "review.unheard", "audio": "review.unheard", "text": "review.unread"}


def specimen(name: str, folder: Path) -> SimpleUploadedFile:
    """A small file of that container, as a browser sends it."""
    path = specimens.make(name, folder)
    return SimpleUploadedFile(path.name, path.read_bytes(), content_type=CONTAINERS[name].mime)


def draft(cast: Personas, name: str, folder: Path) -> Job:
    medium = str(CONTAINERS[name].medium)
    return gateway_draft(cast.anna, file=specimen(name, folder), art23=CLASS[medium])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", EVERY)
def test_every_container_is_released_with_both_labels_and_its_report(cast: Personas, name: str, tmp_path: Path) -> None:
    container = CONTAINERS[name]
    job = run(submit(draft(cast, name, tmp_path)))
    if container.medium != Medium.IMAGE:
        assert (job.state, job.reason_code) == (State.HELD, REASONS[container.medium])
        job = run(officer_releases(job, cast.officer))

    assert job.state == State.RELEASED, job.reason_code
    release = Release.objects.get(work__job=job)
    assert (release.medium, release.mime) == (container.medium, container.mime)
    assert (release.width > 0) == (container.medium in {"image", "video"})
    assert (release.duration > 0) == (container.medium in {"video", "audio"})
    assert any(word in release.label_text for word in ("人工智能", "AI"))
    assert release.report["readback"]["conformant"] is True
    assert (working.root() / release.path).suffix == f".{container.endings[0]}"
    anna = cast.client("anna")
    page = anna.get(f"/jobs/{job.pk}/").content.decode()
    report = json.loads(anna.get(f"/jobs/{job.pk}/report.json").content)
    lines = {line["key"]: line for line in report["lines"]}
    assert [key for key, line in lines.items() if not line["title"]] == []
    assert lines["labels"]["value"] == "1"
    assert lines["location"]["value"] == container.place
    assert lines["ProduceID"]["value"] == release.work.produce_id
    assert release.label_text in page
    assert all(line["value"] in page for line in report["lines"] if line["value"].isalnum())
    answer = anna.get(f"/jobs/{job.pk}/download/")
    name_given = f"hallmark-{release.work.produce_id}"
    if release.sidecars:
        assert answer["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(body(answer))) as archive:
            inside = {f"{name_given}.{container.endings[0]}{row['ending']}" for row in release.sidecars}
            assert set(archive.namelist()) == inside | {f"{name_given}.{container.endings[0]}"}
        packed = SimpleUploadedFile(f"{name_given}.zip", body(anna.get(f"/jobs/{job.pk}/download/")))
        told = Client().post("/api/v1/verify/", {"file": packed}).json()
        assert told["released"]["code"] == "released"
        assert told["file"]["inside_zip"] == f"{name_given}.{container.endings[0]}"
        assert told["says"]["labels"][0]["values"]["ProduceID"] == release.work.produce_id
        assert told["says"]["c2pa"]["state"] == "trusted"
    else:
        assert answer["Content-Type"] == container.mime
        assert answer["Content-Disposition"] == f'attachment; filename="{name_given}.{container.endings[0]}"'
        assert body(answer) == (working.root() / release.path).read_bytes()


def test_a_container_without_a_labeller_is_refused_with_its_name(cast: Personas, tmp_path: Path) -> None:
    actor = actor_for(cast.anna)
    job = services.draft_create(actor=actor, user=cast.anna, engine="gateway")
    bad = SimpleUploadedFile("a.bmp", b"BM" + bytes(200))

    with pytest.raises(DomainError) as caught:
        services.input_store(actor=actor, job=job, role="file", file=bad)

    assert caught.value.code == "media.unsupported_format"
    assert not Upload.objects.exists()


def test_the_upload_field_names_what_it_takes(cast: Personas) -> None:
    job = services.draft_create(actor=actor_for(cast.anna), user=cast.anna, engine="gateway")

    page = cast.client("anna").get(f"/jobs/{job.pk}/").content.decode()

    for container in registry.get("gateway").inputs[0].containers:
        assert container.shown in page
        assert f".{container.endings[0]}" in page
    assert "XLSX" not in page  # a worksheet has no place for a visible label


@pytest.mark.parametrize(("name", "art23"), [("png", "23.1(2)"), ("png", "23.1(1)"), ("jpeg", "23.1(3)")])
def test_a_class_that_cannot_have_made_the_file_is_not_handed_in(
    cast: Personas, name: str, art23: str, tmp_path: Path
) -> None:
    job = gateway_draft(cast.anna, file=specimen(name, tmp_path), art23=art23)
    with pytest.raises(DomainError) as caught:
        submit(job)

    assert caught.value.code == "pipeline.class_of_other_medium"


if OTHER_KINDS:

    @pytest.mark.parametrize("name", OTHER_KINDS)
    def test_a_face_blend_takes_no_other_kind(cast: Personas, name: str, tmp_path: Path) -> None:
        actor = actor_for(cast.anna)
        job = services.draft_create(actor=actor, user=cast.anna, engine="face_blend")
        with pytest.raises(DomainError) as caught:
            services.input_store(actor=actor, job=job, role="source", file=specimen(name, tmp_path))
        assert (caught.value.code, caught.value.status) == ("uploads.wrong_medium", 415)


UNLABELLED = [name for name in ("wav", "mp4", "txt") if CONTAINERS[name].medium in MEDIA]

if UNLABELLED:

    @pytest.mark.slow
    @pytest.mark.parametrize("name", UNLABELLED)
    def test_only_the_explicit_label_is_left_out_on_request(cast: Personas, name: str, tmp_path: Path) -> None:
        job = draft(cast, name, tmp_path)
        before = Path(job.uploads.get().absolute_path).read_bytes()
        request = approved(cast, job)

        job = run(submit(job))
        assert job.reason_code == "review.unlabelled_output"
        job = run(officer_releases(job, cast.officer))

        assert job.state == State.RELEASED, job.reason_code
        release = Release.objects.get(work__job=job)
        assert (release.unlabelled_request, release.label_text) == (str(request.pk), "")
        readback = release.report["readback"]
        assert (readback["conformant"], readback["measured"]["labels"]) == (True, 1)
        assert readback["measured"]["values"]["ProduceID"] == release.work.produce_id
        if name == "txt":
            assert (working.root() / release.path).read_bytes() == before


def test_a_picture_has_no_still_that_is_shown_unlogged(cast: Personas) -> None:
    job = run(submit(gateway_draft(cast.anna, file=picture(exif=camera_exif()))))
    hold = reviews.open_hold(job)
    assert hold is not None

    path = f"/officer/holds/{hold.pk}/media/file/"
    answers = [
        cast.client("officer").get(f"{path}?still"),
        cast.client("officer").get(path, headers={"range": "bytes=1-"}),
    ]

    assert [answer["Content-Type"] for answer in answers] == ["image/jpeg"] * 2
    assert cast_events(job).count("review.media_viewed") == 2


if "audio" in MEDIA:

    def test_an_officer_hears_the_labelled_copy_and_each_look_is_logged(cast: Personas, tmp_path: Path) -> None:
        job = run(submit(draft(cast, "wav", tmp_path)))
        hold = reviews.open_hold(job)
        assert hold is not None
        original = job.uploads.get()
        officer, path = cast.client("officer"), f"/officer/holds/{hold.pk}/media/output/"

        page = officer.get(f"/officer/holds/{hold.pk}/").content.decode()
        heard = officer.get(path)
        still = officer.get(f"{path}?still")
        part = officer.get(path, headers={"range": "bytes=0-99"})
        rest = officer.get(path, headers={"range": "bytes=100-199"})

        copy = previews.path_of(job, "output", ".wav").read_bytes()
        assert (heard["Content-Type"], body(heard)) == ("audio/wav", copy)
        assert len(copy) > Path(original.absolute_path).stat().st_size  # the label is in it
        assert (part.status_code, body(part), body(rest)) == (206, copy[:100], copy[100:200])
        assert still["Content-Type"] == "image/jpeg"
        assert f'<audio class="player" controls preload="metadata" src="{path}"' in page
        looks = [event for event in cast_events(job) if event == "review.media_viewed"]
        assert len(looks) == 2  # the whole, and the player's first part
        second = client_for(make_user("second", Role.OFFICER, "+8613800138199"))
        for part in ("bytes=1-", "bytes=-100"):  # all but a byte, and the end, without a first part
            cache.clear()
            body(second.get(path, headers={"range": part}))
        cache.clear()
        assert second.get(f"{path}?still").status_code == 200  # a frame is a look at whoever is in it
        assert cast_events(job).count("review.media_viewed") == 5

    def test_the_providers_policy_decides_the_form_of_the_audible_label(
        cast: Personas, tmp_path: Path, settings: Any
    ) -> None:
        settings.LABEL_AUDIO_FORM, settings.LABEL_AUDIO_WHERE = "rhythm", "both"
        job = run(officer_releases(run(submit(draft(cast, "wav", tmp_path))), cast.officer))

        assert job.state == State.RELEASED, job.reason_code
        label = Release.objects.get(work__job=job).report["label"]
        assert (label["form"], label["where"]) == ("rhythm", "both")


if "video" in MEDIA:

    def test_faces_are_looked_for_in_frames_of_a_video(cast: Personas, tmp_path: Path) -> None:
        job = gateway_draft(cast.anna, file=film_of_a_portrait(tmp_path), art23="23.1(4)")

        upload = job.uploads.get()
        assert (upload.medium, upload.face_count) == ("video", 1)
        job = run(submit(job))
        assert (job.state, job.reason_code) == (State.HELD, "review.face_undeclared")

    def test_the_sound_of_a_video_is_labelled_where_the_provider_says_so(
        cast: Personas, tmp_path: Path, settings: Any
    ) -> None:
        from tests.media_jobs.labelling.video.films import film

        settings.LABEL_VIDEO_SOUND, settings.LABEL_AUDIO_FORM = True, "rhythm"
        file = film(tmp_path / "film.mp4")
        upload = SimpleUploadedFile(file.name, file.read_bytes(), content_type="video/mp4")
        job = run(officer_releases(run(submit(gateway_draft(cast.anna, file=upload, art23="23.1(5)"))), cast.officer))

        assert job.state == State.RELEASED, job.reason_code
        report = Release.objects.get(work__job=job).report
        assert [one["form"] for one in report["label"]["sounds"]] == ["rhythm"]
        assert len(report["readback"]["measured"]["sounds"][0]["label_start"]["tones"]) == 4

    def test_a_video_is_played_in_parts(cast: Personas, tmp_path: Path) -> None:
        job = run(officer_releases(run(submit(draft(cast, "mp4", tmp_path))), cast.officer))
        anna, path = cast.client("anna"), f"/jobs/{job.pk}/picture/"
        file = (working.root() / Release.objects.get(work__job=job).path).read_bytes()

        page = anna.get(f"/jobs/{job.pk}/").content.decode()
        end = anna.get(path, headers={"range": "bytes=-10"})
        beyond = anna.get(path, headers={"range": f"bytes={len(file)}-"})
        middle = anna.get(path, headers={"range": "bytes=5-8"})

        assert '<ai-label text="人工智能生成" kind="generated"' in page
        assert (end.status_code, body(end), end["Content-Range"]) == (
            206,
            file[-10:],
            f"bytes {len(file) - 10}-{len(file) - 1}/{len(file)}",
        )
        assert beyond.status_code == 416
        assert (body(middle), middle["Content-Length"]) == (file[5:9], "4")

    def film_of_a_portrait(folder: Path) -> SimpleUploadedFile:
        import av
        from PIL import Image

        from tests.media_jobs.story import MONA_LISA

        path = folder / "portrait.mp4"
        picture = Image.open(MONA_LISA).convert("RGB")
        picture = picture.resize((picture.width // 2 * 2, picture.height // 2 * 2))
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=5)
            stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
            for _number in range(10):
                out.mux(stream.encode(av.VideoFrame.from_image(picture)))
            out.mux(stream.encode(None))
        return SimpleUploadedFile(path.name, path.read_bytes())


if "text" in MEDIA:

    def test_the_beginning_of_a_text_is_shown_under_its_label(cast: Personas) -> None:
        file = SimpleUploadedFile("说明.txt", "第一行\n<b>第二行</b>\n".encode())
        job = gateway_draft(cast.anna, file=file, art23="23.1(1)")

        page = cast.client("anna").get(f"/jobs/{job.pk}/").content.decode()

        shown = page.partition('<pre class="excerpt">')[2].partition("</pre>")[0]
        assert shown.splitlines()[0] == shown.splitlines()[-1] == "人工智能生成"
        assert "第一行" in shown
        assert "&lt;b&gt;" in shown

    def test_an_officer_reads_a_held_text_with_its_label(cast: Personas) -> None:
        file = SimpleUploadedFile("a.txt", ("长文" * 5000).encode())
        job = run(submit(gateway_draft(cast.anna, file=file, art23="23.1(1)")))
        hold = reviews.open_hold(job)
        assert hold is not None

        answer = cast.client("officer").get(f"/officer/holds/{hold.pk}/media/output/")

        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.content.decode().startswith("人工智能生成\n")

    def test_what_is_not_handed_out_is_not_read_on_the_page_either(cast: Personas) -> None:
        file = SimpleUploadedFile("a.txt", "一段文字".encode())
        job = run(submit(gateway_draft(cast.anna, file=file, art23="23.1(1)")))
        job = run(officer_releases(job, cast.officer))
        anna, path = cast.client("anna"), f"/jobs/{job.pk}/"
        assert "一段文字" in anna.get(path).content.decode()

        released = working.root() / Release.objects.get(work__job=job).path
        released.write_text("一段文字", encoding="utf-8")  # the label is gone

        assert "一段文字" not in anna.get(path).content.decode()


def cast_events(job: Job) -> list[str]:
    """The types of the job's events so far."""
    from compliance.audit import selectors as audit

    return [event.type for event in audit.job_events(job.pk)]
