"""What the fragment on the job's page needs to name the depicted persons."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from accounts.people import phones
from compliance.consent.models import Ask, DepictedPerson
from compliance.consent.selectors.force import missing
from media_jobs.engines import registry
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State as JobState
from media_jobs.uploads.models import Upload


@dataclass(frozen=True, slots=True)
class Named:
    """One named person: the asker's own words, the number masked."""

    id: UUID
    name: str
    phone: str
    face_no: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One input with the people named in it.

    Args:
        title: what the engine calls this input.
        face_count: None while nobody has looked.
        missing: somebody in it is not named yet.
    """

    upload: Upload
    title: str | Promise
    people: tuple[Named, ...]
    face_count: int | None
    missing: bool


def editor_context(job: Job) -> dict[str, Any]:
    """Return the context of `consent/_depicted_editor.html`: job, consent_pictures, consent_ask, consent_editable."""
    engine = registry.describe(job.engine)
    titles = {role.key: role.title for role in engine.inputs} if engine else {}
    lacking = {upload.pk for upload in missing(job)}
    people: dict[UUID, list[Named]] = {}
    for person in DepictedPerson.objects.filter(job=job).select_related("subject").order_by("face_no"):
        named = Named(person.pk, person.name, phones.mask(person.subject.phone), person.face_no)
        people.setdefault(person.upload_id, []).append(named)
    pictures = [
        Picture(
            upload=upload,
            title=titles.get(upload.role, upload.role),
            people=tuple(people.get(upload.pk, ())),
            face_count=upload.face_count,
            missing=upload.pk in lacking,
        )
        for upload in Upload.objects.filter(job=job).order_by("role")
    ]
    return {
        "job": job,
        "consent_pictures": pictures,
        "consent_ask": Ask.objects.filter(job=job).first(),
        "consent_editable": job.state == JobState.DRAFT,
    }
