"""What the stages leave behind for the next one."""

from django.db import models
from django.db.models import Q

from media_jobs.jobs.states import State


class StageResult(models.Model):
    """The file or finding of one finished stage of one job, written in the transaction that moved the job.

    A stage that runs again after a retry replaces its own row; the file of the former attempt is then nobody's and goes
    with the working folder.

    Args (fields):
        path: relative to MEDIA_ROOT, "" for a stage without a file.
        sha256: of the file; the next stage refuses any other content.
        report: findings, JSON, no personal data.
    """

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="stage_results")
    stage = models.CharField(max_length=20, choices=State.choices)
    path = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "stage"], name="pipeline_one_result_per_stage"),
            models.CheckConstraint(
                condition=Q(path="", sha256="") | (~Q(path="") & ~Q(sha256="")), name="pipeline_result_file_hashed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.job_id}"
