"""What the person asked may see: their own questions, consents and wishes, nobody else's."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.vault.fields import blind_index
from compliance.consent.models import Consent, ConsentRequest, DepictedPerson, Silence, Subject
from compliance.consent.states import OPEN, State


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
