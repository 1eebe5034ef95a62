"""The Celery app. The broker is a doorbell: what is to be done stands in the job row (law 1 of the house)."""

import os
from typing import Any

import django
from celery import Celery
from celery.signals import beat_init, celeryd_init

from config import doorbell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("hallmark")
# Celery's "current app" is per thread; without this another thread of the web server would ring a bell nobody hears.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
doorbell.install()


@celeryd_init.connect(weak=False)
@beat_init.connect(weak=False)
def refuse_to_start(**kwargs: Any) -> None:
    """Hold worker and clock to the deployment checks too: Celery runs Django's own, but goes on whatever they say."""
    django.setup()
    from config import checks

    checks.refuse_to_start()
