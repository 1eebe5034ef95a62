"""Invitations: sent, sent again, withdrawn, accepted once by whoever owns the number or address."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from accounts.people import errors, events, messages, phones, ratelimit
from accounts.people.messages import texts
from accounts.people.models import EMAIL_DOMAIN, PHONE_DOMAIN, Invitation, Membership, Organisation, Role, User
from accounts.people.selectors import email_of, owned_organisation
from accounts.vault.fields import blind_index
from compliance.audit.actor import Actor
from compliance.audit.services import record

LIFETIME = timedelta(days=7)
# Who may hand out which seat. A regulator is appointed, an administrator is named by the operator.
_MAY_INVITE: dict[str, frozenset[str]] = {
    Role.USER: frozenset({Role.USER}),  # the owner of an organisation, into it
    Role.STAFF: frozenset({Role.USER}),
    Role.ADMIN: frozenset({Role.USER, Role.STAFF, Role.OFFICER}),
}


def invitation_send(
    *,
    actor: Actor,
    inviter: User,
    phone: str = "",
    email: str = "",
    role: str = Role.USER,
    organisation: Organisation | None = None,
) -> Invitation:
    """Invite one person by a single-use link that is valid for seven days.

    Args:
        actor: the inviter's actor.
        inviter: staff and administrators for the platform, an organisation's owner for that organisation.
        phone: any written form; exactly one of phone and email.
        email: address.
        role: the seat that comes with accepting.
        organisation: the organisation that comes with accepting.

    Raises:
        DomainError: people.not_allowed, people.phone_invalid, people.invitation_open, people.rate_limited.
    """
    owned = owned_organisation(inviter)
    if role not in _MAY_INVITE.get(inviter.role, frozenset()):
        raise errors.not_allowed()
    if inviter.role == Role.USER and (organisation is None or organisation != owned):
        raise errors.not_allowed()
    channel, address = (
        (Invitation.Channel.PHONE, phones.normalise(phone)) if phone else (Invitation.Channel.EMAIL, email.lower())
    )
    index = address_index(channel, address)
    ratelimit.take(name="invitation.sender", key=str(inviter.pk), capacity=50, per_seconds=3600)
    ratelimit.take(name="invitation.recipient", key=index, capacity=5, per_seconds=86_400)
    token = secrets.token_urlsafe(24)
    now = timezone.now()
    with transaction.atomic():
        if Invitation.objects.filter(
            address_index=index, state=Invitation.State.SENT, expires_at__gt=now, organisation=organisation, role=role
        ).exists():
            raise errors.invitation_open()
        invitation = Invitation.objects.create(
            role=role,
            organisation=organisation,
            channel=channel,
            address=address,
            address_index=index,
            token_hash=token_hash(token),
            invited_by=inviter,
            sent_at=now,
            expires_at=now + LIFETIME,
        )
        _send(invitation, token)
        record(
            event=events.INVITATION_SENT,
            actor=actor,
            subject=invitation.pk,
            public={"seat": str(role), "channel": str(channel)},
        )
    return invitation


def invitation_resend(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Send a fresh link for another seven days; the old link stops working. An expired invitation comes back to life.

    Raises:
        DomainError: people.invitation_gone (accepted or withdrawn), people.rate_limited.
    """
    ratelimit.take(name="invitation.recipient", key=invitation.address_index, capacity=5, per_seconds=86_400)
    token = secrets.token_urlsafe(24)
    now = timezone.now()
    with transaction.atomic():
        moved = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.SENT).update(
            token_hash=token_hash(token), sent_at=now, expires_at=now + LIFETIME, times_sent=F("times_sent") + 1
        )
        if not moved:
            raise errors.invitation_gone()
        invitation.refresh_from_db()
        _send(invitation, token)
        record(event=events.INVITATION_RESENT, actor=actor, subject=invitation.pk)
    return invitation


def invitation_revoke(*, actor: Actor, invitation: Invitation) -> None:
    """Withdraw an invitation that nobody accepted.

    Raises:
        DomainError: people.invitation_gone.
    """
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.SENT).update(
            state=Invitation.State.REVOKED
        ):
            raise errors.invitation_gone()
        record(event=events.INVITATION_REVOKED, actor=actor, subject=invitation.pk)


def invitation_accept(*, actor: Actor, user: User, token: str) -> Invitation:
    """Accept, once: the account gets the seat and the organisation that the invitation carries.

    Raises:
        DomainError: people.invitation_gone, people.invitation_for_another, people.seat_taken, people.already_member.
    """
    now = timezone.now()
    with transaction.atomic():
        invitation = Invitation.objects.filter(token_hash=token_hash(token)).select_related("organisation").first()
        if invitation is None:
            raise errors.invitation_gone()
        if not _owns(user, invitation):
            raise errors.invitation_for_another()
        moved = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.SENT, expires_at__gt=now).update(
            state=Invitation.State.ACCEPTED, accepted_by=user, accepted_at=now
        )
        if not moved:
            raise errors.invitation_gone()
        record(event=events.INVITATION_ACCEPTED, actor=actor, subject=invitation.pk)
        if invitation.role != Role.USER:
            _give_seat(actor, user, invitation.role)
        if invitation.organisation is not None:
            if user.role != Role.USER:
                raise errors.seat_taken()
            if Membership.objects.filter(user=user).exists():
                raise errors.already_member()
            Membership.objects.create(organisation=invitation.organisation, user=user)
            record(event=events.ORGANISATION_JOINED, actor=actor, subject=user.pk)
    return invitation


def address_index(channel: str, address: str) -> str:
    """Return the blind index of an invited number or address."""
    return blind_index(PHONE_DOMAIN if channel == Invitation.Channel.PHONE else EMAIL_DOMAIN, address)


def token_hash(token: str) -> str:
    """Return what is kept of a link's token (192 random bits need no salt)."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def _give_seat(actor: Actor, user: User, role: str) -> None:
    if not User.objects.filter(pk=user.pk, role=Role.USER).update(role=role):
        raise errors.seat_taken()
    record(event=events.ROLE_CHANGED, actor=actor, subject=user.pk, public={"before": Role.USER.value, "after": role})
    user.role = role


def _owns(user: User, invitation: Invitation) -> bool:
    if invitation.channel == Invitation.Channel.PHONE:
        address = user.phone if user.phone_verified else ""
    else:
        address = email_of(user)
    return bool(address) and address_index(invitation.channel, address) == invitation.address_index


def _send(invitation: Invitation, token: str) -> None:
    link = f"{settings.BASE_URL.rstrip('/')}/i/{token}/"
    host = invitation.organisation.name if invitation.organisation else texts.provider_name()
    body = texts.signed(
        gettext("%(host)s invites you to Hallmark. The link is valid for 7 days and works once: %(link)s")
        % {"host": host, "link": link}
    )
    by_phone = invitation.channel == Invitation.Channel.PHONE
    messages.send(
        to_phone=invitation.address if by_phone else "",
        to_email="" if by_phone else invitation.address,
        purpose="invitation",
        subject=gettext("An invitation from %(host)s") % {"host": host},
        body=body,
    )
