"""The way of a job in tests: real portraits, real engines, real labels, the house's own services."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.audit.actor import Actor
from compliance.consent import notice
from compliance.consent import services as consents
from compliance.consent.models import ConsentRequest
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.rules.art23 import Art23
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Work
from media_jobs.jobs.states import State
from media_jobs.pipeline import runner, services, wording, working
from media_jobs.uploads import store
from media_jobs.uploads.models import Upload
from tests.media_jobs.ready import make_ready
from tests.personas import Personas

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
MONA, TANGUY = "+8613911110001", "+8613911110002"
MONA_LISA, PERE_TANGUY = SAMPLES / "leonardo_mona_lisa.png", SAMPLES / "van_gogh_pere_tanguy.png"
ART23_FACES, ART23_SCENES = str(Art23.BIOMETRIC_IMAGE), str(Art23.OTHER_IMAGE)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """A media root of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.ENGINES_ENABLED = ("gateway", "face_blend")
    return settings.MEDIA_ROOT


@pytest.fixture
def cast(personas: Personas, media: Path) -> Personas:
    """The house's cast with anna and berta ready to submit: verified, and the texts accepted."""
    for number, user in enumerate((personas.anna, personas.berta)):
        make_ready(user, number=number)
    return personas


def picture(*, size: tuple[int, int] = (480, 360), kind: str = "JPEG", exif: bytes = b"") -> SimpleUploadedFile:
    """Return a real picture that shows nobody: two colours and a slope between them."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((40, 90, 160), (0, 0, size[0] // 3, size[1] // 2))
    data = BytesIO()
    image.save(data, format=kind, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(f"scene.{kind.lower()}", data.getvalue(), content_type=f"image/{kind.lower()}")


def portrait(path: Path = MONA_LISA) -> SimpleUploadedFile:
    """Return a portrait from the samples."""
    return SimpleUploadedFile(path.name, path.read_bytes(), content_type="image/png")


def camera_exif() -> bytes:
    """Return EXIF as a camera writes it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Hallmark Optics", "Test 1"
    exif.get_ifd(0x8769)[0x829A] = 0.01
    return exif.tobytes()


def gateway_draft(user: User, *, file: Any = None, depicts: str = "none", art23: str = ART23_SCENES) -> Job:
    """Return a complete gateway draft, its file received, probed and searched for faces."""
    actor = actor_for(user)
    job = services.draft_create(actor=actor, user=user, engine="gateway")
    job = services.draft_declare(actor=actor, job=job, art23_class=art23, depicts_declared=depicts)
    services.input_store(actor=actor, job=job, role="file", file=file or picture())
    return job


def placed_draft(user: User, *, faces: int = 0, depicts: str = "none", **probe: Any) -> Job:
    """Return a complete gateway draft whose file was put in place without child processes."""
    actor = actor_for(user)
    job = services.draft_create(actor=actor, user=user, engine="gateway")
    job = services.draft_declare(actor=actor, job=job, art23_class=ART23_SCENES, depicts_declared=depicts)
    file = store.job_folder(job.pk) / "scene.jpg"
    file.write_bytes(picture().read())
    Upload.objects.create(
        job=job,
        role="file",
        original_name="scene.jpg",
        path=str(file.relative_to(working.root())),
        sha256=working.sha256(file),
        size=file.stat().st_size,
        mime="image/jpeg",
        width=480,
        height=360,
        face_count=faces,
        faces=[{"x": 1, "y": 1, "w": 60, "h": 60, "score": 0.9}] * faces,
        probe={"camera": False, "labels": [], **probe},
    )
    return job


def placed_release(user: User) -> Job:
    """Return a released job whose stages were skipped, for tests of what follows a release."""
    job = submit(placed_draft(user))
    token = "t"
    for state in (State.INPUT_REVIEW, State.SYNTHESIS, State.OUTPUT_REVIEW, State.LABELLING, State.READ_BACK):
        Job.objects.filter(pk=job.pk).update(lease_owner=token, lease_until=timezone.now() + timedelta(minutes=1))
        job = jobs.job_move(actor=runner.WORKER, job=job, to=state, lease_owner=token)
    work = Work.objects.get(job=job)
    source = Path(job.uploads.get().absolute_path)
    digest = working.sha256(source)
    jobs.job_release(
        actor=runner.WORKER,
        job=job,
        lease_owner=token,
        file=jobs.ReleaseFile(
            path=working.publish(source, produce_id=work.produce_id, sha256=digest),
            sha256=digest,
            size=source.stat().st_size,
            mime="image/jpeg",
            width=480,
            height=360,
            label_text="人工智能生成",
            provider_code="code",
            report={},
        ),
    )
    job.refresh_from_db()
    return job


def blend_draft(user: User) -> Job:
    """Return a complete face-blend draft: both portraits, both persons named, the purpose stated."""
    actor = actor_for(user)
    job = services.draft_create(actor=actor, user=user, engine="face_blend")
    for role, path, name, phone in (("source", MONA_LISA, "丽莎", MONA), ("target", PERE_TANGUY, "唐吉", TANGUY)):
        upload = services.input_store(actor=actor, job=job, role=role, file=portrait(path))
        consents.depicted_add(actor=actor, upload=upload, name=name, phone=phone)
    consents.ask_set(actor=actor, job=job, purpose="一张展览海报", publish=False)
    return job


def submit(job: Job) -> Job:
    """Hand the draft in with everything acknowledged."""
    acknowledged = services.Acknowledged(wording.version(wording.REMINDER), wording.version(wording.INFORM))
    return services.job_submit(actor=actor_for(job.owner), user=job.owner, job=job, acknowledged=acknowledged)


def grant_all(job: Job) -> None:
    """Let everybody who was asked agree."""
    for request in ConsentRequest.objects.filter(job=job):
        shown = notice.build(request, language="zh-hans")
        consents.grant(
            actor=Actor("subject", str(request.subject_id)),
            request=request,
            edit=True,
            publish=False,
            text_hash=shown.text_hash,
            language="zh-hans",
        )


def run(job: Job) -> Job:
    """Let the worker do what it can, and return the job as it is then."""
    runner.run_job(job.pk)
    job.refresh_from_db()
    return job


def officer_releases(job: Job, officer: User) -> Job:
    """Let an officer let the held job go on."""
    hold = reviews.open_hold(job)
    assert hold is not None
    review_services.hold_release(actor=actor_for(officer), hold=hold)
    job.refresh_from_db()
    return job


def released_job(cast: Personas) -> Job:
    """Return a released gateway job of anna's."""
    job = run(submit(gateway_draft(cast.anna)))
    assert job.state == "released", (job.state, job.reason_code)
    return job
