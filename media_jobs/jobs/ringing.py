"""The doorbell: tell the workers that a job row waits. Losing every ring loses no job, the sweeper rings again."""

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError

logger = logging.getLogger(__name__)

# By name: nobody imports the pipeline to ring it.
RUN_JOB = "pipeline.run_job"


def ring(job_id: UUID | str) -> None:
    """Ring for this job once the present transaction is committed; a broker that is down never raises here."""
    transaction.on_commit(lambda: ring_now(job_id))


def ring_now(job_id: UUID | str) -> bool:
    """Ring at once; False (and a line in the log) when the broker did not take it."""
    try:
        current_app.send_task(RUN_JOB, args=[str(job_id)], retry=False, ignore_result=True)
    except (OperationalError, KombuError, OSError):
        logger.warning("the broker did not take the ring for job %s; the sweeper will ring again", job_id)
        return False
    return True
