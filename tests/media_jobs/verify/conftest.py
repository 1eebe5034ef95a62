"""A work that was really labelled, released and logged."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.people.actors import actor_for
from compliance.audit import sequencer
from compliance.audit.actor import system
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release, Work
from media_jobs.labelling import provider_code
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.writer import label_file
from tests import personas as cast
from tests.media_jobs.uploads import files
from tests.personas import Personas

personas = cast.personas


@dataclass(frozen=True)
class Released:
    """A released file and its row."""

    data: bytes
    release: Release

    @property
    def number(self) -> str:
        """Its ProduceID."""
        return self.release.work.produce_id


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> Path:
    """Fresh media store and guard file; the incoming folder stays where Django's handlers put files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media" / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    settings.AUDIT_GUARD_FILE = tmp_path / "guard.json"
    return tmp_path


def label(source: Path, target: Path, *, producer: str, produce_id: str, says: str = "1") -> bytes:
    """Return a really labelled file."""
    label_file(
        source,
        target,
        label=AigcLabel.first(producer=producer, produce_id=produce_id, label=says),
        digital_source_type=TRAINED_ALGORITHMIC_MEDIA,
    )
    return target.read_bytes()


@pytest.fixture
def job(personas: Personas) -> Job:
    """Anna's job, read back and about to be released."""
    draft = jobs.job_create(actor=actor_for(personas.anna), owner=personas.anna, engine="gateway")
    now = timezone.now()
    Job.objects.filter(pk=draft.pk).update(
        state="read_back",
        art23_class="23.1(5)",
        depicts_declared="none",
        submitted_at=now,
        reminder_version="v1",
        reminder_ack_at=now,
        lease_owner="w1",
        lease_until=now + timedelta(minutes=5),
    )
    draft.refresh_from_db()
    return draft


@pytest.fixture
def release(job: Job, tmp_path: Path) -> Callable[[], Released]:
    """Release the job's file."""

    def make() -> Released:
        work = Work.objects.create(job=job, created_at=timezone.now())
        data = label(
            files.COFFEE,
            tmp_path / "released.png",
            producer=provider_code.DEVELOPMENT_CODE,
            produce_id=work.produce_id,
        )
        row = jobs.job_release(
            actor=system("worker"),
            job=job,
            lease_owner="w1",
            file=jobs.ReleaseFile(
                path="releases/one.png",
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                mime="image/png",
                width=600,
                height=400,
                label_text="AI生成",
                provider_code=provider_code.DEVELOPMENT_CODE,
                report={},
            ),
        )
        return Released(data, row)

    return make


@pytest.fixture
def released(release: Callable[[], Released]) -> Released:
    """A release that the signed log covers."""
    made = release()
    sequencer.sequence_and_sign()
    return made
