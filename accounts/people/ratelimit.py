"""Rate limits: token buckets in the database, so that every process counts together and a restart forgets nothing."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.people.models import RateBucket
from accounts.vault.fields import blind_index
from compliance.rules.errors import DomainError, gettext_noop

DOMAIN = "people.ratelimit"
_TRIES = 20


def take(*, name: str, key: str, capacity: int, per_seconds: int) -> None:
    """Take one token; the bucket holds `capacity` and refills evenly within `per_seconds`.

    Args:
        name: what is limited, a speaking constant ("consent.request").
        key: whose bucket: an id, a phone number, an address. Only its HMAC is stored.
        capacity: how many in a burst.
        per_seconds: how long an empty bucket takes to fill.

    Raises:
        DomainError: people.rate_limited (429), with the seconds to wait.
    """
    key_hash = blind_index(f"{DOMAIN}.{name}", key or "-")
    for _attempt in range(_TRIES):
        now = timezone.now()
        bucket = RateBucket.objects.filter(key_hash=key_hash).first()
        if bucket is None:
            try:
                with transaction.atomic():
                    RateBucket.objects.create(key_hash=key_hash, tokens=capacity - 1, updated_at=now)
            except IntegrityError:
                continue  # somebody else made it meanwhile
            return
        passed = max((now - bucket.updated_at).total_seconds(), 0.0)
        tokens = min(float(capacity), bucket.tokens + passed * capacity / per_seconds)
        if tokens < 1:
            wait = int((1 - tokens) * per_seconds / capacity) + 1
            raise _limited(wait)
        moved = RateBucket.objects.filter(key_hash=key_hash, version=bucket.version).update(
            tokens=tokens - 1, updated_at=now, version=bucket.version + 1
        )
        if moved:
            return
    raise _limited(1)  # so many at once that the limit speaks for itself


def forget_idle(*, older_than_seconds: int = 86_400) -> int:
    """Delete buckets that have been full for long; return how many (housekeeping)."""
    limit = timezone.now() - timedelta(seconds=older_than_seconds)
    return RateBucket.objects.filter(updated_at__lt=limit).delete()[0]


def _limited(wait: int) -> DomainError:
    return DomainError(
        "people.rate_limited",
        gettext_noop("Too many requests."),
        gettext_noop("Wait %(seconds)s seconds, then try again."),
        status=429,
        params={"seconds": wait},
    )
