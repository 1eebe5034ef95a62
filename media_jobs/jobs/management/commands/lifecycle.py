"""Render docs/lifecycle.md from the transition table."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from media_jobs.jobs.transitions import render

PATH = settings.BASE_DIR / "docs" / "lifecycle.md"


class Command(BaseCommand):
    """Write the job's transition table where people read it."""

    help = "Write docs/lifecycle.md from media_jobs/jobs/transitions.py."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write the file."""
        PATH.write_text(render(), encoding="utf-8")
        self.stdout.write(str(PATH))
