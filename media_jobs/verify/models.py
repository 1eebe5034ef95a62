"""What is kept of the public page: how often it gave which answer on which day. No file, no number, no address."""

from django.db import models


class DailyCount(models.Model):
    """How often one answer was given on one day."""

    day = models.DateField()
    answer = models.CharField(max_length=16)
    count = models.PositiveIntegerField(default=0)
    # Whether the day's total stands in the log already (event verify.counted).
    logged = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "answer"], name="verify_one_count_per_answer"),)

    def __str__(self) -> str:
        return f"{self.day} {self.answer}: {self.count}"
