"""Job, Work, Release: the row is the queue (law 1), the work carries the content number, the release is the file."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from media_jobs.jobs.states import FINISHED, NEEDS_REASON, RUNNABLE, Depicts, State


def new_produce_id() -> str:
    """Return a fresh content number: 32 hexadecimal characters, unique (GB 45438-2025 Annex E, ProduceID)."""
    return uuid4().hex


class Job(models.Model):
    """One piece of work that a person asked for; moved only by `services.job_move`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    engine = models.CharField(max_length=40)
    engine_version = models.CharField(max_length=40, blank=True)
    art23_class = models.CharField(max_length=20, blank=True)
    depicts_declared = models.CharField(max_length=10, choices=Depicts.choices, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    reason_code = models.CharField(max_length=80, blank=True)
    # The stage a held or failed job goes on with.
    resume_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    stage_started_at = models.DateTimeField()
    # How often the present stage was begun.
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    # How far the present stage is, in seconds of media; 0 of 0 where nobody knows.
    progress_done = models.FloatField(default=0.0)
    progress_total = models.FloatField(default=0.0)

    # Provisions Art. 8: the reminder of information-security duties; Art. 14: the prompt to inform the edited person.
    reminder_version = models.CharField(max_length=64, blank=True)
    reminder_ack_at = models.DateTimeField(null=True, blank=True)
    inform_version = models.CharField(max_length=64, blank=True)
    inform_ack_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="jobs_job_owner"),
            models.Index(fields=["state", "lease_until"], name="jobs_job_queue"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_job_state_known"),
            models.CheckConstraint(
                condition=(Q(state__in=FINISHED) & Q(finished_at__isnull=False))
                | (~Q(state__in=FINISHED) & Q(finished_at__isnull=True)),
                name="jobs_job_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, submitted_at__isnull=True)
                | (~Q(state=State.DRAFT) & Q(submitted_at__isnull=False)),
                name="jobs_job_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | (Q(reminder_ack_at__isnull=False) & ~Q(reminder_version="")),
                name="jobs_job_reminder_acknowledged",
            ),
            models.CheckConstraint(
                condition=Q(lease_owner="", lease_until__isnull=True)
                | (~Q(lease_owner="") & Q(lease_until__isnull=False) & Q(state__in=RUNNABLE)),
                name="jobs_job_lease_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=NEEDS_REASON) & ~Q(reason_code=""))
                | (~Q(state__in=NEEDS_REASON) & Q(reason_code="")),
                name="jobs_job_reason_when_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"


class StateChange(models.Model):
    """One step of a job's way with its time; the progress page reads it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices)
    reason_code = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["job", "at"], name="jobs_change_job")]

    def __str__(self) -> str:
        return f"{self.from_state} -> {self.to_state}"


class Work(models.Model):
    """What a job brings forth; its ProduceID stands in the labels (GB 45438-2025 Annex E)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="work")
    produce_id = models.CharField(max_length=64, unique=True, default=new_produce_id)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(produce_id=""), name="jobs_work_numbered")]

    def __str__(self) -> str:
        return f"work {self.produce_id}"


class Release(models.Model):
    """The labelled file that may leave the house, and whether it was withdrawn since.

    Args (fields):
        path: relative to MEDIA_ROOT.
        medium: "image", "video", "audio" or "text".
        width, height: pixels as displayed, 0 without a picture.
        duration: seconds of sound or video, 0 for pictures and texts.
        label_text: the explicit label as drawn, spoken or written; "" where it was left out on request.
        report: the label writer's and the read-back's findings, the evidence that it conformed (no personal data).
        sidecars: files that carry a label the format cannot hold: [{"ending", "path", "sha256", "size"}].
        unlabelled_request: id of the approved request under which the explicit label was left out (Labelling Measures
            Art. 9), "" otherwise.
    """

    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="release")
    path = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    medium = models.CharField(max_length=8, default="image")
    mime = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    duration = models.FloatField(default=0.0)
    label_text = models.CharField(max_length=200, blank=True)
    provider_code = models.CharField(max_length=40)
    report = models.JSONField(default=dict)
    sidecars = models.JSONField(default=list)
    unlabelled_request = models.CharField(max_length=36, blank=True)
    released_at = models.DateTimeField()
    event_id = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdraw_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason="")),
                name="jobs_release_withdrawal_whole",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="jobs_release_not_empty"),
            models.CheckConstraint(
                condition=~Q(label_text="") | ~Q(unlabelled_request=""), name="jobs_release_labelled_or_requested"
            ),
        ]

    def __str__(self) -> str:
        return f"release of {self.work_id}"
