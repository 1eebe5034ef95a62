"""The sweeper as a process of its own, for a machine without celery beat."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from media_jobs.pipeline.sweeper import housekeep, sweep

logger = logging.getLogger(__name__)

HOUSEKEEP_EVERY = 3600.0


class Command(BaseCommand):
    """Sweep once, or until told to stop."""

    help = "Ring jobs that nobody holds, remind and expire consent requests, empty the working store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM or SIGINT")
        parser.add_argument("--interval", type=float, default=5.0, help="seconds between two rounds (default: 5)")

    def handle(self, *_args: Any, loop: bool, interval: float, **_options: Any) -> None:
        """Sweep."""
        if not loop:
            self._round(say_all=True)
            return
        stop = threading.Event()
        housekeep_at = 0.0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_ignored: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                self._round(say_all=False)
                if time.monotonic() >= housekeep_at:
                    housekeep_at = time.monotonic() + HOUSEKEEP_EVERY
                    housekeep()
            except DatabaseError:
                # A database that restarts must not end the one process that brings everything back.
                logger.warning("the database did not answer; trying again in %s s", interval, exc_info=True)
            stop.wait(interval)

    def _round(self, *, say_all: bool) -> None:
        done = sweep()
        if say_all or any(done.values()):
            self.stdout.write(", ".join(f"{name} {count}" for name, count in done.items()))
            self.stdout.flush()
