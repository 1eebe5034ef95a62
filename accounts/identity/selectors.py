"""Who is verified, and how well."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.identity.models import IdentityDocument, Level, Verdict, Verification
from accounts.people.models import User


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands.

    Args:
        verified: whether Provisions Art. 9 is satisfied now.
        level: the best Level in force.
        best: the attempt that gives that level, or None.
        last: the latest attempt of any outcome, or None.
    """

    verified: bool
    level: Level
    best: Verification | None
    last: Verification | None


def in_force() -> QuerySet[Verification]:
    """Return the verifications that count now: a match, not expired, and the phone that was proved still in place."""
    return Verification.objects.filter(
        Q(phone_index="") | Q(phone_index=F("user__phone_index")),
        verdict=Verdict.MATCH,
        level__gt=Level.NONE,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    )


def is_verified(user: User | AnonymousUser, *, level: int = Level.PHONE) -> bool:
    """Tell whether the account's real identity is verified now (Provisions Art. 9).

    Args:
        user: the account; an anonymous visitor never is.
        level: the least Level that is enough; any Art. 9 channel is, unless a gate asks for more.
    """
    return isinstance(user, User) and in_force().filter(user=user, level__gte=level).exists()


def verified_ids(users: Collection[UUID]) -> set[UUID]:
    """Return which of these accounts are verified now, in one query."""
    return set(in_force().filter(user_id__in=users).values_list("user_id", flat=True))


def standing(user: User) -> Standing:
    """Return where an account stands."""
    best = in_force().filter(user=user).order_by("-level", "-expires_at").first()
    last = Verification.objects.filter(user=user).first()
    return Standing(verified=best is not None, level=Level(best.level) if best else Level.NONE, best=best, last=last)


def history(user: User, limit: int = 20) -> QuerySet[Verification]:
    """Return the account's own attempts, newest first."""
    return Verification.objects.filter(user=user)[:limit]


def documents(user: User) -> list[IdentityDocument]:
    """Return what is stored of the account's identity; only the account itself may be shown it, masked."""
    return list(IdentityDocument.objects.filter(user=user).order_by("kind"))


def last_attempts(users: Collection[UUID]) -> dict[UUID, Verification]:
    """Return the latest attempt of each of these accounts."""
    rows = Verification.objects.filter(user_id__in=users).order_by("created_at")
    return {row.user_id: row for row in rows}
