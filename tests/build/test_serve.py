"""`manage.py serve`: one command runs the platform, and nothing of it outlives that command, however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.supervisor import Child, Supervisor, SupervisorError, free_socket
from demo.console import StoryError
from demo.server import environment, running

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 60


def until(true: Callable[[], bool], seconds: float = WAIT_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    """A platform on a folder of its own, wanted on a port that is taken."""
    taken = socket.create_server(("127.0.0.1", 0))
    port, ready = taken.getsockname()[1], tmp_path / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--ready-file", str(ready)],
        cwd=ROOT,
        # A company's proxy knows nothing of this machine's own addresses.
        env={
            **os.environ,
            "HALLMARK_VAR": str(tmp_path / "var"),
            "DATABASE_URL": "",
            "http_proxy": "http://127.0.0.1:9",
            "no_proxy": "",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert until(lambda: ready.exists() or process.poll() is not None)
    assert ready.exists(), process.communicate()[0]
    try:
        yield process, {**json.loads(ready.read_text()), "taken": port}
    finally:
        taken.close()
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_serves_on_another_port_says_who_can_log_in_and_stops_everything(served):
    process, facts = served
    assert facts["port"] != facts["taken"]
    with urllib.request.urlopen(f"http://127.0.0.1:{facts['port']}/verify/", timeout=20) as answer:
        assert answer.status == 200
    assert set(facts["pids"]) == {"web", "worker", "sequencer", "sweeper"}

    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=WAIT_SECONDS)[0]

    assert process.returncode == 0
    assert f"Port {facts['taken']} is taken; using {facts['port']}." in said
    assert f"http://localhost:{facts['port']}" in said
    assert "13800138001" in said
    assert not [name for name, pid in facts["pids"].items() if alive(pid)]


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_a_killed_server_takes_its_children_with_it_and_a_second_one_is_refused(served):
    process, facts = served
    var = Path(facts["var"])
    with pytest.raises(StoryError, match="already running"), running(var, int(facts["port"])):
        pass

    process.kill()
    process.wait()

    assert until(lambda: not [pid for pid in facts["pids"].values() if alive(pid)], 20)


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_a_killed_story_takes_the_server_with_it(tmp_path):
    script = (
        "import sys, time, pathlib; from demo.server import running\n"
        "with running(pathlib.Path(sys.argv[1]), 8970) as server:\n"
        "    print('running', flush=True); time.sleep(600)"
    )
    story = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert story.stdout
    assert story.stdout.readline() == "running\n"
    facts = json.loads(next((tmp_path / "logs").glob("ready-*.json")).read_text())

    story.kill()
    story.communicate()

    assert until(lambda: not [pid for pid in (facts["pid"], *facts["pids"].values()) if alive(pid)], 20)


def test_the_demo_never_touches_another_platforms_database(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:else@db.example/production")
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/production")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "another.settings")
    monkeypatch.setenv("ENGINES_ENABLED", "gateway")

    found = environment(tmp_path)

    assert not {"DATABASE_URL", "SECRET_KEY_FILE", "DJANGO_SETTINGS_MODULE"} & set(found)
    assert found["ENGINES_ENABLED"] == "gateway"
    assert found["HALLMARK_VAR"] == str(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"MESSAGES_PER_ADDRESS": "many"}, "MESSAGES_PER_ADDRESS is 'many': write a whole number"),
        ({"HALLMARK_VAR": "/proc/nowhere"}, "/proc/nowhere"),
        ({"DATABASE_URL": ""}, "cannot be used: file is not a database"),
    ],
)
def test_what_cannot_start_says_so_in_a_line(tmp_path, broken, said):
    (tmp_path / "hallmark.sqlite3").write_text("no database at all")
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "8980"],
        cwd=ROOT,
        env={**os.environ, "HALLMARK_VAR": str(tmp_path), **broken},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", [0, 65536, 700000])
def test_what_is_no_port_is_said(port):
    with pytest.raises(OSError, match=f"{port} is no port"):
        free_socket("127.0.0.1", port)


def test_a_port_that_another_program_has_on_ipv6_is_not_taken():
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        return  # this machine has no IPv6
    with other, free_socket("127.0.0.1", other.getsockname()[1]) as found:
        assert found.getsockname()[1] != other.getsockname()[1]


def test_a_dead_child_is_restarted(tmp_path):
    started = tmp_path / "started"
    script = f"open({str(started)!r}, 'a').write('x'); import time; time.sleep(60)"
    supervisor = Supervisor([Child("one", [sys.executable, "-c", script], tmp_path / "one.log")])
    supervisor.start()
    try:
        assert until(lambda: started.exists() and started.read_text() == "x")
        os.kill(supervisor.pids()["one"], signal.SIGKILL)

        assert until(lambda: supervisor.tend() == ["one"])
        assert until(lambda: started.read_text() == "xx")
    finally:
        supervisor.stop()


def test_a_child_that_keeps_dying_ends_it_with_the_tail_of_its_log(tmp_path):
    script = "print('the database is missing'); raise SystemExit(3)"
    supervisor = Supervisor([Child("web", [sys.executable, "-c", script], tmp_path / "web.log")])
    supervisor.start()

    def tend_for_ever() -> None:
        while True:
            supervisor.tend()
            time.sleep(0.02)

    with pytest.raises(SupervisorError, match=r"web keeps dying \(exit status 3\)(.|\n)*the database is missing"):
        tend_for_ever()


def test_a_stubborn_child_is_ended_all_the_same(tmp_path):
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    log = tmp_path / "deaf.log"
    supervisor = Supervisor([Child("deaf", [sys.executable, "-c", script], log)], stop_seconds=0.3)
    supervisor.start()
    assert until(lambda: log.exists() and "deaf" in log.read_text())

    supervisor.stop()

    assert not alive(supervisor.pids()["deaf"])


def test_the_next_free_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with free_socket("127.0.0.1", port) as found:
            assert port < found.getsockname()[1] < port + 100
