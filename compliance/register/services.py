"""Publish texts, record acceptances, keep the provider's services."""

from collections.abc import Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from accounts.identity.selectors import is_verified
from accounts.people import messages, ratelimit
from accounts.people.messages.texts import signed
from accounts.people.models import User
from accounts.people.selectors import email_of
from accounts.vault.fields import blind_index
from compliance.audit.actor import Actor, system
from compliance.audit.services import record
from compliance.register import errors
from compliance.register.events import (
    ONBOARDING_REMINDED,
    POLICY_ACCEPTED,
    POLICY_PUBLISHED,
    SERVICE_ADDED,
    SERVICE_CHANGED,
)
from compliance.register.models import TO_ACCEPT, Acceptance, PolicyKind, PolicyVersion, Service
from compliance.register.selectors import has_accepted_current, missing_acceptances
from compliance.register.wording import wording
from media_jobs.engines import registry

MAY_KEEP_REGISTER = frozenset({"staff", "admin"})


def policy_current(*, kind: PolicyKind) -> PolicyVersion:
    """Return the version of the text as it reads now; the first reader of a new wording publishes it.

    Idempotent: the same wording is never published twice, also by two readers at once.
    """
    now = wording(kind)
    latest = PolicyVersion.objects.filter(kind=kind).order_by("-number").first()
    if latest is not None and latest.sha256 == now.sha256:
        return latest
    number = latest.number + 1 if latest else 1
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                kind=kind, number=number, sha256=now.sha256, text_zh=now.zh, text_en=now.en
            )
            record(
                event=POLICY_PUBLISHED,
                actor=system("register"),
                public={"kind": kind.value, "version": number, "sha256": now.sha256},
            )
    except IntegrityError:
        return PolicyVersion.objects.get(kind=kind, number=number)
    return version


def policies_accept(
    *, actor: Actor, user: User, accepted: Mapping[str, str] | None = None, address: str = ""
) -> list[Acceptance]:
    """Record that the user accepted every text that is still missing (Provisions Art. 8, Labelling Measures Art. 8).

    Args:
        actor: the person themselves.
        user: the account.
        accepted: hash per kind as it was shown to the person; None stands for what reads now.
        address: the network address; only its keyed index is kept.

    Returns:
        The new acceptances; none when nothing was missing.

    Raises:
        DomainError: register.not_ticked when a missing text is not among `accepted`, register.text_changed when a
            shown hash is not the current one. Nothing is recorded then.
    """
    with transaction.atomic():
        rows = []
        for kind in missing_acceptances(user):
            version = policy_current(kind=kind)
            if accepted is not None and kind.value not in accepted:
                raise errors.not_ticked()
            if accepted is not None and accepted[kind.value] != version.sha256:
                raise errors.text_changed()
            acceptance, made = Acceptance.objects.get_or_create(
                user=user,
                version=version,
                defaults={
                    "kind": kind,
                    "sha256": version.sha256,
                    "address_index": blind_index("register.address", address),
                },
            )
            if made:
                record(
                    event=POLICY_ACCEPTED,
                    actor=actor,
                    subject=user.pk,
                    public={"kind": kind.value, "version": version.number, "sha256": version.sha256},
                )
                rows.append(acceptance)
    return rows


def policies_publish() -> list[PolicyVersion]:
    """Publish every text that reads differently from its last version, in reading order (at start-up or by hand)."""
    return [policy_current(kind=kind) for kind in (*TO_ACCEPT, PolicyKind.PRIVACY, PolicyKind.INTENDED_USE)]


def service_add(*, actor: Actor, name: str, description: str, engines: list[str]) -> Service:
    """Add one of the provider's services (docs/adr/0007).

    Raises:
        DomainError: register.not_allowed (403), register.unknown_engines, register.service_name_taken (409).
    """
    if actor.kind not in MAY_KEEP_REGISTER:
        raise errors.not_allowed()
    enabled = {engine.key for engine in registry.available()}
    if not engines or not set(engines) <= enabled:
        raise errors.unknown_engines()
    try:
        with transaction.atomic():
            service = Service.objects.create(
                name=name.strip(), description=description.strip(), engines=sorted(set(engines))
            )
            record(event=SERVICE_ADDED, actor=actor, public={"service": service.pk})
    except IntegrityError:
        raise errors.service_name_taken() from None
    return service


def service_set_active(*, actor: Actor, service: Service, active: bool) -> bool:
    """Switch a service on or off; return whether that changed anything.

    Raises:
        DomainError: register.not_allowed (403).
    """
    if actor.kind not in MAY_KEEP_REGISTER:
        raise errors.not_allowed()
    with transaction.atomic():
        if not Service.objects.filter(pk=service.pk, active=not active).update(active=active):
            return False
        record(event=SERVICE_CHANGED, actor=actor, public={"service": service.pk, "active": active})
    service.active = active
    return True


def reminder_send(*, actor: Actor, user: User) -> None:
    """Send a user one message that says what is missing before the first job, with the link to it.

    Raises:
        DomainError: register.not_allowed (403), register.nothing_missing, register.no_address,
            people.rate_limited: two reminders a day.
    """
    if actor.kind not in MAY_KEEP_REGISTER:
        raise errors.not_allowed()
    verified = is_verified(user)
    if not user.is_active or (verified and has_accepted_current(user)):
        raise errors.nothing_missing()
    email = "" if user.phone else email_of(user)
    if not user.phone and not email:
        raise errors.no_address()
    ratelimit.take(name="register.reminder", key=str(user.pk), capacity=2, per_seconds=86_400)
    missing = "acceptance" if verified else "identity"
    link = settings.BASE_URL.rstrip("/") + ("/agreements/" if verified else "/identity/")
    with transaction.atomic(), override(user.language or settings.LANGUAGE_CODE):
        text = (
            gettext("Your account is verified. Before your first job, please read and accept the texts: %(link)s")
            if verified
            else gettext("Your account is ready except for the identity check, which takes about a minute: %(link)s")
        )
        messages.send(
            to_phone=user.phone,
            to_email=email,
            purpose="onboarding",
            subject=gettext("One step is missing"),
            body=signed(text % {"link": link}),
        )
        record(event=ONBOARDING_REMINDED, actor=actor, subject=user.pk, public={"missing": missing})
