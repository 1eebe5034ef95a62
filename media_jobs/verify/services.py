"""The only thing the public page writes: a count per day and answer."""

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from compliance.audit import services as audit
from compliance.audit.actor import system
from media_jobs.verify import events
from media_jobs.verify.models import DailyCount


@transaction.atomic
def answer_count(*, answer: str) -> None:
    """Count one answer; the first answer of a day logs the totals of the days before it.

    Args:
        answer: code of answer 2, the same for everybody who gets it.
    """
    today = timezone.localdate()
    DailyCount.objects.get_or_create(day=today, answer=answer)
    DailyCount.objects.filter(day=today, answer=answer).update(count=F("count") + 1)
    open_days = DailyCount.objects.filter(day__lt=today, logged=False).values("day").annotate(total=Sum("count"))
    for row in open_days.order_by("day"):
        # Compare-and-swap: whoever turns the flag writes the event.
        if DailyCount.objects.filter(day=row["day"], logged=False).update(logged=True):
            audit.record(
                event=events.VERIFY_COUNTED,
                actor=system("verify"),
                public={"day": row["day"].isoformat(), "count": row["total"]},
            )
