"""Putting the question: one single-use link to each depicted person, limited across askers."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone

from accounts.people import messages, ratelimit
from accounts.people.selectors import display_name
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import events, periods, wording
from compliance.consent.binding import binding_of
from compliance.consent.models import Ask, ConsentRequest, DepictedPerson, Subject
from compliance.consent.selectors import is_silenced
from compliance.consent.services.moving import move
from compliance.consent.states import OPEN, State
from compliance.rules.consent import ANSWER_WITHIN
from compliance.rules.errors import DomainError
from media_jobs.engines import registry
from media_jobs.jobs.models import Job


def token_hash(token: str) -> str:
    """Return what the database keeps of a link's token."""
    return sha256(token.encode("utf-8")).hexdigest()


@transaction.atomic
def requests_send(*, actor: Actor, job: Job) -> list[ConsentRequest]:
    """Ask everybody depicted in any input of the job, once: source and target alike (Provisions Art. 14).

    Called by the worker's consent check, never within the asker's own request: how long it takes would tell whether a
    message went out. Calling it again asks only those not asked yet.

    Returns:
        Every request of the job. What became of each message is not told.

    Raises:
        DomainError: people.rate_limited when this asker puts too many questions a day.
    """
    job = Job.objects.select_for_update().select_related("owner").get(pk=job.pk)
    asked = set(ConsentRequest.objects.filter(job=job).values_list("subject_id", flat=True))
    named = DepictedPerson.objects.filter(job=job).values_list("subject_id", flat=True)
    for subject in Subject.objects.filter(pk__in=set(named) - asked).order_by("created_at", "pk"):
        ratelimit.take(
            name="consent.asker",
            key=str(job.owner_id),
            capacity=periods.ASKER_QUESTIONS,
            per_seconds=periods.ASKER_PER_SECONDS,
        )
        _ask(actor=actor, job=job, subject=subject, now=timezone.now())
    return list(ConsentRequest.objects.filter(job=job).order_by("sent_at", "pk"))


@transaction.atomic
def requests_cancel(*, actor: Actor, job: Job) -> int:
    """Close the job's open questions, because it was cancelled or has ended; returns how many.

    The people asked are not written to again; their link says that it is no longer open.
    """
    now = timezone.now()
    Job.objects.select_for_update().get(pk=job.pk)
    open_requests = list(ConsentRequest.objects.filter(job=job, state__in=OPEN))
    for request in open_requests:
        move(actor=actor, request=request, to=State.CANCELLED, now=now)
    return len(open_requests)


def deliver(*, request: ConsentRequest, token: str, now: datetime) -> str:
    """Send the link if the person may be written to now.

    Returns:
        "sent"; "withheld": the person wants silence; "deferred": the day's messages to this person are used up and the
        sweep tries again.
    """
    if is_silenced(subject=request.subject, asker_id=request.asker_id, purpose=request.engine):
        return "withheld"
    if not recipient_free(request.subject):
        return "deferred"
    ConsentRequest.objects.filter(pk=request.pk).update(delivered_at=now, token_hash=token_hash(token))
    messages.send(to_phone=request.subject.phone, purpose="consent", body=wording.ask_message(request, token))
    return "sent"


def recipient_free(subject: Subject) -> bool:
    """Return whether this person may get one more message today, and count it (across all askers)."""
    try:
        ratelimit.take(
            name="consent.recipient",
            key=subject.phone_index,
            capacity=periods.RECIPIENT_MESSAGES,
            per_seconds=periods.RECIPIENT_PER_SECONDS,
        )
    except DomainError:
        return False
    return True


def _ask(*, actor: Actor, job: Job, subject: Subject, now: datetime) -> ConsentRequest:
    ask = Ask.objects.filter(job=job).first()
    purpose = ask.purpose if ask else ""
    version = job.engine_version or registry.get(job.engine).version
    token = token_urlsafe(24)
    request = ConsentRequest.objects.create(
        job=job,
        asker=job.owner,
        subject=subject,
        engine=job.engine,
        engine_version=version,
        purpose=purpose,
        asker_name=display_name(job.owner),
        binding=binding_of(job=job, purpose=purpose, engine_version=version),
        asks_publish=bool(ask and ask.publish),
        token_hash=token_hash(token),
        sent_at=now,
        expires_at=now + ANSWER_WITHIN,
    )
    delivery = deliver(request=request, token=token, now=now)
    audit.record(
        event=events.REQUESTED,
        actor=actor,
        subject=subject.pk,
        job=job.pk,
        public={"edit": True, "publish": request.asks_publish},
        personal={"binding": request.binding, "delivery": delivery},
    )
    return request
