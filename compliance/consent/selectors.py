"""Reads consents. What an asker may see is decided here once: never whether a message went out, never why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.people import phones
from accounts.vault.fields import blind_index
from compliance.consent.binding import binding_of
from compliance.consent.models import Ask, Consent, ConsentRequest, DepictedPerson, Silence, Subject
from compliance.consent.states import OPEN, State
from compliance.rules.consent import ConsentFacts, Scope, is_valid
from media_jobs.engines import registry
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import Depicts
from media_jobs.uploads.models import Upload


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


def missing(job: Job) -> list[Upload]:
    """Return the inputs that show somebody nobody was named for: every face needs a person (Provisions Art. 14).

    An input nobody has searched for faces yet counts as missing (fail closed), and so does a job declared to depict
    persons in which nobody is named.
    """
    uploads = list(Upload.objects.filter(job=job).prefetch_related("depicted"))
    named = {upload.pk: len(upload.depicted.all()) for upload in uploads}
    if job.depicts_declared == Depicts.PERSONS and not any(named.values()):
        return uploads
    return [upload for upload in uploads if upload.face_count is None or upload.face_count > named[upload.pk]]


def needs_consent(job: Job) -> bool:
    """Return whether anybody has to be asked before this job runs."""
    return bool(missing(job)) or DepictedPerson.objects.filter(job=job).exists()


def all_granted(job: Job) -> bool:
    """Return whether everybody depicted has a consent in force for exactly this purpose, method and version.

    True for a job that shows nobody. The pipeline asks again right before it synthesises.
    """
    if missing(job):
        return False
    subjects = set(DepictedPerson.objects.filter(job=job).values_list("subject_id", flat=True))
    return subjects <= {consent.subject_id for consent in consents_in_force(job)}


def consents_in_force(job: Job, *, scope: str = Scope.EDIT) -> list[Consent]:
    """Return the job's consents that hold now for that scope (PIPL Art. 14, 15, 25, 29).

    A consent no longer holds when it was taken back, ran out, or when purpose, engine version or provider is no longer
    the one that was shown.
    """
    now = timezone.now()
    ask = Ask.objects.filter(job=job).first()
    engine = registry.describe(job.engine)
    binding = binding_of(job=job, purpose=ask.purpose if ask else "", engine_version=engine.version if engine else "")
    consents = Consent.objects.filter(request__job=job, request__state=State.GRANTED).select_related("request")
    return [
        consent for consent in consents if is_valid(_facts(consent), scope=str(scope), binding=binding, now=now)
    ]


def may_publish(job: Job) -> bool:
    """Return whether the result may be shown publicly: everybody depicted agreed to that too (PIPL Art. 25).

    Without it a release is for its owner's download only.
    """
    if not all_granted(job):
        return False
    subjects = set(DepictedPerson.objects.filter(job=job).values_list("subject_id", flat=True))
    return subjects <= {consent.subject_id for consent in consents_in_force(job, scope=Scope.PUBLISH)}


def _facts(consent: Consent) -> ConsentFacts:
    scopes = {Scope.EDIT: consent.edit, Scope.PUBLISH: consent.publish}
    return ConsentFacts(
        scopes=frozenset(str(scope) for scope, given in scopes.items() if given),
        binding=consent.request.binding,
        granted_at=consent.granted_at,
        valid_until=consent.expires_at,
        revoked_at=consent.revoked_at,
    )


def is_silenced(*, subject: Subject, asker_id: UUID, purpose: str) -> bool:
    """Return whether this person wants no question for this purpose from this asker."""
    return Silence.objects.filter(
        Q(asker=None) | Q(asker=asker_id), Q(purpose="") | Q(purpose=purpose), subject=subject
    ).exists()


def phone_index(phone: str) -> str:
    """Return the blind index by which a subject's number (E.164) is found."""
    return blind_index("consent.subject.phone", phone)


def subject_by_phone(phone: str) -> Subject | None:
    """Return the person who was asked at this number (E.164), None when nobody was."""
    return Subject.objects.filter(phone_index=phone_index(phone)).first()


def request_by_token_hash(token_hash: str) -> ConsentRequest | None:
    """Return the request a link leads to."""
    return ConsentRequest.objects.select_related("subject", "job").filter(token_hash=token_hash).first()


def request_of(subject: Subject, request_id: UUID) -> ConsentRequest | None:
    """Return the subject's own request, None for anybody else's."""
    return _requests(subject).filter(pk=request_id).first()


def open_requests_of(subject: Subject) -> list[ConsentRequest]:
    """Return the questions this person can still answer, the most urgent first."""
    return list(_requests(subject).filter(state__in=OPEN, expires_at__gt=timezone.now()).order_by("expires_at"))


def past_requests_of(subject: Subject) -> list[ConsentRequest]:
    """Return the person's questions that are over without an agreement, newest first."""
    over = _requests(subject).exclude(state=State.GRANTED).exclude(state__in=OPEN, expires_at__gt=timezone.now())
    return list(over.order_by("-sent_at")[:50])


def consents_of(subject: Subject) -> list[Consent]:
    """Return the person's consents, newest first."""
    return list(Consent.objects.filter(subject=subject).select_related("request", "request__job"))


def consent_by_receipt(subject: Subject, receipt_no: str) -> Consent | None:
    """Return the subject's own consent of that receipt number, None for anybody else's."""
    rows = Consent.objects.filter(subject=subject, receipt_no=receipt_no)
    return rows.select_related("request", "request__job", "subject").first()


def consent_of(request: ConsentRequest) -> Consent | None:
    """Return the consent a request led to, None when there is none."""
    return Consent.objects.filter(request=request).first()


def silences_of(subject: Subject) -> list[Silence]:
    """Return the person's wishes for silence."""
    return list(Silence.objects.filter(subject=subject))


def pictures_of(request: ConsentRequest) -> list[DepictedPerson]:
    """Return where the person stands in the job's pictures."""
    rows = DepictedPerson.objects.filter(job=request.job_id, subject=request.subject_id)
    return list(rows.select_related("upload").order_by("upload__role"))


def _requests(subject: Subject) -> "QuerySet[ConsentRequest]":
    return ConsentRequest.objects.filter(subject=subject).select_related("job", "subject")
