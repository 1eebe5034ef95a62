"""Verify an account's real identity (Provisions Art. 9)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.identity import channels, errors, limits
from accounts.identity.channels.base import Claim, Outcome, VerificationChannel
from accounts.identity.channels.mobile import PURPOSE
from accounts.identity.events import (
    DOCUMENT_RELEASED,
    IDENTITY_ATTEMPTS_RESET,
    IDENTITY_CODE_SENT,
    IDENTITY_CONFLICT,
    IDENTITY_NOT_VERIFIED,
    IDENTITY_VERIFIED,
)
from accounts.identity.models import DocumentKind, IdentityDocument, Level, Verdict, Verification
from accounts.people.codes import code_issue
from accounts.people.models import Membership, Organisation, User
from accounts.vault.fields import blind_index
from compliance.audit.actor import Actor
from compliance.audit.services import record

MAY_HELP = frozenset({"staff", "admin"})
_CHINA = ZoneInfo("Asia/Shanghai")
_CONFLICTS = {
    Verification.Withheld.HELD_ELSEWHERE: errors.held_elsewhere,
    Verification.Withheld.OTHER_DOCUMENT: errors.other_document,
}


def mobile_code_send(*, actor: Actor, user: User) -> None:
    """Send a code to the account's own number; the next step is `verify(channel="mobile", code=...)`.

    Raises:
        DomainError: identity.no_phone, people.rate_limited.
    """
    if not user.phone:
        raise errors.no_phone()
    limits.take_code(account=str(user.pk))
    with transaction.atomic():
        code_issue(purpose=PURPOSE, key=str(user.pk), phone=user.phone)
        record(event=IDENTITY_CODE_SENT, actor=actor, subject=user.pk)


def verify(
    *, actor: Actor, user: User, channel: str, code: str = "", name: str = "", number: str = "", network: str = ""
) -> Verification:
    """Try to verify an account through one channel. Call it outside any transaction: an attempt counts in any case.

    What cannot be right is refused before anybody is asked and costs no attempt. Name and number are kept, sealed,
    only when they match and nobody else holds the number.

    Args:
        actor: who tries; the person themselves.
        user: whose identity.
        channel: key of a channel ("mobile", "id_card", "organisation").
        code: the one-time code, for "mobile".
        name: for "id_card" and "organisation".
        number: resident ID number or unified social credit code.
        network: from `people.network.network_of`, "" when unknown.

    Returns:
        The recorded attempt; only `level > 0` means verified.

    Raises:
        DomainError: rules.* and identity.* for what cannot be right, people.rate_limited, and
            identity.held_elsewhere or identity.other_document (409) for a match that was recorded and withheld.
    """
    way = channels.get(channel)
    membership = Membership.objects.filter(user=user).select_related("organisation").first()
    if way.document == DocumentKind.USCC and membership and membership.place != Membership.Place.OWNER:
        raise errors.member_of_organisation()
    claim = way.check(
        Claim(account=str(user.pk), phone=user.phone, code=code, name=name, number=number),
        today=datetime.now(tz=_CHINA).date(),
    )
    limits.take_attempt(account=str(user.pk), document=claim.number, network=network)
    outcome = way.verify(claim)
    verification = _keep(
        actor=actor,
        user=user,
        way=way,
        claim=claim,
        outcome=outcome,
        organisation=membership.organisation if membership and way.document == DocumentKind.USCC else None,
    )
    if verification.withheld:
        raise _CONFLICTS[Verification.Withheld(verification.withheld)]()
    return verification


def _keep(
    *,
    actor: Actor,
    user: User,
    way: VerificationChannel,
    claim: Claim,
    outcome: Outcome,
    organisation: Organisation | None,
) -> Verification:
    """Record the attempt and its event, and hold the document when it matched."""
    with transaction.atomic():
        withheld, holder = "", None
        if outcome.verdict == Verdict.MATCH and way.document:
            withheld, holder = _hold(user=user, kind=way.document, name=claim.name, number=claim.number)
        good = outcome.verdict == Verdict.MATCH and not withheld
        verification = Verification.objects.create(
            user=user,
            organisation=organisation,
            channel=way.key,
            verdict=outcome.verdict,
            withheld=withheld,
            held_by=holder,
            level=outcome.level if good else Level.NONE,
            phone_index=(user.phone_index or "") if good and not way.document else "",
            vendor=outcome.vendor,
            action=outcome.action,
            request_id=outcome.request_id,
            raw_code=outcome.raw_code,
            elements=list(outcome.elements),
            billed=outcome.billed,
            expires_at=timezone.now() + way.valid_for if good else None,
        )
        if good:
            record(
                event=IDENTITY_VERIFIED,
                actor=actor,
                subject=user.pk,
                public={"channel": way.key, "level": int(outcome.level)},
            )
        elif withheld:
            record(
                event=IDENTITY_CONFLICT,
                actor=actor,
                subject=user.pk,
                outcome="refused",
                public={"channel": way.key, "reason": withheld},
            )
        else:
            record(
                event=IDENTITY_NOT_VERIFIED,
                actor=actor,
                subject=user.pk,
                outcome="refused",
                public={"channel": way.key, "verdict": outcome.verdict.value},
            )
    return verification


def _hold(*, user: User, kind: DocumentKind, name: str, number: str) -> tuple[str, User | None]:
    """Bind the number to the account, or return the Withheld value that says why not, and who holds it."""
    index = blind_index(f"identity.{kind}", number)
    own = IdentityDocument.objects.filter(user=user, kind=kind).first()
    if own is not None:
        if own.number_index != index:
            return Verification.Withheld.OTHER_DOCUMENT.value, None
        if own.name != name:
            own.name = name
            own.save(update_fields=["name"])
        return "", None
    try:
        with transaction.atomic():
            IdentityDocument.objects.create(user=user, kind=kind, name=name, number=number, number_index=index)
    except IntegrityError:
        held = IdentityDocument.objects.filter(kind=kind, number_index=index).select_related("user").first()
        # Two requests of one account at once are no conflict.
        if held is None or held.user != user:
            return Verification.Withheld.HELD_ELSEWHERE.value, held.user if held else None
    return "", None


def attempts_reset(*, actor: Actor, user: User) -> None:
    """Give an account its attempts back, after staff have talked to the person.

    Raises:
        DomainError: identity.not_staff (403).
    """
    if actor.kind not in MAY_HELP:
        raise errors.not_staff()
    with transaction.atomic():
        limits.give_back(account=str(user.pk))
        record(event=IDENTITY_ATTEMPTS_RESET, actor=actor, subject=user.pk)


def document_release(*, actor: Actor, user: User, kind: str, reason: str) -> None:
    """Take a number from the account that holds it, after staff found out that it is somebody else's.

    The account is no longer verified by that number; name and number are deleted.

    Raises:
        DomainError: identity.not_staff (403), identity.without_reason, identity.no_document (404).
    """
    if actor.kind not in MAY_HELP:
        raise errors.not_staff()
    if not reason.strip():
        raise errors.without_reason()
    with transaction.atomic():
        if not IdentityDocument.objects.filter(user=user, kind=kind).delete()[0]:
            raise errors.no_document()
        ways = [way.key for way in channels.available() if way.document == kind]
        Verification.objects.filter(user=user, channel__in=ways, expires_at__gt=timezone.now()).update(
            expires_at=timezone.now()
        )
        record(
            event=DOCUMENT_RELEASED,
            actor=actor,
            subject=user.pk,
            public={"kind": kind},
            personal={"reason": reason.strip()},
        )
