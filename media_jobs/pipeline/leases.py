"""The lease on a job row: one worker at a time, taken by compare-and-swap, kept by a heartbeat, fenced by its token."""

import logging
import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import Actor
from media_jobs.jobs.errors import lease_lost
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import RUNNABLE
from media_jobs.pipeline import events

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to move one job.

    Args:
        job_id: which job.
        token: random; every move compares it, so a worker that lost the lease changes nothing.
        seconds: how long it holds without a heartbeat.
    """

    job_id: UUID
    token: str
    seconds: float


def take(*, actor: Actor, job_id: UUID | str) -> Lease | None:
    """Take the lease of a runnable job that nobody holds; None when there is nothing to do here.

    Taking over an expired lease is logged; taking a free one is not: it is bookkeeping of the queue, no change of
    the job (docs/adr/0009).
    """
    now = timezone.now()
    lease = Lease(UUID(str(job_id)), uuid4().hex, float(settings.PIPELINE_LEASE_SECONDS))
    with transaction.atomic():
        before = Job.objects.filter(pk=job_id, state__in=RUNNABLE).values("lease_owner", "state").first()
        if before is None:
            return None
        taken = (
            Job.objects.filter(pk=job_id, state__in=RUNNABLE)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=beyond(now)))
            .update(lease_owner=lease.token, lease_until=now + timedelta(seconds=lease.seconds), heartbeat_at=now)
        )
        if not taken:
            return None
        if before["lease_owner"]:
            audit.record(event=events.LEASE_TAKEN_OVER, actor=actor, job=job_id, public={"stage": str(before["state"])})
    return lease


def extend(lease: Lease) -> bool:
    """Keep the lease for its full time from now; False when somebody else has it or the job is no longer runnable."""
    now = timezone.now()
    return bool(
        Job.objects.filter(pk=lease.job_id, lease_owner=lease.token, state__in=RUNNABLE).update(
            lease_until=now + timedelta(seconds=lease.seconds), heartbeat_at=now
        )
    )


def give_back(lease: Lease) -> None:
    """Free the job for any worker, if it is still ours."""
    Job.objects.filter(pk=lease.job_id, lease_owner=lease.token).update(lease_owner="", lease_until=None)


class Progress:
    """Notes on the job row how far a stage is, at most once a second; bookkeeping like the heartbeat, no event.

    A job that is no longer ours (cancelled, taken over) ends the work: the callback raises, and the runner of the child
    kills it.
    """

    EVERY = 1.0

    def __init__(self, job_id: UUID, token: str) -> None:
        self._job_id, self._token, self._last = job_id, token, 0.0

    def __call__(self, done: float, total: float) -> None:
        """Note `done` of `total`, in seconds of media.

        Raises:
            DomainError: jobs.lease_lost.
        """
        now = time.monotonic()
        if now - self._last < self.EVERY or not (math.isfinite(done) and math.isfinite(total)):
            return
        self._last = now
        try:
            kept = Job.objects.filter(pk=self._job_id, lease_owner=self._token).update(
                progress_done=max(0.0, done), progress_total=max(0.0, total), heartbeat_at=timezone.now()
            )
        except DatabaseError:
            # The work is worth more than the number on the page.
            logger.warning("progress of job %s was not noted", self._job_id, exc_info=True)
            return
        if not kept:
            raise lease_lost()


def beyond(now: datetime) -> datetime:
    """Return the time after which no lease can end: one that does was taken before the clock was set back."""
    return now + timedelta(seconds=2 * float(settings.PIPELINE_LEASE_SECONDS))


class Heartbeat:
    """Keeps a lease while the block runs, from a thread with a database connection of its own."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{lease.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(self._lease.seconds / 4):
                try:
                    if not extend(self._lease):
                        return
                except DatabaseError:
                    # The next beat may succeed; if none does, the lease runs out and the token fences this worker.
                    logger.warning("heartbeat of job %s missed a beat", self._lease.job_id, exc_info=True)
        finally:
            connection.close()
