"""What is known of people, read only."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.utils import timezone

from accounts.people import phones
from accounts.people.models import ApiToken, Invitation, Membership, Organisation, RegulatorAppointment, Role, User


def email_of(user: User) -> str:
    """Return the account's verified e-mail address, or ""."""
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return address.email if address else ""


def display_name(user: User) -> str:
    """Return how the person is called on pages: the chosen name, else the masked number, address or short id."""
    return (
        user.display_name or phones.mask(user.phone) or phones.mask_email(email_of(user)) or str(user.pk).split("-")[0]
    )


def owned_organisation(user: User) -> Organisation | None:
    """Return the organisation that the user owns, or None."""
    membership = (
        Membership.objects.filter(user=user, place=Membership.Place.OWNER).select_related("organisation").first()
    )
    return membership.organisation if membership else None


def membership_of(user: User) -> Membership | None:
    """Return the user's place in an organisation, or None."""
    return Membership.objects.filter(user=user).select_related("organisation").first()


def invitations_visible_to(user: User) -> QuerySet[Invitation]:
    """Return what the user may see and manage: every invitation for staff, the organisation's own for its owner."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    if user.role in {Role.STAFF, Role.ADMIN}:
        return rows
    organisation = owned_organisation(user)
    return rows.filter(organisation=organisation) if organisation else rows.none()


def invitation_by_token(token_hash: str) -> Invitation | None:
    """Return the invitation that a link opens while it is open, else None."""
    return (
        Invitation.objects.select_related("organisation")
        .filter(token_hash=token_hash, state=Invitation.State.SENT, expires_at__gt=timezone.now())
        .first()
    )


def appointments() -> QuerySet[RegulatorAppointment]:
    """Return every appointment, newest first."""
    return RegulatorAppointment.objects.select_related("proposed_by", "decided_by", "user")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return the account's live tokens, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True)
