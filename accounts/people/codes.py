"""Six-digit one-time codes for flows without an account (a depicted person's consent, a real-name check)."""

import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.people import messages, ratelimit
from accounts.people.messages import texts
from accounts.people.models import OneTimeCode
from accounts.vault.fields import blind_index

LIFETIME = timedelta(minutes=10)
MAX_ATTEMPTS = 5


def code_issue(*, purpose: str, key: str, phone: str) -> None:
    """Send a fresh code to the phone; an earlier code of the same purpose and key no longer works.

    Args:
        purpose: the flow, a speaking constant ("consent.prove"); also the message's purpose.
        key: what the code opens, for example the request's id.
        phone: E.164.

    Raises:
        DomainError: people.rate_limited: five messages to one number in ten minutes, whoever asks.
    """
    ratelimit.take(name="code.phone", key=phone, capacity=5, per_seconds=600)
    code = f"{secrets.randbelow(1_000_000):06d}"
    key_hash = _key_hash(purpose, key)
    with transaction.atomic():
        OneTimeCode.objects.filter(expires_at__lt=timezone.now() - LIFETIME).delete()
        OneTimeCode.objects.update_or_create(
            key_hash=key_hash,
            defaults={
                "code_hash": _code_hash(key_hash, code),
                "attempts": 0,
                "expires_at": timezone.now() + LIFETIME,
            },
        )
        messages.send(to_phone=phone, purpose=purpose, body=texts.one_time_code(code))


def code_check(*, purpose: str, key: str, code: str) -> bool:
    """Return whether this is the code, and use it up; at most five attempts, ten minutes.

    Call it before you open a transaction: an attempt must count even when what follows is rolled back, so this
    refuses (RuntimeError) to run inside somebody else's atomic block.
    """
    key_hash = _key_hash(purpose, key)
    given = "".join(character for character in code if character.isdecimal())
    with transaction.atomic(durable=True):
        live = OneTimeCode.objects.filter(key_hash=key_hash, attempts__lt=MAX_ATTEMPTS, expires_at__gt=timezone.now())
        if not live.update(attempts=F("attempts") + 1):  # counted before it is compared: parallel guesses all count
            return False
        row = OneTimeCode.objects.get(key_hash=key_hash)
        if not hmac.compare_digest(row.code_hash, _code_hash(key_hash, given)):
            return False
        return bool(OneTimeCode.objects.filter(key_hash=key_hash, code_hash=row.code_hash).delete()[0])


def _key_hash(purpose: str, key: str) -> str:
    return blind_index(f"people.code.{purpose}", key)


def _code_hash(key_hash: str, code: str) -> str:
    return blind_index(f"people.code.value.{key_hash}", code or "-")
