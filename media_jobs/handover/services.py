"""Take a file in, decide by Labelling Measures Art. 6, write our fields into it, keep it for a while."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.people.models import User
from compliance.audit import services as audit
from compliance.audit.actor import Actor, system
from media_jobs.handover import errors, events, signing, traces
from media_jobs.handover.models import Handover, Result
from media_jobs.isolation.errors import PortableError
from media_jobs.labelling.handover import HandedOver, hand_over
from media_jobs.pipeline.keys import provider_code
from media_jobs.uploads import store
from media_jobs.uploads.errors import from_media
from media_jobs.uploads.services import IncomingFile

FOLDER = "handovers"
KEPT = timedelta(days=7)
# What makes a file one to be looked at by a person; anything else wrong with a file is refused outright.
_HELD = frozenset({"label.disagree", "label.unreadable", "label.not_single", "label.bad_value"})


@dataclass(frozen=True, slots=True)
class _Written:
    """What came out of one file: the decision, or why it is held."""

    done: HandedOver | None
    found: traces.Traces
    refusal: PortableError | None = None


def handover_make(*, actor: Actor, user: User, file: IncomingFile, declared: bool | None) -> Handover:
    """Prepare one file for spreading.

    The file is received, read and rewritten in child processes before the transaction; row and event are written last.

    Args:
        actor: who asks; the log's.
        user: whose hand-over it is.
        file: any kind of file that labelling knows.
        declared: the user's answer; None is refused (Art. 6 (4), Art. 10).

    Raises:
        DomainError: handover.undeclared, uploads.too_large, or a `media.*` or `isolation.*` code.
    """
    if declared is None:
        raise errors.undeclared()
    expired_sweep(actor=system("handover"))
    handover = Handover(owner=user, created_at=timezone.now(), declared=declared, propagate_id=uuid4().hex)
    handover.expires_at = handover.created_at + KEPT
    handover.name = store.display_name(file.name or "") or "file"
    received = store.receive(file.chunks(), store.incoming_folder(), limit=settings.UPLOAD_MAX_BYTES)
    handover.source_sha256 = received.sha256
    place = Path(settings.MEDIA_ROOT) / FOLDER / str(handover.pk)
    place.mkdir(parents=True, mode=0o700)
    try:
        written = _write(handover, received.path, place)
        _fill(handover, written, place)
        with transaction.atomic():
            handover.save(force_insert=True)
            audit.record(
                event=events.HANDED_OVER,
                actor=actor,
                subject=handover.pk,
                outcome=handover.reason_code or "ok",
                public={"decision": handover.result, "container": handover.container or "unknown"},
            )
    except BaseException:
        _clear(place)
        raise
    finally:
        received.path.unlink(missing_ok=True)
    if not handover.path:
        _clear(place)
    return handover


def handover_fetch(*, actor: Actor, handover: Handover, sidecar: bool = False) -> Path:
    """Log that the prepared file is fetched and return where it lies.

    Raises:
        DomainError: handover.nothing_written (404), handover.expired (410).
    """
    if not handover.sha256:
        raise errors.nothing_written()
    path = Path(settings.MEDIA_ROOT) / (handover.sidecar if sidecar else handover.path)
    if not handover.path or not path.is_file() or handover.expires_at <= timezone.now():
        raise errors.expired()
    with transaction.atomic():
        audit.record(event=events.FETCHED, actor=actor, subject=handover.pk)
    return path


def expired_sweep(*, actor: Actor) -> int:
    """Delete the files whose time is over; the rows stay.

    Returns:
        How many hand-overs lost their file.
    """
    over = Handover.objects.filter(expires_at__lte=timezone.now()).exclude(path="")
    ids = list(over.values_list("pk", flat=True))
    if not ids:
        return 0
    with transaction.atomic():
        Handover.objects.filter(pk__in=ids).update(path="", sidecar="")
        audit.record(event=events.EXPIRED, actor=actor, public={"count": len(ids)})
    for handover_id in ids:
        _clear(Path(settings.MEDIA_ROOT) / FOLDER / str(handover_id))
    return len(ids)


def _write(handover: Handover, source: Path, place: Path) -> _Written:
    try:
        found = traces.look(source, name=handover.name)
        target = place / f"{handover.propagate_id}{found.ending}"
        done = hand_over(
            source,
            target,
            code=provider_code(),
            propagate_id=handover.propagate_id,
            declared=handover.declared,
            detected=bool(found.codes),
            name=handover.name,
            signing=signing.propagator,
            resign=signing.resigner(found, propagate_id=handover.propagate_id),
        )
    except PortableError as error:
        if error.code in _HELD:
            return _Written(None, found, error)
        raise from_media(error) from error
    return _Written(done, found)


def _fill(handover: Handover, written: _Written, place: Path) -> None:
    handover.container, handover.mime = written.found.container.name, written.found.container.mime
    handover.traces = list(written.found.codes)
    handover.before = [dict(label) for label in written.found.labels]
    if written.refusal is not None:
        handover.result = Result.HELD
        handover.reason_code, handover.reason_params = written.refusal.code, dict(written.refusal.params)
        return
    done: Any = written.done
    handover.result, handover.c2pa = done.decision.result, done.c2pa
    handover.repaired, handover.after = list(done.repaired), dict(done.after or {})
    if done.written:
        handover.sha256, handover.size = done.sha256, done.size
        handover.path = _relative(place / f"{handover.propagate_id}{written.found.ending}")
        handover.sidecar = _relative(place / done.sidecar) if done.sidecar else ""


def _relative(path: Path) -> str:
    return str(path.relative_to(settings.MEDIA_ROOT))


def _clear(place: Path) -> None:
    if place.is_dir():
        for left in place.iterdir():
            left.unlink(missing_ok=True)
        place.rmdir()
