"""While the job is a draft: who is depicted in which picture, and what it is for."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.people import phones
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import errors, events
from compliance.consent.models import Ask, DepictedPerson, Subject
from compliance.consent.selectors import phone_index
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State as JobState
from media_jobs.uploads.models import Upload

NAME_LENGTH = 40
PURPOSE_LENGTH = 200
PEOPLE_PER_PICTURE = 10


@transaction.atomic
def depicted_add(*, actor: Actor, upload: Upload, name: str, phone: str, under_14: bool = False) -> DepictedPerson:
    """Name one person in one picture of a draft; they take the lowest free face number.

    Args:
        phone: as typed; it is where the person will be asked. The asker's own number is allowed: then the asker is
            asked too, because consent to editing is separate from using the service (PIPL Art. 29).
        under_14: the asker declares that the person is a minor under 14 (PIPL Art. 28, 31): refused.

    Raises:
        DomainError: consent.not_a_draft, consent.under_14, consent.name_missing, consent.already_named,
            consent.too_many_people, people.phone_invalid.
    """
    if under_14:
        raise errors.under_14()
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise errors.name_missing()
    number = phones.normalise(phone)
    job = lock_draft(upload.job_id)
    taken = set(DepictedPerson.objects.filter(upload=upload).values_list("face_no", flat=True))
    if len(taken) >= PEOPLE_PER_PICTURE:
        raise errors.too_many_people()
    now = timezone.now()
    subject, _created = Subject.objects.get_or_create(
        phone_index=phone_index(number), defaults={"phone": number, "created_at": now}
    )
    if DepictedPerson.objects.filter(upload=upload, subject=subject).exists():
        raise errors.already_named()
    person = DepictedPerson.objects.create(
        job=job,
        upload=upload,
        subject=subject,
        name=name,
        face_no=next(number for number in range(1, PEOPLE_PER_PICTURE + 1) if number not in taken),
        created_at=now,
    )
    audit.record(event=events.PERSON_NAMED, actor=actor, subject=subject.pk, job=job.pk, public={"role": upload.role})
    return person


@transaction.atomic
def depicted_remove(*, actor: Actor, person: DepictedPerson) -> None:
    """Take a person off a draft's picture again; the face number becomes free.

    Raises:
        DomainError: consent.not_a_draft.
    """
    job = lock_draft(person.job_id)
    removed, _rows = DepictedPerson.objects.filter(pk=person.pk).delete()
    if removed:
        audit.record(
            event=events.PERSON_REMOVED,
            actor=actor,
            subject=person.subject_id,
            job=job.pk,
            public={"role": person.upload.role},
        )


@transaction.atomic
def ask_set(*, actor: Actor, job: Job, purpose: str, publish: bool) -> Ask:
    """Store what the depicted persons will read: the purpose in the asker's words, and whether publication is asked.

    Raises:
        DomainError: consent.not_a_draft, consent.purpose_missing.
    """
    purpose = " ".join(purpose.split())
    if not 1 <= len(purpose) <= PURPOSE_LENGTH:
        raise errors.purpose_missing()
    lock_draft(job.pk)
    ask, _created = Ask.objects.update_or_create(
        job=job, defaults={"purpose": purpose, "publish": publish, "updated_at": timezone.now()}
    )
    audit.record(
        event=events.ASK_SET, actor=actor, job=job.pk, public={"publish": publish}, personal={"purpose": purpose}
    )
    return ask


def lock_draft(job_id: UUID) -> Job:
    """Return the job, locked, while it is a draft.

    Raises:
        DomainError: consent.not_a_draft.
    """
    job = Job.objects.select_for_update().filter(pk=job_id, state=JobState.DRAFT).first()
    if job is None:
        raise errors.not_a_draft()
    return job
