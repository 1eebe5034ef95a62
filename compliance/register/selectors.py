"""Which texts stand, and who accepted them; which services the provider offers."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.people.models import User
from compliance.register.models import TO_ACCEPT, Acceptance, PolicyKind, PolicyVersion, Service
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


def current_hashes() -> dict[PolicyKind, str]:
    """Return the hash of each text that has to be accepted, as it reads now."""
    return {kind: wording(kind).sha256 for kind in TO_ACCEPT}


def versions(kind: str) -> QuerySet[PolicyVersion]:
    """Return the published versions of one text, newest first."""
    return PolicyVersion.objects.filter(kind=kind).defer("text_zh", "text_en")


def version_or_none(kind: str, number: int) -> PolicyVersion | None:
    """Return one published version, or None."""
    return PolicyVersion.objects.filter(kind=kind, number=number).first()


def acceptances(user: User) -> QuerySet[Acceptance]:
    """Return what the user accepted, newest first."""
    return Acceptance.objects.filter(user=user).select_related("version")


def services_offered() -> QuerySet[Service]:
    """Return the services that are switched on."""
    return Service.objects.filter(active=True)


def all_services() -> QuerySet[Service]:
    """Return every service, the ones switched on first."""
    return Service.objects.all()
