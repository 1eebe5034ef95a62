"""What is known of who a person is: one row per attempt, one holder per document."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """How much an attempt proves. Any level satisfies Provisions Art. 9; later gates may ask for more."""

    NONE = 0, _("Not verified")
    PHONE = 1, _("Mobile number")
    DOCUMENT = 2, _("Name and official number")


class Verdict(models.TextChoices):
    """What a channel can answer. Only `match` verifies; the last two are never held against a person."""

    MATCH = "match", _("Verified")
    MISMATCH = "mismatch", _("Does not match")
    NO_RECORD = "no_record", _("No record")
    CANNOT_VERIFY = "cannot_verify", _("Cannot be checked here")
    REJECTED_INPUT = "rejected_input", _("Input refused")
    RATE_LIMITED = "rate_limited", _("Too many requests")
    PROVIDER_ERROR = "provider_error", _("Checking service unavailable")


class Verification(models.Model):
    """One attempt to verify an account through one channel (Provisions Art. 9)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="verifications")
    channel = models.CharField(max_length=20)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.NONE)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.channel} {self.verdict}"
