"""What is known of who a person is: one row per attempt, one holder per document."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vault.fields import EncryptedTextField


class Level(models.IntegerChoices):
    """How much an attempt proves. Any level satisfies Provisions Art. 9; later gates may ask for more."""

    NONE = 0, _("Not verified")
    PHONE = 1, _("Mobile number")
    DOCUMENT = 2, _("Name and official number")


class Verdict(models.TextChoices):
    """What a channel can answer. Only `match` verifies; the last two are never held against a person."""

    MATCH = "match", _("Matches")
    MISMATCH = "mismatch", _("Does not match")
    NO_RECORD = "no_record", _("No record")
    CANNOT_VERIFY = "cannot_verify", _("Cannot be checked here")
    REJECTED_INPUT = "rejected_input", _("Input refused")
    RATE_LIMITED = "rate_limited", _("Too many requests")
    PROVIDER_ERROR = "provider_error", _("Checking service unavailable")


class DocumentKind(models.TextChoices):
    """The official numbers that one account may hold, each once."""

    RESIDENT_ID = "resident_id", _("Resident ID number")
    USCC = "uscc", _("Unified social credit code")


class IdentityDocument(models.Model):
    """A verified name and number: one holder per number, one number of a kind per account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity_documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    name = EncryptedTextField(aad="identity.identitydocument.name")
    number = EncryptedTextField(aad="identity.identitydocument.number")
    number_index = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Provisions Art. 9: one real identity, one account; the database decides even between two at once.
            models.UniqueConstraint(fields=["kind", "number_index"], name="identity_document_one_holder"),
            models.UniqueConstraint(fields=["user", "kind"], name="identity_document_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class Verification(models.Model):
    """One attempt to verify an account through one channel (Provisions Art. 9). Holds no name and no number."""

    class Withheld(models.TextChoices):
        """Why a match did not verify the account after all."""

        NO = "", ""
        HELD_ELSEWHERE = "held_elsewhere", _("Held by another account")
        OTHER_DOCUMENT = "other_document", _("Another number is in use")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="verifications")
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.SET_NULL, related_name="verifications"
    )
    channel = models.CharField(max_length=20)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    withheld = models.CharField(max_length=16, choices=Withheld.choices, blank=True, default="")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.NONE)
    # Whose account holds the number, so that staff can settle a conflict; the person is not told.
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The phone that was proved: a verification by phone ends when the account's number changes.
    phone_index = models.CharField(max_length=64, blank=True, default="", editable=False)
    vendor = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    request_id = models.CharField(max_length=80, blank=True)
    raw_code = models.CharField(max_length=40)
    elements = models.JSONField(default=list)
    billed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "-created_at"], name="identity_by_user")]
        constraints = [
            models.CheckConstraint(
                name="identity_only_a_match_verifies",
                condition=models.Q(level=0) | models.Q(verdict="match", withheld="", expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.verdict}"
