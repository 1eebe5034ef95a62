"""Where each invited person and each account is on the way to a first job, and why; read by the provider's staff.

Phones appear shortened, official names and numbers not at all: this module never reads them.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity.models import Verification
from accounts.identity.selectors import in_force, last_attempts
from accounts.identity.words import words_for_staff
from accounts.people import phones
from accounts.people.models import EMAIL_DOMAIN, PHONE_DOMAIN, Invitation, Role, User
from accounts.people.selectors import display_name
from accounts.vault.fields import blind_index
from compliance.register.models import Acceptance
from compliance.register.selectors import current_hashes
from compliance.rules.errors import DomainError


class Stage(StrEnum):
    """Where somebody stands."""

    INVITED = "invited"
    NOT_VERIFIED = "not_verified"
    NOT_ACCEPTED = "not_accepted"
    READY = "ready"
    CLOSED = "closed"


STAGES: list[tuple[str, str | Promise]] = [
    (Stage.INVITED, _("Invited, not here yet")),
    (Stage.NOT_VERIFIED, _("Not verified")),
    (Stage.NOT_ACCEPTED, _("Has not accepted the texts")),
    (Stage.READY, _("Ready")),
]
_TONES = {
    Stage.INVITED: "neutral",
    Stage.NOT_VERIFIED: "wait",
    Stage.NOT_ACCEPTED: "wait",
    Stage.READY: "ok",
    Stage.CLOSED: "stop",
}
_LABELS: dict[str, str | Promise] = {**dict(STAGES), Stage.CLOSED: _("Account closed")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    Args:
        stage: where they stand.
        who: the chosen name or the shortened phone or address.
        account: the account's id, None for an invitation.
        invitation: the invitation, None for an account.
        organisation: its name, "" for none.
        since: when they got there.
        why: what holds them up, "" when nothing does.
    """

    stage: Stage
    who: str
    account: uuid.UUID | None
    invitation: Invitation | None
    organisation: str
    since: datetime
    why: str | Promise

    @property
    def tone(self) -> str:
        """The status component's tone."""
        return _TONES[self.stage]

    @property
    def label(self) -> str | Promise:
        """The stage in words."""
        return _LABELS[self.stage]


def accounts(*, stage: str = "", q: str = "") -> QuerySet[User]:
    """Return the users' accounts at a stage, newest first; `q` is an account number or a whole mobile number."""
    rows = User.objects.filter(role=Role.USER).select_related("membership__organisation").order_by("-created_at", "pk")
    rows = rows.annotate(is_ok=Exists(in_force().filter(user=OuterRef("pk"))))
    accepted = Q()
    for number, (kind, sha256) in enumerate(current_hashes().items()):
        name = f"accepted_{number}"
        rows = rows.annotate(**{name: Exists(Acceptance.objects.filter(user=OuterRef("pk"), kind=kind, sha256=sha256))})
        accepted &= Q(**{name: True})
    if stage == Stage.NOT_VERIFIED:
        rows = rows.filter(is_ok=False, is_active=True)
    elif stage == Stage.NOT_ACCEPTED:
        rows = rows.filter(is_ok=True, is_active=True).exclude(accepted)
    elif stage == Stage.READY:
        rows = rows.filter(accepted, is_ok=True, is_active=True)
    elif stage == Stage.INVITED:
        return rows.none()
    return rows.filter(_matches(q, PHONE_DOMAIN, "phone_index")) if q.strip() else rows


def invitations(*, stage: str = "", q: str = "") -> QuerySet[Invitation]:
    """Return the invitations nobody has accepted yet, newest first; `q` is their number or the whole mobile number."""
    rows = Invitation.objects.filter(state=Invitation.State.SENT).select_related("organisation")
    if stage not in {"", Stage.INVITED}:
        return rows.none()
    return rows.filter(_matches(q, PHONE_DOMAIN, "address_index")) if q.strip() else rows


def _matches(q: str, domain: str, index: str) -> Q:
    """Return the condition for one exact account number, its first eight digits or more, or one whole phone number."""
    text = q.strip()
    found = Q(pk__in=[])
    digits = text.replace("-", "").lower()
    if 8 <= len(digits) <= 32 and set(digits) <= set("0123456789abcdef"):
        low, high = uuid.UUID(hex=digits.ljust(32, "0")), uuid.UUID(hex=digits.ljust(32, "f"))
        found |= Q(pk__gte=low, pk__lte=high)
    try:
        found |= Q(**{index: blind_index(domain, phones.normalise(text))})
    except DomainError:
        if "@" in text:
            found |= Q(**{index: blind_index(EMAIL_DOMAIN, text.lower())})
    return found


def rows_of_accounts(users: list[User]) -> list[Row]:
    """Return the lines for these accounts, which come from `accounts`."""
    attempts = last_attempts([user.pk for user in users])
    return [_row(user, attempts.get(user.pk)) for user in users]


def row_of(user: User) -> Row:
    """Return the line for one account."""
    return rows_of_accounts([accounts().get(pk=user.pk)])[0]


def rows_of_invitations(found: list[Invitation]) -> list[Row]:
    """Return the lines for these invitations."""
    now = timezone.now()
    return [
        Row(
            stage=Stage.INVITED,
            who=mask_address(invitation),
            account=None,
            invitation=invitation,
            organisation=invitation.organisation.name if invitation.organisation else "",
            since=invitation.sent_at,
            why=(
                _("The link has expired. Send it again.")
                if invitation.expires_at <= now
                else _("The link is waiting to be opened.")
            ),
        )
        for invitation in found
    ]


def mask_address(invitation: Invitation) -> str:
    """Return what may be shown of the invited number or address."""
    if invitation.channel == Invitation.Channel.PHONE:
        return phones.mask(invitation.address)
    return phones.mask_email(invitation.address)


def _row(user: User, last: Verification | None) -> Row:
    verified = bool(getattr(user, "is_ok", False))
    accepted = all(getattr(user, f"accepted_{number}", False) for number in range(len(current_hashes())))
    why: str | Promise = ""
    if not user.is_active:
        stage = Stage.CLOSED
    elif not verified:
        stage = Stage.NOT_VERIFIED
        why = words_for_staff(last) if last else _("Signed up, but has not tried to verify yet.")
    elif not accepted:
        stage = Stage.NOT_ACCEPTED
        why = _("Verified. The rules, the convention or the agreement are not accepted in their current version.")
    else:
        stage = Stage.READY
    membership = getattr(user, "membership", None)
    return Row(
        stage=stage,
        who=display_name(user),
        account=user.pk,
        invitation=None,
        organisation=membership.organisation.name if membership else "",
        since=last.created_at if last else user.created_at,
        why=why,
    )
