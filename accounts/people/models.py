"""Users and their roles, organisations, invitations, regulators' appointments, API tokens.

Names, numbers and addresses of persons stand in vault fields only, with a blind index beside what must be found.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.people import phones
from accounts.vault.fields import EncryptedTextField, blind_index

PHONE_DOMAIN = "people.phone"
EMAIL_DOMAIN = "people.email"


class Role(models.TextChoices):
    """The five seats that need an account (depicted subjects need none)."""

    USER = "user", _("User")
    STAFF = "staff", _("Provider staff")
    OFFICER = "officer", _("Compliance officer")
    REGULATOR = "regulator", _("Regulator")
    ADMIN = "admin", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Creates accounts; nobody has a password: log-in is by code."""

    def open_account(
        self, *, role: str = Role.USER, phone: str = "", phone_verified: bool = False, display_name: str = ""
    ) -> "User":
        """Return a saved account. Callers record the event: this is storage, not a service.

        Args:
            role: the seat.
            phone: E.164, or "" for an account that is reached by e-mail.
            phone_verified: whether somebody proved the number by a code.
            display_name: how the person wants to be called.
        """
        user = User(role=role, display_name=display_name)
        user.set_unusable_password()
        user.set_phone(phone, verified=phone_verified)
        user.save(using=self._db)
        return user

    def with_phone(self, phone: str) -> "User | None":
        """Return the account of that number (E.164), or None."""
        return self.filter(phone_index=blind_index(PHONE_DOMAIN, phone)).first() if phone else None


class User(AbstractBaseUser):
    """One account. Names, numbers and phones are only here through the vault; the e-mail stands in EmailAddress."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    display_name = EncryptedTextField(aad="people.user.display_name", blank=True, default="")
    phone = EncryptedTextField(aad="people.user.phone", blank=True, default="")
    # NULL where there is no phone, so that several accounts may have none.
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    phone_verified = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, default="")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_user_role_known", condition=Q(role__in=["user", "staff", "officer", "regulator", "admin"])
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    def set_phone(self, phone: str, *, verified: bool) -> None:
        """Set number (E.164 or ""), blind index and proof together; the caller saves."""
        self.phone = phone
        self.phone_index = blind_index(PHONE_DOMAIN, phone) or None
        self.phone_verified = bool(phone) and verified


class Organisation(models.Model):
    """An enterprise user. Its name and its unified social credit code (GB 32100) are public facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("Name of the organisation"), max_length=120)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in an organisation."""

    class Place(models.TextChoices):
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="membership")
    place = models.CharField(max_length=8, choices=Place.choices, default=Place.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}"


class Invitation(models.Model):
    """A single-use, expiring link to one phone number or e-mail address. Only the hash of its token is kept."""

    class State(models.TextChoices):
        SENT = "sent", _("Invitation sent")
        ACCEPTED = "accepted", _("Invitation accepted")
        REVOKED = "revoked", _("Invitation withdrawn")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Mobile number")
        EMAIL = "email", _("E-mail")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.USER)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="invitations")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = EncryptedTextField(aad="people.invitation.address")
    address_index = models.CharField(max_length=64, db_index=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations_sent")
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations_accepted")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    times_sent = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                name="people_invitation_role", condition=Q(role__in=["user", "staff", "officer"])
            ),  # a regulator is appointed, an administrator is named by the operator
            models.CheckConstraint(
                name="people_invitation_accepted_at",
                condition=(Q(state="accepted") & Q(accepted_at__isnull=False))
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def masked_address(self) -> str:
        """What may be shown of the invited number or address."""
        return phones.mask(self.address) if self.channel == self.Channel.PHONE else phones.mask_email(self.address)


class RegulatorAppointment(models.Model):
    """A regulator's account on its way: an official letter, proposed by one administrator, opened by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for a second administrator")
        OPENED = "opened", _("Account opened")
        DECLINED = "declined", _("Account not opened")

    class Authority(models.TextChoices):
        CAC = "cac", _("Cyberspace administration")
        TELECOM = "telecom", _("Telecommunications administration")
        PUBLIC_SECURITY = "public_security", _("Public security authority")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    authority = models.CharField(_("Authority"), max_length=16, choices=Authority.choices)
    region = models.CharField(_("Region"), max_length=60)
    letter_number = models.CharField(_("Number of the official letter"), max_length=60)
    letter_reference = models.CharField(_("Where the letter is kept"), max_length=200, blank=True, default="")
    letter_sha256 = models.CharField(max_length=64, blank=True, default="")
    holder_name = EncryptedTextField(aad="people.regulatorappointment.holder_name")
    holder_phone = EncryptedTextField(aad="people.regulatorappointment.holder_phone")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments_proposed")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="appointments_decided")
    decided_at = models.DateTimeField(null=True)
    user = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="appointment")

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            # The two-administrator rule is held by the database, whatever code runs.
            models.CheckConstraint(
                name="people_appointment_two_admins",
                condition=~Q(state="opened")
                | (Q(decided_by__isnull=False) & Q(user__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="people_appointment_letter", condition=~Q(letter_reference="", letter_sha256="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ApiToken(models.Model):
    """A bearer token of one account. Only its hash is kept; the prefix tells two apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(_("What it is for"), max_length=60)
    prefix = models.CharField(max_length=12, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.prefix


class OneTimeCode(models.Model):
    """A six-digit code outside the account flows. Neither code nor phone stands here: HMACs only."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    code_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key_hash[:8]


class RateBucket(models.Model):
    """A token bucket; its key is an HMAC, so that the table names nobody."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    version = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key_hash[:8]
