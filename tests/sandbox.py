"""A var folder of its own for every test process, chosen before Django reads its settings.

Loaded by `-p tests.sandbox` (pyproject.toml): pytest-django touches the settings before any conftest is imported.
Nothing that a test writes lands in the checkout, and two pytest-xdist workers never share an outbox or a broker.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _own_place() -> Path:
    if not _WORKER:
        os.environ["HALLMARK_TEST_VAR"] = tempfile.mkdtemp(prefix="hallmark-test-")
    place = Path(os.environ["HALLMARK_TEST_VAR"]) / (_WORKER or "main")
    (place / "static").mkdir(parents=True)  # WhiteNoise warns about a missing root, and warnings are errors here
    return place


def _own_numbers() -> None:
    """Give this worker its own numbered databases on the Valkey that tests.services started."""
    number = int(_WORKER.removeprefix("gw") or 0) if _WORKER else 0
    for name, offset in (("CELERY_BROKER_URL", 0), ("CACHE_URL", 1)):
        url = os.environ.get(name, "")
        if url.startswith("redis://127.0.0.1"):
            os.environ[name] = f"{url.rsplit('/', 1)[0]}/{2 * number + offset}"


VAR = _own_place()
os.environ["HALLMARK_VAR"] = str(VAR)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread that also asks the database
_own_numbers()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the run wrote; the workers are gone by the time the first process gets here."""
    if not _WORKER:
        shutil.rmtree(os.environ["HALLMARK_TEST_VAR"], ignore_errors=True)
