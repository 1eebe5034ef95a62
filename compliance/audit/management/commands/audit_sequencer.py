"""Run the log's sequencer: pending events into the tree, signed checkpoints out."""

import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from compliance.audit import sequencer
from compliance.audit.checkpoint_signer import SigningRefusedError, sign_head
from compliance.audit.tree import TreeError

RETRY_SECONDS = 1.0


class Command(BaseCommand):
    help = "Move pending events into the tree and sign checkpoints; --once, or a loop until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="sequence what is pending, sign, end")
        parser.add_argument("--interval", type=float, default=0.1, help="seconds between two looks at the outbox")
        parser.add_argument("--sign-every", type=float, default=1.0, help="seconds between two checkpoints")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.once()
        else:
            self.loop(options["interval"], options["sign_every"])

    def once(self) -> None:
        """Do it once; exit 1 when signing is refused."""
        try:
            progress = sequencer.sequence_and_sign()
        except (SigningRefusedError, TreeError, sequencer.SequencerConflictError) as error:
            raise CommandError(str(error)) from error
        signed = "nothing new to sign" if progress.signed is None else f"checkpoint {progress.signed} signed"
        self.stdout.write(f"{progress.sequenced} sequenced, {progress.size} in the tree, {signed}")

    def loop(self, interval: float, sign_every: float) -> None:
        """Do it until SIGTERM or SIGINT, finishing the batch in hand; a lost database or lock is tried again."""
        stop = threading.Event()

        def ask(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask)
        self.stdout.write("sequencer started")
        self.stdout.flush()
        said, next_sign = "", 0.0
        while not stop.is_set():
            close_old_connections()
            pause = interval
            try:
                moved = sequencer.sequence()
                if moved == sequencer.BATCH:
                    pause = 0.0
                if time.monotonic() >= next_sign:
                    sign_head()
                    next_sign, said = time.monotonic() + sign_every, ""
            except (SigningRefusedError, TreeError, sequencer.SequencerConflictError, DatabaseError) as error:
                # Events stay safe in the outbox or the tree; say it once, keep trying.
                if str(error) != said:
                    said = str(error)
                    self.stderr.write(f"{error.__class__.__name__}: {said}")
                next_sign, pause = time.monotonic() + RETRY_SECONDS, RETRY_SECONDS
            stop.wait(pause)
        self.stdout.write("sequencer stopped")
