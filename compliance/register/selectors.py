"""Which texts stand, and who accepted them."""

from django.contrib.auth.models import AnonymousUser

from accounts.people.models import User
from compliance.register.models import TO_ACCEPT, Acceptance, PolicyKind
from compliance.register.wording import wording


def missing_acceptances(user: User | AnonymousUser) -> list[PolicyKind]:
    """Return the texts whose current wording this user has not accepted, in reading order."""
    if not isinstance(user, User):
        return list(TO_ACCEPT)
    accepted = set(Acceptance.objects.filter(user=user).values_list("kind", "sha256"))
    return [kind for kind in TO_ACCEPT if (kind.value, wording(kind).sha256) not in accepted]


def has_accepted_current(user: User | AnonymousUser) -> bool:
    """Tell whether this user accepted rules, convention and agreement as they read now (Provisions Art. 8)."""
    return not missing_acceptances(user)
