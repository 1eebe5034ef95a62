"""A skip is a line with its reason on a laptop and a failure in CI; no test reaches another machine."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run_suite(tmp_path: Path, source: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "strict.py").read_text())
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    environment = {**os.environ, "CI": ci}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:django", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


SKIPS = "import pytest\n\n\ndef test_it():\n    pytest.skip('missing: apt-get install libimage-exiftool-perl')\n"


def test_a_skip_passes_on_a_laptop_and_names_its_reason(tmp_path):
    done = run_suite(tmp_path, SKIPS, ci="")

    assert done.returncode == 0
    assert "apt-get install libimage-exiftool-perl" in done.stdout


def test_a_skip_fails_in_ci(tmp_path):
    done = run_suite(tmp_path, SKIPS, ci="true")

    assert done.returncode == 1
    assert "CI=true forbids it" in done.stdout


def test_a_module_that_skips_itself_fails_in_ci(tmp_path):
    done = run_suite(tmp_path, "import pytest\n\npytest.skip('no', allow_module_level=True)\n", ci="true")

    assert done.returncode != 0


def test_no_test_reaches_another_machine(tmp_path):
    source = "import socket\n\n\ndef test_it():\n    socket.create_connection(('192.0.2.1', 80), timeout=1)\n"

    done = run_suite(tmp_path, source, ci="")

    assert done.returncode == 1
    assert "OutsideConnectionError" in done.stdout
