"""The subject's seat: who proved which number in this browser, apart from any account, for a quarter of an hour."""

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from accounts.people import codes, phones, ratelimit
from accounts.vault.fields import blind_index
from compliance.consent import errors, periods
from compliance.consent.models import Subject
from compliance.consent.selectors import subject_by_phone

_SEAT = "consent_seat"
_PROOF = "consent_proof"
_CODE = "consent.prove"


@dataclass(frozen=True, slots=True)
class Proof:
    """A number that is being proven.

    Args:
        masked: the number as it may be shown.
        next: where the person goes afterwards.
    """

    masked: str
    next: str


def begin(request: HttpRequest, *, phone: str, next_url: str) -> None:
    """Send a code to a number and remember in this browser what it will open.

    A number nobody ever asked gets no message, and the page does not tell: otherwise anybody could find out who is
    depicted somewhere.

    Raises:
        DomainError: people.rate_limited - per number, whether it is known or not.
    """
    guesses = blind_index("consent.guesses", phone)
    _take_message(guesses)
    subject = subject_by_phone(phone)
    nonce = secrets.token_hex(16)
    if subject is not None:
        codes.code_issue(purpose=_CODE, key=f"{subject.pk}:{nonce}", phone=phone)
    request.session[_PROOF] = {
        "subject": str(subject.pk) if subject else "",
        "guesses": guesses,
        "nonce": nonce,
        "masked": phones.mask(phone),
        "next": next_url,
    }


def again(request: HttpRequest) -> None:
    """Send another code for the number that is being proven."""
    kept = request.session.get(_PROOF) or {}
    subject = Subject.objects.filter(pk=kept["subject"]).first() if kept.get("subject") else None
    if subject is not None:
        begin(request, phone=subject.phone, next_url=kept["next"])
    elif kept:
        _take_message(kept["guesses"])


def proof(request: HttpRequest) -> Proof | None:
    """Return the number that is being proven in this browser, None when there is none."""
    kept = request.session.get(_PROOF)
    return Proof(masked=kept["masked"], next=kept["next"]) if kept else None


def prove(request: HttpRequest, *, code: str) -> tuple[Subject, str]:
    """Open the seat with the code; called outside any transaction, because every guess counts.

    Returns:
        The subject, and where the person wanted to go.

    Raises:
        DomainError: consent.wrong_code, people.rate_limited.
    """
    kept = request.session.get(_PROOF)
    if not kept:
        raise errors.wrong_code()
    ratelimit.take(
        name="consent.guess", key=kept["guesses"], capacity=periods.GUESSES_PER_HOUR, per_seconds=periods.HOUR
    )
    right = codes.code_check(purpose=_CODE, key=f"{kept['subject']}:{kept['nonce']}", code=code)
    if not right or not kept["subject"]:
        raise errors.wrong_code()
    subject = Subject.objects.get(pk=kept["subject"])
    # A session id known before the proof must not carry it (session fixation).
    request.session.cycle_key()
    del request.session[_PROOF]
    _keep(request, subject.pk)
    return subject, kept["next"]


def subject_of(request: HttpRequest) -> Subject | None:
    """Return whose number was proven in this browser not long ago, and keep the seat open for another while."""
    kept = request.session.get(_SEAT)
    if not kept:
        return None
    if kept["until"] < time.time():
        leave(request)
        return None
    subject = Subject.objects.filter(pk=kept["subject"]).first()
    if subject is not None:
        _keep(request, subject.pk)
    return subject


def leave(request: HttpRequest) -> None:
    """Close the seat in this browser."""
    request.session.pop(_SEAT, None)
    request.session.pop(_PROOF, None)


def _take_message(guesses: str) -> None:
    # Below people.codes' own limit, and one bucket for first and further messages, so that a known number is not told
    # from an unknown one by when it is refused. The session of an unknown number does not hold the number: its index.
    ratelimit.take(name="consent.prove", key=guesses, capacity=4, per_seconds=600)


def _keep(request: HttpRequest, subject_id: UUID) -> None:
    request.session[_SEAT] = {"subject": str(subject_id), "until": time.time() + periods.SEAT_SECONDS}
