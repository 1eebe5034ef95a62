"""kill -9 of a real worker at every stage, and every broker message lost: nothing is lost, nothing happens twice."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.services import die_with_parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[3]
STAGES = ["submitted", "input_review", "synthesis", "output_review", "labelling", "read_back"]
TRIES = 12
DONE_WITHIN = 240.0


class House:
    """A whole platform in a folder of its own: database file, broker folder, media; processes are started at will."""

    def __init__(self, place: Path) -> None:
        self.var = place / "var"
        self.log = place / "processes.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.env = {
            **kept,
            "HALLMARK_VAR": str(self.var),
            "PIPELINE_LEASE_SECONDS": "3",
            "PIPELINE_RING_AGAIN_SECONDS": "1",
            "ENGINES_ENABLED": "gateway",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def call(self, *arguments: str) -> str:
        """Run python with these arguments and return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def driver(self, *arguments: str) -> Any:
        """Run the driver and return its answer."""
        return json.loads(self.call("-m", "tests.media_jobs.pipeline.driver", *arguments).splitlines()[-1])

    @contextmanager
    def process(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Start a process in a group of its own; the whole group is gone afterwards."""
        with self.log.open("ab") as stream:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.env,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - no threads here
            )
        try:
            yield process
        finally:
            kill(process)

    def worker(self) -> Any:
        """Start a real Celery worker with a pool process."""
        return self.process(
            "-m", "celery", "-A", "config.celery", "worker", "-c", "1", "-l", "warning", "--without-gossip",
            "--without-mingle",
        )  # fmt: skip

    def sweeper(self) -> Any:
        """Start the sweeper's loop."""
        return self.process("manage.py", "pipeline_sweep", "--loop", "--interval", "0.5")

    def database(self) -> sqlite3.Connection:
        """Open the database file beside the platform's own processes."""
        return sqlite3.connect(self.var / "hallmark.sqlite3", timeout=10, isolation_level=None)

    def lose_every_message(self) -> int:
        """Empty the broker's folder and return how many messages were lost."""
        queue = self.var / "broker" / "queue"
        messages = list(queue.glob("*.msg"))
        for path in messages:
            path.unlink(missing_ok=True)
        return len(messages)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 the process and everything it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def caught_at(house: House, process: "subprocess.Popen[bytes]", job: str, stage: str) -> bool:
    """Kill the worker while it holds the job in this stage; False when the job slipped through.

    The database's write lock is taken first, so that the worker cannot commit the stage between look and kill.
    """
    look = "SELECT state, lease_owner FROM jobs_job WHERE id = ?"
    database = house.database()
    deadline = time.monotonic() + 90
    try:
        while time.monotonic() < deadline:
            state, owner = database.execute(look, [job.replace("-", "")]).fetchone()
            if state == stage and owner:
                database.execute("BEGIN IMMEDIATE")
                state, owner = database.execute(look, [job.replace("-", "")]).fetchone()
                if state == stage and owner:
                    kill(process)
                database.execute("ROLLBACK")
                return bool(state == stage and owner)
            if state not in STAGES[: STAGES.index(stage) + 1]:
                return False
            time.sleep(0.0005)
    finally:
        database.close()
    pytest.fail(f"no worker took the job: {house.log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A migrated platform without processes."""
    house = House(tmp_path)
    house.call("manage.py", "migrate", "--verbosity", "0")
    return house


@pytest.mark.sqlite_only
def test_kill_at_every_stage_releases_every_job_exactly_once(house: House) -> None:
    caught: dict[str, str] = {}
    for stage in STAGES:
        for _attempt in range(TRIES):
            (job,) = house.driver("make", "1")
            with house.worker() as process:
                if caught_at(house, process, job, stage):
                    caught[stage] = job
                    break
    assert list(caught) == STAGES

    house.lose_every_message()
    with house.worker(), house.sweeper():
        told = settled(house)

    assert {job: (row["state"], row["reason"]) for job, row in told["jobs"].items()} == dict.fromkeys(
        told["jobs"], ("released", "")
    )
    assert all(row["released"] == row["releases"] == 1 for row in told["jobs"].values())
    assert all(row["way"].count("released") == 1 for row in told["jobs"].values())
    assert all(told["jobs"][job]["taken_over"] >= 1 for job in caught.values())
    assert told["released_files"] == told["recorded_files"]
    assert told["working_files"] == []


@pytest.mark.sqlite_only
def test_losing_every_broker_message_loses_no_job(house: House) -> None:
    jobs = house.driver("make", "3")
    assert house.lose_every_message() >= len(jobs)
    shutil.rmtree(house.var / "broker")

    with house.worker(), house.sweeper():
        told = settled(house)

    assert sorted(told["jobs"]) == sorted(jobs)
    assert all((row["state"], row["released"]) == ("released", 1) for row in told["jobs"].values())
    assert told["released_files"] == told["recorded_files"]


def settled(house: House) -> Any:
    """Wait until every job is released and the working store is empty, and return the report; fail with the log."""
    database = house.database()
    deadline = time.monotonic() + DONE_WITHIN
    open_jobs = "SELECT count(*) FROM jobs_job WHERE state <> 'released'"
    store = house.var / "media" / "working"
    while time.monotonic() < deadline:
        if not database.execute(open_jobs).fetchone()[0] and not (store.is_dir() and any(store.iterdir())):
            break
        time.sleep(0.2)
    database.close()
    told = house.driver("report")
    if any(row["state"] != "released" for row in told["jobs"].values()):
        pytest.fail(f"{json.dumps(told, indent=1)}\n{house.log.read_text(errors='replace')[-4000:]}")
    return told
