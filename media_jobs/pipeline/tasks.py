"""What a bell can ask for; what is to be done stands in the job row."""

from celery import shared_task

from media_jobs.pipeline import runner, sweeper


@shared_task(name="pipeline.run_job")
def run_job(job_id: str) -> bool:
    """Move the job on as far as it goes without a person."""
    return runner.run_job(job_id)


@shared_task(name="pipeline.sweep")
def sweep() -> dict[str, int]:
    """Do one round of the sweeper."""
    return sweeper.sweep()


@shared_task(name="pipeline.housekeep")
def housekeep() -> dict[str, int]:
    """Do what walks the whole store."""
    return sweeper.housekeep()
