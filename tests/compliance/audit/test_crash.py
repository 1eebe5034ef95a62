"""Real processes, killed: nothing lost, nothing twice, no gap, the right root."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WRITER = """
import pathlib, sys, time, django
django.setup()
from django.db import transaction
from compliance.audit.actor import system
from compliance.audit.events import register
from compliance.audit.services import record

event = register(949, "test.load", "Load", public=("number",))
rounds, job, enough = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
written = 0
while rounds and not enough.exists():
    with transaction.atomic():
        for _ in range(5):
            record(event=event, actor=system("writer"), job=job, public={"number": written})
            written += 1
    rounds -= 1
    print(written, flush=True)
    time.sleep(0.02)
"""


class Installation:
    """A database of its own and the processes that use it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.env = {
            **os.environ,
            "HALLMARK_VAR": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
            "AUDIT_GUARD_FILE": str(folder / "guard.json"),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def sequencer(self) -> subprocess.Popen[str]:
        process = self.start(*self.command("audit_sequencer", "--interval", "0.02", "--sign-every", "0.05"))
        assert process.stdout is not None
        assert process.stdout.readline() == "sequencer started\n"
        return process

    def writer(self, rounds: int, job: str, enough: Path) -> subprocess.Popen[str]:
        """Record five events a transaction until the file is there; print how many are committed."""
        return self.start(sys.executable, "-c", WRITER, str(rounds), job, str(enough))

    def counts(self) -> tuple[int, int, int]:
        """Return how many events, pending ones and checkpoints there are."""
        script = (
            "from compliance.audit.models import *; print(*[m.objects.count() for m in (Event, Pending, Checkpoint)])"
        )
        events, pending, signed = self.run("shell", "-v", "0", "-c", script).stdout.split()[-3:]
        return int(events), int(pending), int(signed)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    url = os.environ.get("DATABASE_URL", "")
    name = f"audit_crash_{uuid4().hex[:12]}"
    if url:
        import psycopg2

        host = settings.DATABASES["default"]
        admin = psycopg2.connect(
            host=host["HOST"],
            port=host["PORT"] or None,
            user=host["USER"],
            password=host["PASSWORD"],
            dbname="postgres",
        )
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
        url = url.rsplit("/", 1)[0] + "/" + name
    place = Installation(tmp_path, url)
    done = place.run("migrate", "-v", "0", "audit")
    assert done.returncode == 0, done.stderr
    yield place
    if url:
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()


def stop(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    return out


@pytest.mark.slow
def test_killed_sequencers_under_load_lose_nothing(installation: Installation, tmp_path: Path):
    """Five SIGKILLs while two writers record; two sequencers run together at the end."""
    enough = tmp_path / "enough"
    writers = [installation.writer(1_000_000, f"job-{number}", enough) for number in range(2)]
    chance = random.Random(20261122)
    for _ in range(5):
        process = installation.sequencer()
        time.sleep(chance.uniform(0.05, 0.6))
        process.kill()
        process.communicate()
    two = [installation.sequencer() for _ in range(2)]
    time.sleep(0.5)
    enough.touch()
    written = sum(int(writer.communicate(timeout=60)[0].split()[-1]) for writer in writers)
    said = [stop(process) for process in two]
    final = installation.run("audit_sequencer", "--once")
    checked = installation.run("audit_fsck")

    assert all(out.endswith("sequencer stopped\n") for out in said), said
    assert not any("Traceback" in out for out in said), said
    assert final.returncode == 0, final.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"OK  {written} events" in checked.stdout
    events, pending, signed = installation.counts()
    assert (events, pending) == (written, 0)
    assert signed >= 2


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_transactions(installation: Installation, tmp_path: Path):
    writer = installation.writer(1_000_000, "job-1", tmp_path / "never")
    assert writer.stdout is not None
    for _ in range(20):
        said = int(writer.stdout.readline())
    writer.kill()
    writer.communicate()
    final = installation.run("audit_sequencer", "--once")
    events, _, _ = installation.counts()

    assert final.returncode == 0, final.stderr
    assert events >= said
    assert events % 5 == 0
    assert installation.run("audit_fsck").returncode == 0


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_a_database_file_restored_from_a_copy_is_not_signed(installation: Installation, tmp_path: Path):
    def write() -> None:
        done = installation.writer(3, "job-1", tmp_path / "never").communicate(timeout=60)
        assert done[0].strip().endswith("15")

    database = tmp_path / "hallmark.sqlite3"
    write()
    assert installation.run("audit_sequencer", "--once").returncode == 0
    saved = database.read_bytes()
    write()
    assert installation.run("audit_sequencer", "--once").returncode == 0
    for journal in ("-wal", "-shm"):
        database.with_name(database.name + journal).unlink(missing_ok=True)
    database.write_bytes(saved)
    refused = installation.run("audit_sequencer", "--once")
    checked = installation.run("audit_fsck")

    assert refused.returncode == 1
    assert "the database holds 15 events, but 30 were signed: it was restored from an older backup" in refused.stderr
    assert checked.returncode == 1
    assert "WRONG  guard file" in checked.stdout
