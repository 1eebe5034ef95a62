"""What is known of people, read only."""

from allauth.account.models import EmailAddress

from accounts.people import phones
from accounts.people.models import User


def email_of(user: User) -> str:
    """Return the account's verified e-mail address, or ""."""
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return address.email if address else ""


def display_name(user: User) -> str:
    """Return how the person is called on pages: the chosen name, else the masked number, address or short id."""
    return (
        user.display_name or phones.mask(user.phone) or phones.mask_email(email_of(user)) or str(user.pk).split("-")[0]
    )
