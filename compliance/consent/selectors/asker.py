"""What an asker may see, decided here once: never whether a message went out, never why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.people import phones
from compliance.consent.models import Consent, ConsentRequest, DepictedPerson
from compliance.consent.selectors.subject import consent_of
from compliance.consent.states import OPEN, State
from media_jobs.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Row:
    """One depicted person as the asker sees it.

    Args:
        name, phone: what the asker gave; the number masked.
        roles: the pictures the person is in.
        state: "not_asked", "waiting", "granted", "no", "no_answer" or "closed".
        label, tone: the state as a word and its colour.
        publish: the person also agreed to publication.
        asked_at, reminded_at, expires_at: the same whether or not a message went out.
    """

    name: str
    phone: str
    roles: tuple[str, ...]
    state: str
    label: str | Promise
    tone: str
    publish: bool
    asked_at: datetime | None
    reminded_at: datetime | None
    expires_at: datetime | None


_SHOWN: dict[str, tuple[str | Promise, str]] = {
    "not_asked": (_("Not asked yet"), "neutral"),
    "waiting": (_("Waiting for the answer"), "wait"),
    "granted": (_("Agreed"), "ok"),
    "no": (_("No"), "stop"),
    "no_answer": (_("No answer"), "stop"),
    "closed": (_("No longer needed"), "neutral"),
}


def consent_rows(job: Job) -> list[Row]:
    """Return what the asker sees of each person depicted in the job's pictures.

    A request that was withheld because the person wants silence, one that waits its turn and one that was simply not
    answered give the same row.
    """
    requests = {
        request.subject_id: request
        for request in ConsentRequest.objects.filter(job=job).select_related("consent", "job")
    }
    people: dict[UUID, list[DepictedPerson]] = {}
    for person in DepictedPerson.objects.filter(job=job).select_related("subject", "upload").order_by("created_at"):
        people.setdefault(person.subject_id, []).append(person)
    return [_row(named, requests.get(subject_id)) for subject_id, named in people.items()]


def _row(named: list[DepictedPerson], request: ConsentRequest | None) -> Row:
    consent = consent_of(request) if request else None
    state = _seen_by_asker(request, consent)
    label, tone = _SHOWN[state]
    return Row(
        name=named[0].name,
        phone=phones.mask(named[0].subject.phone),
        roles=tuple(person.upload.role for person in named),
        state=state,
        label=label,
        tone=tone,
        publish=bool(state == "granted" and consent and consent.publish),
        asked_at=request.sent_at if request else None,
        reminded_at=request.reminded_at if request else None,
        expires_at=request.expires_at if request else None,
    )


def _seen_by_asker(request: ConsentRequest | None, consent: Consent | None) -> str:
    if request is None:
        return "not_asked"
    if request.state == State.GRANTED:
        # Taken back reads as "no": the asker learns what counts, not the story.
        return "granted" if consent and consent.revoked_at is None else "no"
    if request.state in OPEN:
        return "waiting"
    return {State.DECLINED: "no", State.EXPIRED: "no_answer"}.get(State(request.state), "closed")
