"""What a person does with a job: check the gates, then call the services of the rooms below in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.db import transaction

from accounts.identity import errors as identity_errors
from accounts.identity.selectors import is_verified
from accounts.people.models import User
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import selectors as consents
from compliance.consent import services as consent_services
from compliance.consent.models import Ask, DepictedPerson
from compliance.review import selectors as reviews
from compliance.review import services as review_services
from compliance.rules.art23 import fits
from compliance.rules.errors import DomainError
from compliance.switches.selectors import is_stopped
from media_jobs.engines import faces, registry
from media_jobs.engines.registry import Engine
from media_jobs.isolation.errors import PortableError
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Release
from media_jobs.jobs.selectors import release_of
from media_jobs.jobs.states import Depicts, State
from media_jobs.pipeline import errors, events, unlabelling, wording, working
from media_jobs.pipeline.gates import gates
from media_jobs.uploads import errors as upload_errors
from media_jobs.uploads import selectors as uploads
from media_jobs.uploads import services as upload_services
from media_jobs.uploads.models import Upload
from media_jobs.uploads.services import IncomingFile


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The texts the submitter ticked, by version (hash).

    Args:
        reminder: version of the reminder, "" when not ticked.
        inform: version of the prompt to inform the edited person, "" when not ticked or not shown.
    """

    reminder: str
    inform: str = ""


def draft_create(*, actor: Actor, user: User, engine: str) -> Job:
    """Begin a draft for an engine this deployment offers.

    Raises:
        DomainError: identity.required, pipeline.not_accepted, engines.not_available.
    """
    gates(user)
    found = registry.get(engine)
    with transaction.atomic():
        job = jobs.job_create(actor=actor, owner=user, engine=found.key)
        if found.biometric:
            # An engine that edits faces leaves nothing to declare: it always depicts somebody.
            job = jobs.job_configure(
                actor=actor, job=job, art23_class=found.art23[0][0], depicts_declared=Depicts.PERSONS
            )
    return job


def draft_duplicate(*, actor: Actor, user: User, job: Job) -> Job:
    """Make a new draft with the same operation, declarations and files; nothing a person brought is lost.

    Raises:
        DomainError: identity.required, pipeline.not_accepted, engines.not_available, uploads.*.
    """
    gates(user)
    engine = registry.get(job.engine)
    copy = jobs.job_create(actor=actor, owner=user, engine=engine.key, copy_of=job)
    for upload in uploads.uploads_for(job):
        with Path(upload.absolute_path).open("rb") as handle:
            input_store(actor=actor, job=copy, role=upload.role, file=File(handle, name=upload.original_name))
    return copy


def draft_discard(*, actor: Actor, job: Job) -> None:
    """Delete a draft with its files.

    Raises:
        DomainError: jobs.draft_only, jobs.not_allowed.
    """
    with transaction.atomic():
        if reviews.unlabelled_active(job) is not None:
            unlabelling.request_withdraw(actor=actor, job=job)
        for upload in uploads.uploads_for(job):
            upload_services.upload_remove(actor=actor, upload=upload)
        jobs.job_discard(actor=actor, job=job)


def draft_declare(*, actor: Actor, job: Job, art23_class: str, depicts_declared: str) -> Job:
    """Store the Art. 23 class and whether a person is depicted.

    Raises:
        DomainError: pipeline.class_missing for a class the engine does not know, pipeline.depicts_missing,
            jobs.draft_only, jobs.not_allowed.
    """
    engine = registry.get(job.engine)
    if art23_class not in dict(engine.art23):
        raise errors.class_missing()
    if depicts_declared not in (Depicts.NONE, Depicts.PERSONS):
        raise errors.depicts_missing()
    if engine.biometric:
        depicts_declared = Depicts.PERSONS
    return jobs.job_configure(actor=actor, job=job, art23_class=art23_class, depicts_declared=depicts_declared)


def input_store(*, actor: Actor, job: Job, role: str, file: IncomingFile) -> Upload:
    """Receive one input and look for faces in it (Provisions Art. 14: whoever is depicted is asked).

    Raises:
        DomainError: uploads.*, media.*; a file the face detector cannot read is refused too (law 4: fail closed).
    """
    wanted = next((one for one in registry.get(job.engine).inputs if one.key == role), None)
    if wanted is None:
        raise upload_errors.unknown_role(role)
    upload = upload_services.upload_store(
        actor=actor, job=job, role=role, file=file, containers=wanted.containers, single=wanted.single
    )
    try:
        found = faces.look(
            upload.absolute_path,
            medium=upload.medium,
            seconds=upload.duration,
            pixels=upload.width * upload.height,
        ).faces
    except PortableError as error:
        upload_services.upload_remove(actor=actor, upload=upload)
        raise DomainError(error.code, error.message, error.way_out, status=422, params=error.params) from error
    return upload_services.faces_set(actor=actor, upload=upload, faces=[face.as_dict() for face in found])


def input_remove(*, actor: Actor, upload: Upload) -> None:
    """Take one input off a draft.

    Raises:
        DomainError: uploads.job_not_draft, uploads.not_found.
    """
    upload_services.upload_remove(actor=actor, upload=upload)


def job_submit(*, actor: Actor, user: User, job: Job, acknowledged: Acknowledged) -> Job:
    """Hand a complete draft in.

    Raises:
        DomainError: identity.required, pipeline.not_accepted, pipeline.stopped, pipeline.input_missing,
            pipeline.class_missing, pipeline.depicts_missing, pipeline.persons_missing, pipeline.contradiction,
            pipeline.acknowledgement_missing, consent.purpose_missing, jobs.bad_transition (submitted already).
    """
    gates(user)
    with transaction.atomic():
        # Locked, so that no second request takes a person or a picture off the draft between the check and the move.
        locked = Job.objects.select_for_update().get(pk=job.pk)
        return _submit(actor=actor, job=locked, acknowledged=acknowledged)


def _submit(*, actor: Actor, job: Job, acknowledged: Acknowledged) -> Job:
    engine = registry.get(job.engine)
    if is_stopped(f"job:{engine.key}"):
        raise errors.stopped(engine.key)
    for problem in incomplete(job, engine):
        raise problem
    informs = asks_somebody(job, engine)
    if not wording.is_current(wording.REMINDER, acknowledged.reminder):
        raise errors.acknowledgement_missing()
    if informs and not wording.is_current(wording.INFORM, acknowledged.inform):
        raise errors.acknowledgement_missing()
    return jobs.job_submit(
        actor=actor,
        job=job,
        engine_version=engine.version,
        reminder_version=acknowledged.reminder,
        inform_version=acknowledged.inform if informs else "",
    )


def asks_somebody(job: Job, engine: Engine) -> bool:
    """Return whether the prompt to inform the edited person is shown: a face is edited, or persons are declared."""
    return engine.biometric or job.depicts_declared == Depicts.PERSONS


def incomplete(job: Job, engine: Engine) -> Iterator[DomainError]:
    """Yield what a draft still lacks, in the page's order."""
    brought = uploads.uploads_for(job)
    present = {upload.role for upload in brought}
    for role in engine.inputs:
        if role.key not in present:
            yield errors.input_missing(str(role.title))
    if job.art23_class not in dict(engine.art23):
        yield errors.class_missing()
    elif any(not fits(job.art23_class, upload.medium) for upload in brought):
        yield errors.class_of_other_medium()
    if not job.depicts_declared:
        yield errors.depicts_missing()
    named = DepictedPerson.objects.filter(job=job).exists()
    if job.depicts_declared == Depicts.NONE and named:
        yield errors.contradiction()
    if job.depicts_declared == Depicts.PERSONS:
        unnamed = {upload.role for upload in consents.missing(job)}
        titles = [str(role.title) for role in engine.inputs if role.key in unnamed]
        if titles:
            yield errors.persons_missing(", ".join(titles))
        elif named and not Ask.objects.filter(job=job).exists():
            yield errors.purpose_missing()
    if problem := unlabelling.blocking(job):
        yield problem


def job_cancel(*, actor: Actor, job: Job) -> Job:
    """Stop a job; open questions to depicted persons and open holds end with it.

    Raises:
        DomainError: jobs.bad_transition, jobs.not_allowed.
    """
    with transaction.atomic():
        moved = jobs.job_cancel(actor=actor, job=job)
        consent_services.requests_cancel(actor=actor, job=moved)
        _lapse(actor, moved)
    return moved


def job_retry(*, actor: Actor, user: User, job: Job) -> Job:
    """Try a failed job again from the stage it failed in.

    Raises:
        DomainError: identity.required, pipeline.not_accepted, pipeline.stopped, jobs.bad_transition.
    """
    gates(user)
    if is_stopped(f"job:{job.engine}"):
        raise errors.stopped(job.engine)
    return jobs.job_retry(actor=actor, job=job)


def job_withdraw(*, actor: Actor, job: Job) -> None:
    """Take one's own released file back: 410 from now on.

    Raises:
        DomainError: jobs.not_allowed, pipeline.not_released.
    """
    if job.state != State.RELEASED or not jobs.release_withdraw(
        actor=actor, job_id=job.pk, reason_code="jobs.withdrawn_by_owner"
    ):
        raise errors.not_released()


def download_open(
    *, actor: Actor, user: User, job: Job, log: bool = True, inline: bool = False
) -> tuple[Path, Release]:
    """Return the released file after checking that it still is the one that was released.

    Args:
        inline: to be shown on the job's own page instead of handed out.
        log: write the download into the log; the inline view on the job's own page and a HEAD request are no
            downloads. A file without its explicit label is handed out by download only, and each is recorded with its
            recipient (Labelling Measures Art. 9).

    Raises:
        DomainError: identity.required, pipeline.not_released (404), pipeline.withdrawn (410),
            pipeline.publication_stopped, pipeline.download_only, release.altered.
    """
    if not is_verified(user):
        raise identity_errors.required()
    release = release_of(job)
    if release is None:
        raise errors.not_released()
    if job.state == State.WITHDRAWN or release.withdrawn_at is not None:
        raise errors.withdrawn()
    if is_stopped("publication"):
        raise errors.publication_stopped()
    if release.unlabelled_request and inline:
        raise errors.download_only()
    file = working.root() / release.path
    if not _unaltered(file, release):
        with transaction.atomic():
            audit.record(
                event=events.RELEASE_ALTERED,
                actor=actor,
                job=job.pk,
                work=release.work_id,
                outcome="release.altered",
            )
        raise errors.release_altered()
    if log:
        with transaction.atomic():
            # Hashing a large file takes a while: a withdrawal that came in between wins.
            if not Release.objects.select_for_update().filter(pk=release.pk, withdrawn_at=None).exists():
                raise errors.withdrawn()
            unlabelling.supply(actor=actor, recipient=user, release=release)
            audit.record(event=events.DOWNLOADED, actor=actor, job=job.pk, work=release.work_id)
    return file, release


def _unaltered(file: Path, release: Release) -> bool:
    """Return whether the file and everything that belongs to it still are what was released."""
    beside = [(working.root() / row["path"], row["sha256"]) for row in release.sidecars]
    return all(one.is_file() and working.sha256(one) == digest for one, digest in [(file, release.sha256), *beside])


def _lapse(actor: Actor, job: Job) -> None:
    hold = reviews.hold_of(job)
    if hold is not None:
        review_services.hold_lapse(actor=actor, hold=hold)
