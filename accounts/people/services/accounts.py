"""Accounts: opened, reached by another number, exported, logged out everywhere."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from accounts.people import errors, events, export
from accounts.people.models import Role, User
from compliance.audit.actor import Actor
from compliance.audit.services import record


def account_open(
    *, actor: Actor, role: str = Role.USER, phone: str = "", phone_verified: bool = False, display_name: str = ""
) -> User:
    """Open an account and return it.

    Raises:
        DomainError: people.phone_taken.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.open_account(
                    role=role, phone=phone, phone_verified=phone_verified, display_name=display_name
                )
        except IntegrityError:
            raise errors.phone_taken() from None
        record(event=events.ACCOUNT_CREATED, actor=actor, subject=user.pk, public={"seat": str(role)})
    return user


def phone_set(*, actor: Actor, user: User, phone: str, verified: bool) -> None:
    """Give the account that number; a change that somebody would notice is recorded.

    Raises:
        DomainError: people.phone_taken.
    """
    with transaction.atomic():
        if user.phone == phone and user.phone_verified == verified:
            return
        user.set_phone(phone, verified=verified)
        try:
            with transaction.atomic():
                user.save(update_fields=["phone", "phone_index", "phone_verified"])
        except IntegrityError:
            raise errors.phone_taken() from None
        if verified:
            record(event=events.ACCOUNT_CONTACT_CHANGED, actor=actor, subject=user.pk, public={"channel": "phone"})


def email_changed(*, actor: Actor, user: User) -> None:
    """Record that the account's e-mail was verified or removed; allauth changes the row in the same transaction."""
    with transaction.atomic():
        record(event=events.ACCOUNT_CONTACT_CHANGED, actor=actor, subject=user.pk, public={"channel": "email"})


def login_note(*, actor: Actor, user: User, channel: str) -> None:
    """Record that somebody logged in (network log of the Cybersecurity Law, Art. 21: kept, without address or device).

    Args:
        actor: the account itself.
        user: who logged in.
        channel: "phone" or "email".
    """
    with transaction.atomic():
        record(event=events.ACCOUNT_LOGGED_IN, actor=actor, subject=user.pk, public={"channel": channel})


def profile_change(*, actor: Actor, user: User, display_name: str, language: str) -> None:
    """Change how the person is called and in which language we write."""
    with transaction.atomic():
        user.display_name = display_name
        user.language = language
        user.save(update_fields=["display_name", "language"])
        record(event=events.ACCOUNT_PROFILE_CHANGED, actor=actor, subject=user.pk)


def sessions_end(*, actor: Actor, user: User) -> None:
    """End every session of the account: the unusable password is replaced, and sessions are bound to it."""
    with transaction.atomic():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record(event=events.ACCOUNT_SESSIONS_ENDED, actor=actor, subject=user.pk)


def account_export(*, actor: Actor, user: User) -> dict[str, Any]:
    """Return everything the platform keeps of the person (PIPL Art. 45), and record that it was asked for."""
    with transaction.atomic():
        fresh = get_user_model().objects.get(pk=user.pk)
        data = export.collect(fresh)
        record(event=events.ACCOUNT_EXPORTED, actor=actor, subject=user.pk)
    return data
