"""What time does to open questions: deliver what had to wait, remind once, expire."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.people import messages
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import events, wording
from compliance.consent.models import ConsentRequest
from compliance.consent.selectors import is_silenced
from compliance.consent.services.asking import deliver, recipient_free
from compliance.consent.services.moving import move
from compliance.consent.states import OPEN, State
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State as JobState

# The job's reason code when nobody answered in time.
EXPIRED = "consent.expired"


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, in requests."""

    delivered: int = 0
    reminded: int = 0
    expired: int = 0
    cancelled: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            self.delivered + other.delivered,
            self.reminded + other.reminded,
            self.expired + other.expired,
            self.cancelled + other.cancelled,
        )


def expire_and_remind(*, actor: Actor, now: datetime | None = None) -> Swept:
    """Go through the jobs with open questions, each in a transaction of its own.

    A question is reminded of once, at half its time; it expires at the end and its job stops with a reason. Whatever
    the asker can see of this is the same whether or not a message went out.

    Args:
        actor: the process, for example `system("sweeper")`.
        now: the time to act at; the present when left out.
    """
    moment = now or timezone.now()
    total = Swept()
    waiting = ConsentRequest.objects.filter(state__in=OPEN).values_list("job_id", flat=True).distinct()
    for job_id in list(waiting):
        total += _sweep_job(actor=actor, job_id=job_id, now=moment)
    return total


@transaction.atomic
def _sweep_job(*, actor: Actor, job_id: UUID, now: datetime) -> Swept:
    job = Job.objects.select_for_update().get(pk=job_id)
    requests = list(ConsentRequest.objects.select_related("subject").filter(job=job, state__in=OPEN).order_by("pk"))
    if job.state not in (JobState.SUBMITTED, JobState.AWAITING_CONSENT):
        for request in requests:
            move(actor=actor, request=request, to=State.CANCELLED, now=now)
        return Swept(cancelled=len(requests))
    due = [request for request in requests if request.expires_at <= now]
    if due:
        for request in due:
            move(actor=actor, request=request, to=State.EXPIRED, now=now)
        rest = [request for request in requests if request not in due]
        for request in rest:
            move(actor=actor, request=request, to=State.CANCELLED, now=now)
        jobs.consent_refused(actor=actor, job_id=job.pk, reason_code=EXPIRED)
        return Swept(expired=len(due), cancelled=len(rest))
    done = Swept()
    for request in requests:
        done += _nudge(actor=actor, request=request, now=now)
    return done


def _nudge(*, actor: Actor, request: ConsentRequest, now: datetime) -> Swept:
    if request.delivered_at is None and deliver(request=request, token=token_urlsafe(24), now=now) == "sent":
        # Without the job, whose events the asker reads: that a message had to wait says that others asked too.
        audit.record(event=events.DELIVERED, actor=actor, subject=request.subject_id)
        return Swept(delivered=1)
    half = request.sent_at + (request.expires_at - request.sent_at) / 2
    if request.reminded_at is not None or now < half:
        return Swept()
    marked = ConsentRequest.objects.filter(pk=request.pk, reminded_at__isnull=True).update(reminded_at=now)
    if marked != 1:
        return Swept()
    silent = is_silenced(subject=request.subject, asker_id=request.asker_id, purpose=request.engine)
    delivery = "withheld" if silent or request.delivered_at is None or not recipient_free(request.subject) else "sent"
    if delivery == "sent":
        messages.send(to_phone=request.subject.phone, purpose="consent.reminder", body=wording.remind_message(request))
    audit.record(
        event=events.REMINDED,
        actor=actor,
        subject=request.subject_id,
        job=request.job_id,
        personal={"delivery": delivery},
    )
    return Swept(reminded=1)
