"""Take a file in, decide by Labelling Measures Art. 6, write our fields into it, keep it for a while."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.people.models import User
from compliance.audit import services as audit
from compliance.audit.actor import Actor, system
from compliance.switches.selectors import PUBLICATION, is_stopped
from media_jobs.handover import errors, events, signing, traces
from media_jobs.handover.models import Handover, Result
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.showable import showable
from media_jobs.jobs.selectors import release_by_produce_id, release_by_sha256
from media_jobs.labelling.handover import HandedOver, hand_over
from media_jobs.pipeline.errors import publication_stopped
from media_jobs.pipeline.keys import provider_code
from media_jobs.uploads import store
from media_jobs.uploads.errors import from_media
from media_jobs.uploads.services import IncomingFile

FOLDER = "handovers"
KEPT = timedelta(days=7)
# What one account's prepared files may fill together, bytes: files arrive faster than their time runs out.
ROOM = 5 * 1024**3
# A folder that is younger may belong to a hand-over that is being made.
ORPHAN_AGE = timedelta(hours=1)
# Longer than any hand-over takes, seconds: one that was killed blocks its account no longer than this.
_BUSY = 900
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
        DomainError: handover.undeclared, handover.busy (429), handover.no_room (409), handover.withdrawn (409),
            uploads.too_large, or a `media.*` or `isolation.*` code.
    """
    if declared is None:
        raise errors.undeclared()
    with _alone(user):
        expired_sweep(actor=system("handover"))
        if _kept(user) >= ROOM:
            raise errors.no_room(ROOM // 1024**3)
        return _make(actor=actor, user=user, file=file, declared=declared)


@contextmanager
def _alone(user: User) -> Iterator[None]:
    """One hand-over of an account at a time: each keeps a web thread until its children are done."""
    key = f"handover.busy:{user.pk}"
    if not cache.add(key, value=True, timeout=_BUSY):
        raise errors.busy()
    try:
        yield
    finally:
        cache.delete(key)


def _kept(user: User) -> int:
    return Handover.objects.filter(owner=user).exclude(path="").aggregate(bytes=Sum("size"))["bytes"] or 0


def _make(*, actor: Actor, user: User, file: IncomingFile, declared: bool) -> Handover:
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


def handover_fetch(*, actor: Actor, handover: Handover, sidecar: bool = False, log: bool = True) -> Path:
    """Log that the prepared file is fetched and return where it lies.

    Args:
        log: False for a HEAD request, which hands nothing out.

    Raises:
        DomainError: handover.nothing_written (404), handover.expired (410), pipeline.publication_stopped (503).
    """
    if not handover.sha256 or (sidecar and handover.path and not handover.sidecar):
        raise errors.nothing_written()
    path = Path(settings.MEDIA_ROOT) / (handover.sidecar if sidecar else handover.path)
    if not handover.path or not path.is_file() or handover.expires_at <= timezone.now():
        raise errors.expired()
    if is_stopped(PUBLICATION):
        raise publication_stopped()
    if log:
        with transaction.atomic():
            audit.record(event=events.FETCHED, actor=actor, subject=handover.pk)
    return path


def expired_sweep(*, actor: Actor) -> int:
    """Delete the files whose time is over, and what a killed process left; the rows stay.

    Returns:
        How many hand-overs lost their file.
    """
    _orphans_clear()
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
        _refuse_withdrawn(handover.source_sha256, found)
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


def _refuse_withdrawn(sha256: str, found: traces.Traces) -> None:
    """Nothing for a file that may be spread as far as we are concerned.

    Raises:
        DomainError: handover.withdrawn - it is a work that we took back, or bears its number.
    """
    ours = [one.get("ProduceID", "") for one in found.labels if one.get("ContentProducer") == provider_code()]
    releases = [release_by_sha256(sha256), *(release_by_produce_id(showable(number)) for number in ours)]
    if any(release is not None and release.withdrawn_at is not None for release in releases):
        raise errors.withdrawn()


def _fill(handover: Handover, written: _Written, place: Path) -> None:
    handover.container, handover.mime = written.found.container.name, written.found.container.mime
    handover.traces = list(written.found.codes)
    handover.before = [showable(dict(label)) for label in written.found.labels]
    if written.refusal is not None:
        handover.result = Result.HELD
        handover.reason_code, handover.reason_params = written.refusal.code, showable(dict(written.refusal.params))
        return
    done: Any = written.done
    handover.result, handover.c2pa = done.decision.result, done.c2pa
    handover.repaired, handover.after = list(done.repaired), showable(dict(done.after or {}))
    if done.written:
        handover.sha256, handover.size = done.sha256, done.size
        handover.path = _relative(place / f"{handover.propagate_id}{written.found.ending}")
        handover.sidecar = _relative(place / done.sidecar) if done.sidecar else ""


def _relative(path: Path) -> str:
    return str(path.relative_to(settings.MEDIA_ROOT))


def _orphans_clear() -> None:
    """Delete folders that no hand-over points into: killed before their row was written, or after its file's time.

    No event: none of it was ever anybody's to see.
    """
    store_of_all = Path(settings.MEDIA_ROOT) / FOLDER
    if not store_of_all.is_dir():
        return
    limit = (timezone.now() - ORPHAN_AGE).timestamp()
    old = {place.name: place for place in store_of_all.iterdir() if _is_id(place.name) and _older(place, limit)}
    kept = Handover.objects.filter(pk__in=old).exclude(path="").values_list("pk", flat=True)
    for name in old.keys() - {str(pk) for pk in kept}:
        _clear(old[name])


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _older(place: Path, limit: float) -> bool:
    try:
        return place.stat().st_mtime < limit
    except FileNotFoundError:  # another process is done with it
        return False


def _clear(place: Path) -> None:
    # A killed child leaves folders of its own in it.
    shutil.rmtree(place, ignore_errors=True)
