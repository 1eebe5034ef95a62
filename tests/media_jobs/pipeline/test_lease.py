"""The heartbeat keeps a lease alive and lets go of one that was lost; the sweeper's command stops when told."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from media_jobs.pipeline import leases, runner
from tests.media_jobs.jobs.test_transitions import job_in
from tests.personas import Personas, personas

__all__ = ["personas"]

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_keeps_the_lease_beyond_its_time(personas: Personas, settings: Any) -> None:
    settings.PIPELINE_LEASE_SECONDS = 1
    job = job_in(personas, State.SYNTHESIS)
    lease = leases.take(actor=runner.WORKER, job_id=job.pk)
    assert lease is not None

    with leases.Heartbeat(lease):
        time.sleep(1.6)
        assert leases.take(actor=runner.WORKER, job_id=job.pk) is None

    assert Job.objects.get().lease_until > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_does_not_take_back_a_lost_lease(personas: Personas, settings: Any) -> None:
    settings.PIPELINE_LEASE_SECONDS = 1
    job = job_in(personas, State.SYNTHESIS)
    lease = leases.take(actor=runner.WORKER, job_id=job.pk)
    assert lease is not None
    until = timezone.now() + timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(lease_owner="successor", lease_until=until)

    with leases.Heartbeat(lease):
        time.sleep(0.4)

    assert (Job.objects.get().lease_owner, Job.objects.get().lease_until) == ("successor", until)


def _catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal: it has come as far as its loop."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    mask = int(status.split("SigCgt:")[1].split()[0], 16)
    return bool(mask >> (number - 1) & 1)


@pytest.mark.slow
def test_the_sweepers_loop_runs_and_stops_when_told(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "HALLMARK_VAR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    once = subprocess.run(
        [sys.executable, "manage.py", "pipeline_sweep"], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    assert once.stdout.startswith("rung 0, settled 0")

    loop = subprocess.Popen(
        [sys.executable, "manage.py", "pipeline_sweep", "--loop", "--interval", "0.2"], cwd=ROOT, env=env
    )
    for _ in range(600):
        if _catches(loop.pid, signal.SIGTERM):
            break
        time.sleep(0.1)
    time.sleep(1)
    assert loop.poll() is None
    loop.send_signal(signal.SIGTERM)
    assert loop.wait(10) == 0
