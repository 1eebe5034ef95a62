"""What was reviewed with which result, and what waits for a person (Provisions Art. 10)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.vault.fields import EncryptedTextField


class Phase(models.TextChoices):
    """Art. 10 names both: the user's input data and the synthesis result."""

    INPUT = "input", _("input")
    OUTPUT = "output", _("result")


class Result(models.TextChoices):
    """What a review came to."""

    PASS = "pass", _("passed")
    HOLD = "hold", _("held")
    REJECT = "reject", _("rejected")


class HoldState(models.TextChoices):
    """A hold is open until an officer decides or its job ends."""

    OPEN = "open", _("Waits for a decision")
    RELEASED = "released", _("Let go on")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("The job ended first")


class ReviewRecord(models.Model):
    """One review with its reviewer: the id of a rule, or the pseudonymous id of an officer (checklist DS-10a)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="reviews")
    phase = models.CharField(max_length=8, choices=Phase.choices)
    result = models.CharField(max_length=8, choices=Result.choices)
    rule = models.CharField(max_length=60)
    reviewer = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["job", "phase"], name="review_record_job")]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="review_record_phase_known"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="review_record_result_known"),
            models.CheckConstraint(condition=~Q(reviewer="") & ~Q(rule=""), name="review_record_has_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} {self.result}"


class Hold(models.Model):
    """A job that waits for an officer."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="holds")
    phase = models.CharField(max_length=8, choices=Phase.choices)
    reason = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    # Pseudonymous id of the officer.
    decided_by = models.CharField(max_length=64, blank=True)
    # What the submitter reads about the decision.
    explanation = EncryptedTextField(aad="review.hold.explanation", blank=True, default="")

    class Meta:
        ordering = ["opened_at", "pk"]
        indexes = [models.Index(fields=["state", "opened_at"], name="review_hold_queue")]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(state=HoldState.OPEN), name="review_hold_one_open"),
            models.CheckConstraint(condition=Q(state__in=HoldState.values), name="review_hold_state_known"),
            models.CheckConstraint(
                condition=Q(state=HoldState.OPEN, decided_at__isnull=True)
                | (~Q(state=HoldState.OPEN) & Q(decided_at__isnull=False)),
                name="review_hold_decision_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class HoldMessage(models.Model):
    """A question of the officer or an answer of the submitter; both see both."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="messages")
    from_officer = models.BooleanField()
    text = EncryptedTextField(aad="review.message.text")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"message {self.pk}"
