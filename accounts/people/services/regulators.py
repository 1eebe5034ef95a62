"""A regulator's account: proposed by one administrator against an official letter, opened by another.

Provisions Art. 21: the competent departments supervise and inspect, and the provider cooperates. Two administrators
compare the letter, because this seat reads the whole trail.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.people import errors, events, messages, phones
from accounts.people.messages import texts
from accounts.people.models import RegulatorAppointment, Role, User
from accounts.people.services.accounts import account_open
from compliance.audit.actor import Actor
from compliance.audit.services import record


def regulator_propose(
    *,
    actor: Actor,
    administrator: User,
    authority: str,
    region: str,
    letter_number: str,
    letter_reference: str = "",
    letter_sha256: str = "",
    holder_name: str,
    holder_phone: str,
) -> RegulatorAppointment:
    """Propose an account for one official of an authority.

    Args:
        actor: the administrator's actor.
        administrator: who saw the letter first.
        authority: RegulatorAppointment.Authority: CAC, telecommunications or public security.
        region: the authority's region, as the letter names it.
        letter_number: the official letter's number.
        letter_reference: where the letter is kept; or letter_sha256: the hex hash of its scan. One is needed.
        letter_sha256: see letter_reference.
        holder_name: the official.
        holder_phone: the official's mobile number, any written form; log-in is by a code to it.

    Raises:
        DomainError: people.not_allowed, people.phone_invalid, people.phone_taken.
    """
    if administrator.role != Role.ADMIN:
        raise errors.not_allowed()
    phone = phones.normalise(holder_phone)
    with transaction.atomic():
        if User.objects.with_phone(phone):
            raise errors.phone_taken()
        appointment = RegulatorAppointment.objects.create(
            authority=authority,
            region=region,
            letter_number=letter_number,
            letter_reference=letter_reference,
            letter_sha256=letter_sha256,
            holder_name=holder_name,
            holder_phone=phone,
            proposed_by=administrator,
        )
        record(
            event=events.REGULATOR_PROPOSED,
            actor=actor,
            subject=appointment.pk,
            public={"authority": authority},
            personal={"letter": letter_number, "letter_sha256": letter_sha256},
        )
    return appointment


def regulator_open(*, actor: Actor, administrator: User, appointment: RegulatorAppointment) -> User:
    """Open the account: the second administrator compared the letter.

    Raises:
        DomainError: people.not_allowed, people.same_administrator, people.already_decided, people.phone_taken.
    """
    if administrator.role != Role.ADMIN:
        raise errors.not_allowed()
    if appointment.proposed_by_id == administrator.pk:
        raise errors.same_administrator()
    now = timezone.now()
    with transaction.atomic():
        waiting = RegulatorAppointment.objects.select_for_update().filter(
            pk=appointment.pk, state=RegulatorAppointment.State.PROPOSED
        )
        if not waiting.exists():
            raise errors.already_decided()
        user = account_open(
            actor=actor,
            role=Role.REGULATOR,
            phone=appointment.holder_phone,
            display_name=appointment.holder_name,
        )
        _decide(appointment, administrator, now, RegulatorAppointment.State.OPENED, user)
        record(
            event=events.REGULATOR_OPENED,
            actor=actor,
            subject=appointment.pk,
            public={"authority": appointment.authority},
            personal={"letter": appointment.letter_number},
        )
        messages.send(
            to_phone=appointment.holder_phone,
            purpose="regulator.opened",
            body=texts.signed(gettext("Your regulator's account is open. Log in with this number and a code.")),
        )
    return user


def regulator_decline(*, actor: Actor, administrator: User, appointment: RegulatorAppointment) -> None:
    """Decline (or, for the proposer, withdraw) a proposed account.

    Raises:
        DomainError: people.not_allowed, people.already_decided.
    """
    if administrator.role != Role.ADMIN:
        raise errors.not_allowed()
    with transaction.atomic():
        _decide(appointment, administrator, timezone.now(), RegulatorAppointment.State.DECLINED, None)
        record(
            event=events.REGULATOR_DECLINED,
            actor=actor,
            subject=appointment.pk,
            public={"authority": appointment.authority},
            personal={"letter": appointment.letter_number},
        )


def _decide(
    appointment: RegulatorAppointment, administrator: User, now: datetime, state: str, user: User | None
) -> None:
    moved = RegulatorAppointment.objects.filter(pk=appointment.pk, state=RegulatorAppointment.State.PROPOSED).update(
        state=state, decided_by=administrator, decided_at=now, user=user
    )
    if not moved:
        raise errors.already_decided()
    appointment.refresh_from_db()
