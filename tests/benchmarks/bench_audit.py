"""What the log costs: `python tests/benchmarks/bench_audit.py [events]`; reports, never fails on time.

Each transaction makes one business INSERT and one event: a plain ORM INSERT of a row of the same size, or record().
The two take turns in one run, so their ratio means something on a noisy machine; then the sequencer drains it all.
Uses DATABASE_URL when set (bench_* tables are made and dropped, the log's are left filled), else a fresh SQLite.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
ROUNDS = 10


def main(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, models, transaction

    from compliance.audit import entry as entries
    from compliance.audit.actor import system
    from compliance.audit.events import register
    from compliance.audit.fsck import check
    from compliance.audit.models import Event, Pending
    from compliance.audit.sequencer import sequence_and_sign
    from compliance.audit.services import record

    call_command("migrate", "audit", verbosity=0)

    class Business(models.Model):
        state = models.CharField(max_length=20)

        class Meta:
            app_label = "audit"
            db_table = "bench_business"

        def __str__(self) -> str:
            return self.state

    class PlainEvent(models.Model):
        recorded_at = models.DateTimeField(auto_now_add=True)
        type = models.CharField(max_length=64)
        actor = models.CharField(max_length=64)
        subject = models.CharField(max_length=64)
        job = models.CharField(max_length=64)
        outcome = models.CharField(max_length=64)
        entry = models.TextField()

        class Meta:
            app_label = "audit"
            db_table = "bench_event"

        def __str__(self) -> str:
            return self.type

    event = register(948, "bench.event", "Benchmark", public=("number",))
    actor = system("benchmark")
    text = entries.canonical(
        event_id=entries.new_event_id(),
        t=entries.parse_time("2026-01-01T00:00:00.000000Z"),
        type="bench.event",
        outcome="ok",
        public={"number": 1},
        commitments={"actor": "0" * 64, "job": "0" * 64},
    )

    def plain(number: int) -> None:
        PlainEvent.objects.create(type="bench.event", actor="a", job="job", outcome="ok", entry=text)

    def append(number: int) -> None:
        record(event=event, actor=actor, job="job", public={"number": number})

    def nothing(number: int) -> None:
        return None

    def timed(write: Callable[[int], None]) -> float:
        start = time.perf_counter()
        for number in range(count // ROUNDS):
            with transaction.atomic():
                Business.objects.create(state="draft")
                write(number)
        return time.perf_counter() - start

    with connection.schema_editor() as editor:
        editor.create_model(Business)
        editor.create_model(PlainEvent)
    try:
        for write in (nothing, plain, append):
            timed(write)  # warm up
        seconds = dict.fromkeys((nothing, plain, append), 0.0)
        for _ in range(ROUNDS):
            for write in seconds:
                seconds[write] += timed(write)
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Business)
            editor.delete_model(PlainEvent)
    waiting = Pending.objects.count()
    start = time.perf_counter()
    sequence_and_sign()
    drained = time.perf_counter() - start
    start = time.perf_counter()
    report = check()
    checked = time.perf_counter() - start
    rate = {write: count / value for write, value in seconds.items()}
    lines = (
        f"database                     {connection.vendor}",
        f"business INSERT alone        {rate[nothing]:10,.0f} transactions/s",
        f"with plain ORM event         {rate[plain]:10,.0f} transactions/s",
        f"with record()                {rate[append]:10,.0f} transactions/s",
        f"record() / plain ORM         {rate[append] / rate[plain]:10.2f}",
        f"sequencer                    {waiting / drained:10,.0f} events/s ({waiting} in {drained:.2f} s)",
        f"audit_fsck                   {report.size / checked:10,.0f} events/s, {len(report.findings)} findings",
        f"events in the log            {Event.objects.count():10,}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="hallmark-bench-") as folder:
        os.environ.setdefault("HALLMARK_VAR", folder)
        os.environ["AUDIT_GUARD_FILE"] = f"{folder}/guard.json"
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
