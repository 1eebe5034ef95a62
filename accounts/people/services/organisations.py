"""Organisations of enterprise users: created, left. Joining is by invitation."""

from django.db import transaction

from accounts.people import errors, events
from accounts.people.models import Membership, Organisation, Role, User
from compliance.audit.actor import Actor
from compliance.audit.services import record


def organisation_create(*, actor: Actor, user: User, name: str, uscc: str = "") -> Organisation:
    """Create an organisation whose owner is the user. Whether it is real, accounts.identity verifies.

    Raises:
        DomainError: people.not_allowed (other seats), people.already_member.
    """
    if user.role != Role.USER:
        raise errors.not_allowed()
    with transaction.atomic():
        if Membership.objects.filter(user=user).exists():
            raise errors.already_member()
        organisation = Organisation.objects.create(name=name, uscc=uscc)
        Membership.objects.create(organisation=organisation, user=user, place=Membership.Place.OWNER)
        record(event=events.ORGANISATION_CREATED, actor=actor, subject=organisation.pk)
    return organisation


def organisation_leave(*, actor: Actor, user: User) -> None:
    """Leave the organisation. The last owner leaves last, and the empty organisation is removed.

    Raises:
        DomainError: people.last_owner; people.not_allowed when there is nothing to leave.
    """
    with transaction.atomic():
        membership = Membership.objects.filter(user=user).select_related("organisation").first()
        if membership is None:
            raise errors.not_allowed()
        others = Membership.objects.filter(organisation=membership.organisation).exclude(pk=membership.pk)
        if (
            membership.place == Membership.Place.OWNER
            and others.exists()
            and not others.filter(place=Membership.Place.OWNER).exists()
        ):
            raise errors.last_owner()
        empty = not others.exists()
        membership.delete()
        if empty:
            membership.organisation.delete()
        record(event=events.ORGANISATION_LEFT, actor=actor, subject=user.pk)
