"""One file that somebody wants to spread: what was found in it, what was decided, what was written."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.vault.fields import EncryptedTextField


class Result(models.TextChoices):
    """The rows of Labelling Measures Art. 6, and a file whose labels cannot be settled."""

    VERIFIED = "verified"
    DECLARED = "declared"
    SUSPECTED = "suspected"
    NONE = "none"
    HELD = "held"


class Handover(models.Model):
    """One hand-over; never changed but for its file, which goes after its time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers")
    created_at = models.DateTimeField()
    # For the owner's eyes only, cleaned of paths and control characters. People name files after people: vault.
    name = EncryptedTextField(aad="handover.handover.name")
    container = models.CharField(max_length=20, blank=True)
    source_sha256 = models.CharField(max_length=64)
    declared = models.BooleanField()
    # Codes of the traces that were seen: "source_type", "c2pa".
    traces = models.JSONField(default=list)
    result = models.CharField(max_length=10, choices=Result.choices)
    # Code of the refusal that held the file, and its parameters.
    reason_code = models.CharField(max_length=80, blank=True)
    reason_params = models.JSONField(default=dict)
    # The labels as they stood, and the one that was written.
    before = models.JSONField(default=list)
    after = models.JSONField(default=dict)
    repaired = models.JSONField(default=list)
    c2pa = models.CharField(max_length=12, blank=True)
    propagate_id = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=200, blank=True)
    sidecar = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"], name="handover_owner")]
        constraints = [
            models.CheckConstraint(condition=Q(result__in=Result.values), name="handover_result_known"),
            models.CheckConstraint(
                condition=(Q(result="held") & ~Q(reason_code="")) | (~Q(result="held") & Q(reason_code="")),
                name="handover_reason_when_held",
            ),
            models.CheckConstraint(
                condition=Q(path="") | (Q(result__in=["verified", "declared", "suspected"]) & ~Q(sha256="")),
                name="handover_file_only_where_written",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"
