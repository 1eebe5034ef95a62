"""The person's own steps: read, agree, decline, take back. Each moves the job in the same transaction."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.people import messages
from compliance.audit import services as audit
from compliance.audit.actor import Actor
from compliance.consent import errors, events, notice, wording
from compliance.consent.models import Consent, ConsentRequest
from compliance.consent.selectors import all_granted
from compliance.consent.services.moving import move
from compliance.consent.services.silencing import silence
from compliance.consent.states import OPEN, State
from compliance.rules.consent import valid_until
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State as JobState

# The job's reason codes; media_jobs.pipeline shows their sentences.
DECLINED = "consent.declined"
REVOKED = "consent.revoked"

# No letters or digits that are read for one another.
_RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@transaction.atomic
def request_open(*, actor: Actor, request: ConsentRequest) -> ConsentRequest:
    """Note that the asked person, having proven the number, reads the question. A second reading changes nothing."""
    current = _lock(request)
    if current.state == State.SENT and current.expires_at > timezone.now():
        move(actor=actor, request=current, to=State.OPENED, now=timezone.now())
    return current


@transaction.atomic
def grant(
    *, actor: Actor, request: ConsentRequest, edit: bool, publish: bool, text_hash: str, language: str
) -> Consent:
    """Give the separate consent; the last one needed lets the job go on by itself (Provisions Art. 14, PIPL Art. 29).

    Args:
        edit: the picture may be edited; without it there is nothing to agree to.
        publish: the result may be shown publicly: its own choice (PIPL Art. 25).
        text_hash: of the notice as it was shown; agreeing counts for that text only.
        language: in which it was shown.

    Raises:
        DomainError: consent.no_longer_open, consent.text_changed, consent.edit_not_chosen, consent.publish_not_asked.
    """
    now = timezone.now()
    current = _lock_open(request, now=now)
    if not edit:
        raise errors.edit_not_chosen()
    if publish and not current.asks_publish:
        raise errors.publish_not_asked()
    shown = notice.build(current, language=language)
    if not secrets.compare_digest(shown.text_hash, text_hash):
        raise errors.text_changed()
    receipt_no = _receipt_no(now)
    event_id = move(
        actor=actor,
        request=current,
        to=State.GRANTED,
        now=now,
        public={"edit": True, "publish": publish},
        personal={"receipt_no": receipt_no, "text_hash": shown.text_hash, "binding": current.binding},
    )
    consent = Consent.objects.create(
        request=current,
        subject=current.subject,
        edit=True,
        publish=publish,
        granted_at=now,
        expires_at=valid_until(now),
        receipt_no=receipt_no,
        text=shown.text,
        text_hash=shown.text_hash,
        language=language,
        event_id=event_id,
    )
    messages.send(
        to_phone=current.subject.phone, purpose="consent.receipt", body=wording.granted_message(consent.receipt_no)
    )
    if all_granted(current.job):
        jobs.consents_settled(actor=actor, job_id=current.job_id)
    return consent


@transaction.atomic
def decline(*, actor: Actor, request: ConsentRequest, never_again: str = "") -> None:
    """Say no. The job ends with a neutral reason, and this asker does not ask for this purpose again.

    Args:
        never_again: "" for this purpose only, "asker" for everything by this asker, "all" for everything by anybody.

    Raises:
        DomainError: consent.no_longer_open.
    """
    now = timezone.now()
    current = _lock_open(request, now=now)
    move(actor=actor, request=current, to=State.DECLINED, now=now)
    silence(actor=actor, request=current, scope=never_again or "purpose")
    _close_others(actor=actor, request=current, now=now)
    jobs.consent_refused(actor=actor, job_id=current.job_id, reason_code=DECLINED)


@transaction.atomic
def revoke(*, actor: Actor, consent: Consent) -> Consent:
    """Take a consent back: what waits is cancelled, what was released is withdrawn, at once (PIPL Art. 15).

    Raises:
        DomainError: consent.already_revoked.
    """
    now = timezone.now()
    request = _lock(consent.request)
    current = Consent.objects.select_for_update().get(pk=consent.pk)
    if current.revoked_at is not None:
        raise errors.already_revoked()
    event_id = audit.record(
        event=events.REVOKED,
        actor=actor,
        subject=current.subject_id,
        job=request.job_id,
        personal={"receipt_no": current.receipt_no},
    )
    Consent.objects.filter(pk=current.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_event_id=event_id)
    _close_others(actor=actor, request=request, now=now)
    jobs.release_withdraw(actor=actor, job_id=request.job_id, reason_code=REVOKED)
    messages.send(
        to_phone=current.subject.phone, purpose="consent.receipt", body=wording.revoked_message(current.receipt_no)
    )
    current.refresh_from_db()
    return current


def _lock(request: ConsentRequest) -> ConsentRequest:
    # The job's row is the lock of all its requests: two last agreements at once must not both miss each other.
    Job.objects.select_for_update().get(pk=request.job_id)
    return ConsentRequest.objects.select_related("job", "subject", "asker").get(pk=request.pk)


def _lock_open(request: ConsentRequest, *, now: datetime) -> ConsentRequest:
    current = _lock(request)
    waiting = current.job.state in (JobState.SUBMITTED, JobState.AWAITING_CONSENT)
    if current.state not in OPEN or current.expires_at <= now or not waiting:
        raise errors.no_longer_open()
    return current


def _close_others(*, actor: Actor, request: ConsentRequest, now: datetime) -> None:
    for other in ConsentRequest.objects.filter(job=request.job_id, state__in=OPEN).exclude(pk=request.pk):
        move(actor=actor, request=other, to=State.CANCELLED, now=now)


def _receipt_no(now: datetime) -> str:
    groups = ("".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(4)) for _ in range(3))
    return f"{timezone.localtime(now):%Y%m%d}-{'-'.join(groups)}"
