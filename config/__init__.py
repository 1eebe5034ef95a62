"""The deployable: settings, URLs, the Celery app, checks."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
