"""A job with two portraits, the people in them, and the browsers they use."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from accounts.identity.services import mobile_code_send, verify
from accounts.people.actors import actor_for
from accounts.people.models import RateBucket, User
from compliance.audit.actor import system
from compliance.consent import services
from compliance.consent.models import ConsentRequest, DepictedPerson
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release, Work
from media_jobs.jobs.states import State
from media_jobs.uploads.models import Upload
from tests.events import recorded
from tests.personas import CommittingClient, Outbox, Personas

__all__ = ["recorded"]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MONA, TANGUY = "+8613911110001", "+8613911110002"
PORTRAITS = {"source": "leonardo_mona_lisa.png", "target": "van_gogh_pere_tanguy.png", "file": "sk_chelsea.png"}


def verified(user: User, outbox: Outbox) -> User:
    """Give the account a real-name verification by the code sent to its number."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        mobile_code_send(actor=actor_for(user), user=user)
    verify(actor=actor_for(user), user=user, channel="mobile", code=outbox.code(user.phone))
    return user


def new_job(owner: User, *, engine: str = "face_blend", depicts: str = "persons") -> Job:
    """Return a draft of that owner."""
    job = jobs.job_create(actor=actor_for(owner), owner=owner, engine=engine)
    return jobs.job_configure(actor=actor_for(owner), job=job, art23_class="23.1(4)", depicts_declared=depicts)


def put(job: Job, role: str, media: Path, *, faces: int | None = 1) -> Upload:
    """Return an input of the job: a real portrait in the quarantine folder."""
    folder = media / "uploads" / str(job.pk)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / PORTRAITS[role], folder / f"{role}.png")
    return Upload.objects.create(
        job=job,
        role=role,
        original_name=f"{role}.png",
        path=str((folder / f"{role}.png").relative_to(media)),
        sha256="0" * 64,
        size=(folder / f"{role}.png").stat().st_size,
        mime="image/png",
        width=400,
        height=500,
        face_count=faces,
        faces=[{"x": 10, "y": 20, "w": 100, "h": 120, "score": 0.9}] * (faces or 0),
    )


def submit(job: Job) -> Job:
    """Hand the draft in and do what the worker's consent check does: ask everybody, then wait."""
    jobs.job_submit(actor=actor_for(job.owner), job=job, engine_version="1", reminder_version="r", inform_version="i")
    Job.objects.filter(pk=job.pk).update(lease_owner="w", lease_until=timezone.now() + timedelta(minutes=1))
    job.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.requests_send(actor=actor_for(job.owner), job=job)
        jobs.job_move(actor=system("worker"), job=job, to=State.AWAITING_CONSENT, lease_owner="w")
    job.refresh_from_db()
    return job


def release(job: Job) -> Release:
    """Put the job where the pipeline would have brought it: released."""
    work = Work.objects.create(job=job, created_at=timezone.now())
    row = Release.objects.create(
        work=work,
        path=f"released/{work.produce_id}.png",
        sha256="1" * 64,
        size=10,
        mime="image/png",
        width=4,
        height=5,
        label_text="AI生成",
        provider_code="x",
        released_at=timezone.now(),
        event_id="e" * 32,
    )
    Job.objects.filter(pk=job.pk).update(state=State.RELEASED, finished_at=timezone.now(), reason_code="")
    return row


@dataclass
class Phone:
    """A depicted person: a number, a browser of their own, no account."""

    number: str
    outbox: Outbox
    browser: CommittingClient = field(default_factory=CommittingClient)

    def link(self) -> str:
        """Return the path of the newest link that asks for consent."""
        asked = [message for message in self.outbox.all(self.number) if message["purpose"] == "consent"]
        found = re.search(r"https?://[^/\s]+(/c/\S+/)", asked[-1]["body"])
        assert found
        return found[1]

    def prove(self, path: str = "") -> Any:
        """Open the link, have the code sent, enter it; return the page it leads to."""
        path = path or self.link()
        sent = self.browser.post(path)
        assert sent.status_code == 302, sent.content
        return self.enter_code()

    def enter_code(self) -> Any:
        """Enter the newest code."""
        return self.browser.post("/c/code/", {"code": self.outbox.code(self.number)}, follow=True)

    def log_in(self) -> Any:
        """Prove the number at /c/manage/."""
        assert self.browser.post("/c/manage/", {"phone": self.number}).status_code == 302
        return self.enter_code()

    def page(self) -> str:
        """Return the address of this person's newest question."""
        newest = ConsentRequest.objects.filter(subject__phone_index=_index(self.number)).order_by("-sent_at").first()
        assert newest is not None
        return f"/c/request/{newest.pk}/"

    def agree(self, *, publish: bool = False, follow: bool = True) -> Any:
        """Tick, and press the button on the page as it is shown."""
        page = self.page()
        shown = self.browser.get(page).content.decode()
        found = re.search(r'name="text_hash" value="([0-9a-f]{64})"', shown)
        assert found, shown
        data = {"answer": "agree", "edit": "1", "text_hash": found[1], **({"publish": "1"} if publish else {})}
        return self.browser.post(page, data, follow=follow)

    def decline(self, never_again: str = "") -> Any:
        """Press the other button."""
        return self.browser.post(self.page(), {"answer": "decline", "never_again": never_again}, follow=True)


def _index(number: str) -> str:
    from compliance.consent.selectors import phone_index

    return phone_index(number)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """A media store of this test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def anna(personas: Personas, outbox: Outbox) -> User:
    """A user whose real identity is verified."""
    return verified(personas.anna, outbox)


@pytest.fixture
def mona(outbox: Outbox) -> Phone:
    """Depicted in the source picture."""
    return Phone(MONA, outbox)


@pytest.fixture
def tanguy(outbox: Outbox) -> Phone:
    """Depicted in the target picture."""
    return Phone(TANGUY, outbox)


@pytest.fixture
def draft(anna: User, media: Path) -> Job:
    """Anna's face blend: Mona in the source, Tanguy in the target, a purpose, publication asked too."""
    job = new_job(anna)
    actor = actor_for(anna)
    services.depicted_add(actor=actor, upload=put(job, "source", media), name="丽莎", phone=MONA)
    services.depicted_add(actor=actor, upload=put(job, "target", media), name="唐吉", phone=TANGUY)
    services.ask_set(actor=actor, job=job, purpose="社团海报", publish=True)
    return job


@pytest.fixture
def waiting(draft: Job, outbox: Outbox) -> Job:
    """The same job, submitted: both were asked."""
    return submit(draft)


@pytest.fixture
def another(anna: User, media: Path, outbox: Outbox) -> Callable[..., Job]:
    """Return a function that submits one more job in which only Mona is depicted."""

    def make(owner: User | None = None, *, depicted: str = MONA, engine: str = "face_blend") -> Job:
        job = new_job(owner or anna, engine=engine)
        role = "file" if engine == "gateway" else "source"
        actor = actor_for(job.owner)
        services.depicted_add(actor=actor, upload=put(job, role, media), name="丽莎", phone=depicted)
        return submit(job)

    return make


@pytest.fixture
def unhurried() -> Callable[[], None]:
    """Return a function that forgets every rate limit, as a night does."""

    def forget() -> None:
        RateBucket.objects.all().delete()

    return forget


def depicted(job: Job) -> list[DepictedPerson]:
    """Return the job's depicted persons."""
    return list(DepictedPerson.objects.filter(job=job).order_by("upload__role"))
