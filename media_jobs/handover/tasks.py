"""What the clock asks for."""

from celery import shared_task

from compliance.audit.actor import system
from media_jobs.handover import services


@shared_task(name="handover.sweep")
def sweep() -> int:
    """Delete prepared files whose time is over, and what a killed process left."""
    return services.expired_sweep(actor=system("handover"))
