"""What keeps the queue honest when rings are lost and workers die (law 1)."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.people import ratelimit
from compliance.audit.actor import system
from compliance.consent import selectors as consents
from compliance.consent import services as consent_services
from compliance.review import services as reviews
from compliance.review.models import Hold, HoldState
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from media_jobs.jobs.ringing import ring_now
from media_jobs.jobs.states import FINISHED, RUNNABLE, State
from media_jobs.pipeline import chores, leases, runner, working
from media_jobs.uploads import services as upload_services

SWEEPER = system("sweeper")


def sweep() -> dict[str, int]:
    """Do one round; safe to run at any time, several at once.

    Returns:
        How many jobs were rung, consents settled, holds lapsed and working folders emptied.
    """
    return {
        "rung": _ring_waiting(),
        "settled": _settle_consents(),
        "consents": _expire_and_remind(),
        "lapsed": _lapse_holds(),
        "tidied": _tidy(),
    }


def _ring_waiting() -> int:
    """Ring every runnable job that no worker holds and that nobody rang for a while: lost rings, expired leases."""
    now = timezone.now()
    quiet = now - timedelta(seconds=settings.PIPELINE_RING_AGAIN_SECONDS)
    waiting = (
        Job.objects.filter(state__in=RUNNABLE)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=leases.beyond(now)))
        .annotate(last_rung=Coalesce("rung_at", "stage_started_at"))
        .filter(Q(last_rung__lte=quiet) | Q(last_rung__gt=now))  # a clock that was set back silences nobody
        .order_by("submitted_at")
    )
    rung = 0
    for job_id in waiting.values_list("pk", flat=True):
        # Bookkeeping of the queue, no change of the job, hence no event (docs/adr/0009).
        Job.objects.filter(pk=job_id).update(rung_at=now)
        rung += ring_now(job_id)
    return rung


def _settle_consents() -> int:
    """Start waiting jobs whose consents are all there: the net under `consents_settled`."""
    settled = 0
    for job in Job.objects.filter(state=State.AWAITING_CONSENT):
        if consents.all_granted(job):
            settled += jobs.consents_settled(actor=SWEEPER, job_id=job.pk)
    return settled


def _expire_and_remind() -> int:
    """Let the consent room remind once and expire what nobody answered."""
    done = consent_services.expire_and_remind(actor=SWEEPER)
    return done.delivered + done.reminded + done.expired + done.cancelled


def _lapse_holds() -> int:
    """Close holds whose job was cancelled or withdrawn meanwhile."""
    stale = Hold.objects.filter(state=HoldState.OPEN).exclude(job__state=State.HELD)
    return sum(reviews.hold_lapse(actor=SWEEPER, hold=hold) for hold in stale)


def housekeep() -> dict[str, int]:
    """Do what is due now and then: delete received files that no row points to, idle rate limits, ended sessions, and
    who received unlabelled files more than six months ago; then what the rooms above have to clear (chores).

    Sessions and rate limits are bookkeeping of the door, no change that the log speaks of.

    Returns:
        How many of each were deleted.
    """
    return {
        "orphans": upload_services.sweep_orphans(actor=SWEEPER),
        "limits": ratelimit.forget_idle(),
        "supplies": reviews.supplies_forget(actor=SWEEPER),
        "sessions": Session.objects.filter(expire_date__lt=timezone.now()).delete()[0],
        **chores.do_all(),
    }


def _is_job_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _tidy() -> int:
    """Empty the working store of jobs that are over, or that are no longer there."""
    store = working.root() / working.FOLDER
    if not store.is_dir():
        return 0
    names = {place.name for place in store.iterdir() if _is_job_id(place.name)}
    live = {str(pk) for pk in Job.objects.filter(pk__in=names).exclude(state__in=FINISHED).values_list("pk", flat=True)}
    for name in names - live:
        runner.tidy(name)
    return len(names - live)
