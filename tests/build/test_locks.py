"""The locks hold what a fresh machine installs: pinned by hash, no host, one version in both."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import hygiene

ROOT = Path(__file__).resolve().parent.parent.parent


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock"])
def test_every_pin_has_a_hash(name):
    assert pins(name)

    assert hygiene.lock_findings(ROOT / name) == []


def test_a_pin_without_hash_is_found(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("django==5.2.19\n    # via hallmark\n")

    assert hygiene.lock_findings(lock) == ["requirements.lock: no hash: django==5.2.19"]


def test_the_developers_lock_contains_the_run_time_one():
    runtime, developers = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: developers.get(name) for name in runtime} == runtime


def test_nothing_tracked_names_a_registry_host_or_a_machine_path():
    done = subprocess.run(
        [sys.executable, "-m", "tools.hygiene"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "no host, no machine path, every pin has its hash\n"
    assert done.returncode == 0
