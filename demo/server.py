"""The server that the story talks to: `manage.py serve` on var/demo, as its own process, stopped with the story."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.supervisor import die_with_parent
from demo.console import StoryError

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
# What a developer's shell may name for another platform. The demo has a database, a store and keys of its own.
NOT_OURS = {
    *("HALLMARK_DEPLOYED", "DJANGO_SETTINGS_MODULE", "DJANGO_DEBUG", "DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL"),
    *("MEDIA_ROOT", "AUDIT_GUARD_FILE", "AUDIT_ORIGIN", "AUDIT_SIGNING_KEY", "AUDIT_SALT_KEY", "VAULT_KEYS"),
    *("VAULT_INDEX_KEY", "SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "BEHIND_PROXY", "PROVIDER_CODE"),
    *("SMS_BACKEND", "IDENTITY_BACKEND", "EMAIL_BACKEND", "MESSAGES_PER_ADDRESS"),
}


def environment(var: Path) -> dict[str, str]:
    """Return the environment in which a process works on the demo's instance and on no other."""
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in NOT_OURS}
    return {**kept, "HALLMARK_VAR": str(var), "PYTHONUNBUFFERED": "1"}


STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A running platform.

    Args:
        url: its address, http://localhost:PORT.
        var: its var folder.
        log: what `serve` itself said; its processes' logs lie in var/logs.
        personas: the staff's log-ins, as `manage.py seed_personas --json` gives them.
    """

    url: str
    var: Path
    log: Path
    personas: list[dict[str, str]]

    def environment(self) -> dict[str, str]:
        """Return the environment in which a management command sees the same instance."""
        return {**environment(self.var), "BASE_URL": self.url}


@contextlib.contextmanager
def running(var: Path, port: int) -> Iterator[Server]:
    """Start the platform on that var folder; stop it with all its processes.

    Raises:
        StoryError: it did not start; the text is what it said.
    """
    logs = var / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log, ready = logs / "serve.log", logs / f"ready-{os.getpid()}.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--quiet", "--port", str(port)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--ready-file", str(ready)],
            cwd=ROOT,
            env=environment(var),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # Ctrl-C reaches the story, which stops the server in order
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads; kill -9 of the story stops the server too
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready.exists():
            if process.poll() is not None:
                said = log.read_text(encoding="utf-8", errors="replace").strip()
                raise StoryError(said.splitlines()[-1] if said else f"serve ended with status {process.returncode}")
            if time.monotonic() > deadline:
                raise StoryError(f"the server did not answer within {START_SECONDS:.0f} s")
            time.sleep(0.05)
        facts = json.loads(ready.read_text(encoding="utf-8"))
        yield Server(url=facts["url"], var=var, log=log, personas=facts["personas"])
    finally:
        ready.unlink(missing_ok=True)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
