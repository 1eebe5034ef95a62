"""API tokens: issued once in clear, kept as a hash, revoked at any time."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.people import errors, events
from accounts.people.models import ApiToken, Role, User
from compliance.audit.actor import Actor
from compliance.audit.services import record

LIFETIME = timedelta(days=180)
MAX_LIVE = 10
JOBS_READ, JOBS_WRITE, TRAIL_READ = "jobs.read", "jobs.write", "trail.read"
# A token never does more than its seat.
SCOPES: dict[str, tuple[str, ...]] = {
    Role.USER: (JOBS_READ, JOBS_WRITE),
    Role.OFFICER: (TRAIL_READ,),
    Role.REGULATOR: (TRAIL_READ,),
}


def token_issue(*, actor: Actor, user: User, label: str, scopes: list[str]) -> tuple[ApiToken, str]:
    """Issue a token and return it with its clear text, which nobody can read again.

    Raises:
        DomainError: people.not_allowed (a scope that the seat does not have), people.too_many_tokens.
    """
    if not scopes or not set(scopes) <= set(SCOPES.get(user.role, ())):
        raise errors.not_allowed()
    secret = f"hm_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        live = ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=timezone.now())
        if live.count() >= MAX_LIVE:
            raise errors.too_many_tokens()
        token = ApiToken.objects.create(
            user=user,
            label=label,
            prefix=secret[:9],
            token_hash=hash_of(secret),
            scopes=sorted(set(scopes)),
            expires_at=timezone.now() + LIFETIME,
        )
        record(event=events.TOKEN_ISSUED, actor=actor, subject=token.pk, public={"scopes": " ".join(token.scopes)})
    return token, secret


def token_revoke(*, actor: Actor, token: ApiToken) -> None:
    """Revoke a token; revoking it again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            record(event=events.TOKEN_REVOKED, actor=actor, subject=token.pk)


def hash_of(secret: str) -> str:
    """Return what is kept of a token (256 random bits need no salt)."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
