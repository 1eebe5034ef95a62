"""Who is verified, and how well."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from accounts.identity.models import Level, Verdict, Verification
from accounts.people.models import User


def is_verified(user: User | AnonymousUser, *, level: int = Level.PHONE) -> bool:
    """Tell whether the account's real identity is verified now (Provisions Art. 9).

    Args:
        user: the account; an anonymous visitor never is.
        level: the least Level that is enough; any Art. 9 channel is, unless a gate asks for more.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    return (
        Verification.objects.filter(user=user, verdict=Verdict.MATCH, level__gte=level)
        .filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
        .exists()
    )
