"""What was reviewed with which result, what waits for a person (Provisions Art. 10), and what leaves unlabelled."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.vault.fields import EncryptedTextField
from compliance.review.unlabelled import ACTIVE, DECIDED, UnlabelledState
from compliance.rules.retention import PERIODS, Kept


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


class UnlabelledRequest(models.Model):
    """A user's request that one job's file be supplied without its explicit label (Labelling Measures Art. 9).

    Args (fields):
        applicant: the job's owner.
        purpose: why, in the applicant's words.
        agreement_sha256: the user agreement as it was accepted, which names the user's own duty to label.
        duty_version: SHA-256 of the sentence about that duty that was shown and ticked with this request.
        scope: SHA-256 over the job's files and declarations; anything else is not covered (unlabelled.scope_of).
        approver: the officer who decided, never the applicant.
        reason: the officer's words.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="unlabelled_requests")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unlabelled_requests"
    )
    purpose = EncryptedTextField(aad="review.unlabelled.purpose")
    agreement_sha256 = models.CharField(max_length=64)
    duty_version = models.CharField(max_length=64)
    scope = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=UnlabelledState.choices, default=UnlabelledState.REQUESTED)
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="unlabelled_decisions"
    )
    reason = EncryptedTextField(aad="review.unlabelled.reason", blank=True, default="")

    class Meta:
        ordering = ["requested_at", "pk"]
        indexes = [models.Index(fields=["state", "requested_at"], name="review_unlabelled_queue")]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(state__in=ACTIVE), name="review_unlabelled_one_active"),
            models.CheckConstraint(condition=Q(state__in=UnlabelledState.values), name="review_unlabelled_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False, approver__isnull=False),
                name="review_unlabelled_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("applicant")), name="review_unlabelled_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(agreement_sha256="") & ~Q(duty_version="") & ~Q(scope=""),
                name="review_unlabelled_duty_known",
            ),
        ]

    def __str__(self) -> str:
        return f"unlabelled request {self.pk}"


class SupplyQuerySet(models.QuerySet["UnlabelledSupply"]):
    """Deletes only what the law no longer asks to keep."""

    def kept(self) -> "SupplyQuerySet":
        """Return the rows that are younger than six months (Labelling Measures Art. 9)."""
        return self.filter(at__gt=timezone.now() - PERIODS[Kept.UNLABELLED_RECIPIENTS].at_least)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete, unless one of the rows must still be kept.

        Raises:
            ProtectedError: one is younger than six months; none is deleted.
        """
        if young := set(self.kept()):
            raise ProtectedError("Recipients of unlabelled content are kept for six months", set(young))
        return super().delete()


class UnlabelledSupply(models.Model):
    """One supply of a file without an explicit label: to whom, when, which file (Labelling Measures Art. 9).

    Kept for at least six months from the supply; the account it names cannot be deleted before.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(UnlabelledRequest, on_delete=models.PROTECT, related_name="supplies")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unlabelled_supplies"
    )
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    event_id = models.CharField(max_length=64)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="review_supply_at")]

    def __str__(self) -> str:
        return f"supply {self.pk}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, unless it must still be kept.

        Raises:
            ProtectedError: it is younger than six months.
        """
        return UnlabelledSupply.objects.filter(pk=self.pk).delete()
