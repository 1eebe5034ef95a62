"""Run the platform's processes as one: started together, logged apart, restarted when one dies, stopped together.

For one machine and for the demo. A deployment gives this to its service manager (docker-compose.yml).
"""

import collections
import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10.0
# More deaths than this within the window and the child is not restarted: the log's tail says more than a loop.
MOST_DEATHS = 3
DEATH_WINDOW_SECONDS = 60.0
TAIL_LINES = 15
LAST_PORT = 65535


class SupervisorError(Exception):
    """A child keeps dying; the text names its log and shows the end of it."""


def _answers_elsewhere(port: int) -> bool:
    """Return whether another program would take the calls to http://localhost:PORT: browsers try IPv6 first."""
    with contextlib.suppress(OSError), socket.create_connection(("::1", port), timeout=0.5):
        return True
    return False


def free_socket(host: str, wanted: int, *, tries: int = 100) -> socket.socket:
    """Return a listening socket on the wanted port, or on the next free one.

    The bound socket itself is handed to the web server: nobody can take the port in between.

    Raises:
        OSError: there is no such port, or this one and the following are taken or not ours to open.
    """
    if not 0 < wanted <= LAST_PORT:
        raise OSError(f"{wanted} is no port: name one from 1024 to {LAST_PORT}, for instance PORT=8000")
    refused = ""
    for port in range(wanted, min(wanted + tries, LAST_PORT + 1)):
        candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
            candidate.listen(128)
            if _answers_elsewhere(port):
                raise OSError(errno.EADDRINUSE, "another program answers on [::1]")
        except OSError as error:
            candidate.close()
            refused = error.strerror or str(error)
            continue
        candidate.set_inheritable(True)
        return candidate
    raise OSError(f"port {wanted} of {host} cannot be had, nor those after it ({refused}): name another, PORT=8000")


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when our parent dies, even by SIGKILL (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the platform: its name, its command, its log."""

    name: str
    command: Sequence[str]
    log: Path
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    deaths: collections.deque[float] = field(default_factory=lambda: collections.deque(maxlen=MOST_DEATHS + 1))

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it, its output appended to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                self.command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                pass_fds=self.pass_fds,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has no threads
            )

    def tail(self) -> str:
        """Return the last lines of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-TAIL_LINES:])


class Supervisor:
    """Keeps the children running until told to stop."""

    def __init__(
        self,
        children: Sequence[Child],
        environment: Mapping[str, str] | None = None,
        *,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.children = list(children)
        self.stop_seconds = stop_seconds
        self.environment = dict(environment if environment is not None else os.environ)

    def start(self, *names: str) -> None:
        """Start the children of these names, or all that were never started."""
        for child in self.children:
            if child.process is None and (not names or child.name in names):
                child.start(self.environment)

    def pids(self) -> dict[str, int]:
        """Return the process id of every child that was started."""
        return {child.name: child.process.pid for child in self.children if child.process}

    def tend(self) -> list[str]:
        """Restart what died; return the names of what was restarted.

        Raises:
            SupervisorError: a child died too often to be restarted again.
        """
        restarted = []
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            now = time.monotonic()
            child.deaths.append(now)
            recent = [moment for moment in child.deaths if now - moment < DEATH_WINDOW_SECONDS]
            if len(recent) > MOST_DEATHS:
                raise SupervisorError(
                    f"{child.name} keeps dying (exit status {child.process.returncode}). Its log, {child.log}, ends:\n"
                    f"{child.tail()}"
                )
            child.start(self.environment)
            restarted.append(child.name)
        return restarted

    def stop(self) -> None:
        """Ask every child to stop, wait, then end what is left."""
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + self.stop_seconds
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
