"""Receive, replace, remove: a job's inputs change only while it is a draft, and never half."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from media_jobs.isolation.budget import limits_for_looking
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.runner import run_isolated
from media_jobs.isolation.showable import showable
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from media_jobs.labelling import provider_code
from media_jobs.labelling.accepted import accepted
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.uploads import errors, events, store
from media_jobs.uploads.models import Upload

ORPHAN_AGE = timedelta(hours=1)
_ROLE = re.compile(r"[a-z][a-z_]{0,15}")


class IncomingFile(Protocol):
    """What upload_store needs of a file: Django's UploadedFile has it."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


def upload_store(
    *,
    actor: Actor,
    job: Job,
    role: str,
    file: IncomingFile,
    containers: Sequence[Container] | None = None,
    single: bool = False,
) -> Upload:
    """Receive one input of a draft job; an earlier file in the same role is replaced.

    The file is streamed, hashed and probed before the transaction, so that the database's writer never waits for a
    network or a decoder; the row and its event are written last. A crash leaves at most a file without a row, which
    `sweep_orphans` deletes.

    Args:
        actor: the job's owner.
        role: the engine's name for this input; the caller has checked that the engine has it.
        containers: what this input takes; None for whatever can be labelled here.
        single: a picture must be one: no animation, no several pages.

    Raises:
        DomainError: uploads.too_large, uploads.wrong_medium, uploads.job_not_draft, uploads.unknown_role,
            uploads.not_found, or one of the `media.*` and `isolation.*` codes of errors.py.
    """
    _may_change(actor, job)
    if not _ROLE.fullmatch(role):
        raise errors.unknown_role(role)
    received = store.receive(file.chunks(), store.job_folder(job.pk), limit=settings.UPLOAD_MAX_BYTES)
    final = received.path
    try:
        name = store.display_name(file.name or "")
        probe = examine(received.path, name=name, single=single)
        taken = accepted() if containers is None else containers
        if probe["format"] not in {one.name for one in taken}:
            raise errors.wrong_medium(", ".join(one.shown for one in taken))
        _refuse_foreign_label(probe)
        ending = store.ENDINGS[probe["mime"]]
        upload = Upload(
            job=job,
            role=role,
            original_name=name or f"{role}{ending}",
            sha256=received.sha256,
            size=received.size,
            medium=probe["medium"],
            mime=probe["mime"],
            width=probe["seen_width"],
            height=probe["seen_height"],
            duration=probe["duration"],
            probe=probe,
        )
        final = received.path.with_name(f"{upload.pk}{ending}")
        upload.path = str(final.relative_to(settings.MEDIA_ROOT))
        received.path.rename(final)
        with transaction.atomic():
            _hold_draft(job)
            for old in Upload.objects.filter(job=job, role=role):
                _drop(actor, old)
            upload.save(force_insert=True)
            audit.record(
                event=events.UPLOAD_STORED,
                actor=actor,
                job=job.pk,
                public={"role": role, "mime": upload.mime},
            )
    except BaseException:
        received.path.unlink(missing_ok=True)
        final.unlink(missing_ok=True)
        raise
    return upload


def upload_remove(*, actor: Actor, upload: Upload) -> None:
    """Remove one input of a draft job; the file goes when the transaction is committed.

    Raises:
        DomainError: uploads.job_not_draft, uploads.not_found.
    """
    _may_change(actor, upload.job)
    with transaction.atomic():
        _hold_draft(upload.job)
        _drop(actor, upload)


def faces_set(*, actor: Actor, upload: Upload, faces: Sequence[Mapping[str, Any]]) -> Upload:
    """Store which faces were found in an input (media_jobs.engines.faces.detect finds them).

    Args:
        faces: mappings with x, y, w, h (pixels of the displayed picture) and score (0..1), largest first.
    """
    rows = [{key: face[key] for key in ("x", "y", "w", "h", "score")} for face in faces]
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(face_count=len(rows), faces=rows)
        audit.record(
            event=events.FACES_FOUND,
            actor=actor,
            job=upload.job_id,
            public={"role": upload.role, "count": len(rows)},
        )
    upload.face_count, upload.faces = len(rows), rows
    return upload


def sweep_orphans(*, actor: Actor, older_than: timedelta = ORPHAN_AGE) -> int:
    """Delete files in transit or in quarantine that no row points to and that nobody touched for a while.

    Returns:
        How many files were deleted.
    """
    limit = (timezone.now() - older_than).timestamp()
    stale = {path: store.original_of(path) for path in _files() if path.stat().st_mtime < limit}
    names = {str(original.relative_to(settings.MEDIA_ROOT)) for original in stale.values()}
    known = set(Upload.objects.filter(path__in=names).values_list("path", flat=True))
    orphans = [path for path, original in stale.items() if str(original.relative_to(settings.MEDIA_ROOT)) not in known]
    if not orphans:
        return 0
    # The event first: a file that is gone without one could not be explained, one that outlives it is swept again.
    with transaction.atomic():
        audit.record(event=events.ORPHANS_SWEPT, actor=actor, public={"count": len(orphans)})
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def examine(path: Path, *, name: str = "", released: bool = False, single: bool = False) -> dict[str, Any]:
    """Return what the isolated child finds out about a file (media_jobs.labelling.probe).

    Args:
        name: the name it came with; a known ending that contradicts the content is refused.
        released: our own result, which labelling may have made larger than what may be uploaded.
        single: refuse animations and pictures of several pages.

    Raises:
        DomainError: the `media.*` and `isolation.*` codes, in the child's own words.
    """
    payload = {
        "path": str(path),
        "name": name or path.name,
        "max_bytes": max(settings.UPLOAD_MAX_BYTES, path.stat().st_size) if released else settings.UPLOAD_MAX_BYTES,
        "limits": {"max_seconds": float(settings.UPLOAD_MAX_SECONDS)} | ({"max_frames": 1} if single else {}),
    }
    try:
        return showable(run_isolated("media_jobs.labelling.isolated:probe", payload, limits=limits_for_looking(path)))
    except PortableError as error:
        raise errors.from_media(error) from error


def _refuse_foreign_label(probe: Mapping[str, Any]) -> None:
    """Refuse a file that carries somebody else's AIGC label, or one that cannot be read.

    Whatever we make of it would lose or replace that label, which nobody may do (Labelling Measures Art. 10).
    """
    ours = settings.PROVIDER_CODE or provider_code.DEVELOPMENT_CODE
    if any(label["values"].get("ContentProducer") != ours for label in probe["labels"]):
        raise errors.from_media(media_error("media.foreign_label"))


def _files() -> list[Path]:
    found: list[Path] = []
    for name in (store.FOLDER, store.INCOMING):
        root = settings.MEDIA_ROOT / name
        found += [path for path in root.rglob("*") if path.is_file()]
    return found


def _may_change(actor: Actor, job: Job) -> None:
    if actor.id != str(job.owner_id):
        raise errors.not_found()
    if job.state != State.DRAFT:
        raise errors.not_draft()


def _hold_draft(job: Job) -> None:
    """Lock the job's row, so that it cannot be submitted between the check and the change."""
    if not Job.objects.select_for_update().filter(pk=job.pk, state=State.DRAFT).exists():
        raise errors.not_draft()


def _drop(actor: Actor, upload: Upload) -> None:
    path = Path(upload.absolute_path)
    audit.record(event=events.UPLOAD_REMOVED, actor=actor, job=upload.job_id, public={"role": upload.role})
    upload.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    for made in (store.thumb_path(path), store.excerpt_path(path)):
        transaction.on_commit(partial(made.unlink, missing_ok=True))
