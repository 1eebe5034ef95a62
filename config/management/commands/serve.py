"""`manage.py serve`: the whole platform on one machine, until Ctrl-C."""

import contextlib
import fcntl
import io
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config.supervisor import Child, Supervisor, SupervisorError, free_socket

HOST = "127.0.0.1"
START_SECONDS = 60.0
TEND_SECONDS = 0.5


class Command(BaseCommand):
    requires_system_checks = []  # the web server's own start runs them
    help = "Run web server, worker, sequencer and sweeper on 127.0.0.1 until Ctrl-C"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="taken: the next free one is used")
        parser.add_argument(
            "--ready-file", type=Path, help="write {url, port, pid, pids, personas, var} here once it answers"
        )
        parser.add_argument("--workers", type=int, default=1, help="worker processes for media jobs")
        parser.add_argument("--quiet", action="store_true", help="print neither log-ins nor messages")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYED:
            raise CommandError("serve is for one machine; a deployment runs docker-compose.yml or its own services.")
        with _alone():
            self._serve(options["port"], options["ready_file"], options["workers"], quiet=options["quiet"])

    def _serve(self, wanted: int, ready_file: Path | None, workers: int, *, quiet: bool) -> None:
        _stop_on_signals()
        try:
            listener = free_socket(HOST, wanted)
        except OSError as error:
            raise CommandError(str(error)) from error
        port = listener.getsockname()[1]
        url = f"http://localhost:{port}"
        if port != wanted:
            self._say(f"Port {wanted} is taken; using {port}.")
        supervisor = Supervisor(_children(listener.fileno(), workers), _environment(url))
        messages = _Outbox(settings.OUTBOX_DIR)
        try:
            self._migrate()
            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing root
            # The web server first, what works behind it once that answers: it halves the wait on two cores.
            supervisor.start("web")
            personas = _personas()
            self._until_it_answers(supervisor, port)
            supervisor.start()
            if ready_file:
                ready = {"url": url, "port": port, "pid": os.getpid(), "pids": supervisor.pids(), "personas": personas}
                ready["var"] = str(settings.VAR_DIR)
                draft = ready_file.with_suffix(".draft")
                draft.write_text(json.dumps(ready), encoding="utf-8")
                draft.replace(ready_file)
            self._welcome(url, [] if quiet else personas)
            while True:
                time.sleep(TEND_SECONDS)
                for name in supervisor.tend():
                    self._say(f"{name} died and was restarted; see {_logs() / name}.log")
                if not quiet:
                    for line in messages.fresh():
                        self._say(line)
        except KeyboardInterrupt:
            self._say("\nStopping ...")
        except SupervisorError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database below {_shown(Path(settings.VAR_DIR))} cannot be used: {error}. Mend it, or delete this "
                "instance's data: make reset (the demo's: make reset DEMO=1)."
            ) from error
        finally:
            # Held open until here: while the web server restarts, its callers wait instead of being refused.
            listener.close()
            for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(stop, signal.SIG_IGN)
            supervisor.stop()
        self._say("Stopped.")

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Preparing the database ...")
            call_command("migrate", verbosity=0, interactive=False)

    def _until_it_answers(self, supervisor: Supervisor, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        # Our own address is never behind the proxy that the environment may name.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"http://{HOST}:{port}/", headers={"Host": f"localhost:{port}"})
        while time.monotonic() < deadline:
            supervisor.tend()
            try:
                with opener.open(request, timeout=START_SECONDS):
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:  # it answers, whatever the front page says
                    return
                raise SupervisorError(f"The front page answers {error.code}; see {_logs() / 'web.log'}") from error
            except OSError:
                time.sleep(0.1)
        raise SupervisorError(f"The web server did not answer within {START_SECONDS:.0f} s; see {_logs() / 'web.log'}")

    def _welcome(self, url: str, personas: list[dict[str, str]]) -> None:
        self._say(f"\nHallmark is running at {url}   (logs: {_shown(_logs())}; stop with Ctrl-C)")
        if personas:
            self._say(
                "\nLog in with one of these numbers; every message, codes included, is printed here as it is sent:"
            )
            for persona in personas:
                self._say(f"  {persona['log_in_with']:<14} {persona['persona']:<10} ({persona['seat']})")
            self._say(f"\nLog-in page: {url}/accounts/login/   messages: {_shown(settings.OUTBOX_DIR)}\n")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_on_signals() -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # its terminal was closed; nohup ignores that
        signal.signal(signal.SIGHUP, _interrupt)


def _logs() -> Path:
    return Path(settings.VAR_DIR) / "logs"


def _shown(path: Path) -> str:
    """Return the path as short as it can be said from here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Refuse a second server on the same var folder: two would share one outbox and one broker.

    Raises:
        CommandError: one is running.
    """
    with (Path(settings.VAR_DIR) / "serve.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"A server is already running on {_shown(Path(settings.VAR_DIR))}.") from error
        yield


def _environment(url: str) -> dict[str, str]:
    return {**os.environ, "HALLMARK_VAR": str(settings.VAR_DIR), "BASE_URL": url, "PYTHONUNBUFFERED": "1"}


def _children(listener: int, workers: int) -> list[Child]:
    python, manage = sys.executable, str(Path(settings.BASE_DIR) / "manage.py")
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener}", "--worker-class", "gthread"]
    web += ["--workers", "1", "--threads", "8", "--no-control-socket", "--chdir", str(settings.BASE_DIR)]
    celery = [python, "-m", "celery", "--app", "config.celery", "--workdir", str(settings.BASE_DIR), "worker"]
    celery += ["--pool", "solo", "--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    children = [Child("web", web, _logs() / "web.log", pass_fds=(listener,))]
    for number in range(1, workers + 1):
        name = "worker" if workers == 1 else f"worker{number}"
        children.append(Child(name, [*celery, "--hostname", f"{name}@localhost"], _logs() / f"{name}.log"))
    children.append(Child("sequencer", [python, manage, "audit_sequencer", "--skip-checks"], _logs() / "sequencer.log"))
    children.append(
        Child("sweeper", [python, manage, "pipeline_sweep", "--loop", "--skip-checks"], _logs() / "sweeper.log")
    )
    return children


def _personas() -> list[dict[str, str]]:
    """Seed the staff personas and return their log-ins."""
    answer = io.StringIO()
    call_command("seed_personas", "--json", stdout=answer)
    personas: list[dict[str, str]] = json.loads(answer.getvalue())
    return personas


class _Outbox:
    """Says each message that the console channel writes, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen = {path.name for path in folder.glob("*.json")}

    def fresh(self) -> list[str]:
        lines = []
        for path in sorted(self.folder.glob("*.json")):
            if path.name not in self.seen:
                self.seen.add(path.name)
                message = json.loads(path.read_text(encoding="utf-8"))
                lines.append(f"  [{message['channel']} to {message['to']}] {message['body']}")
        return lines
