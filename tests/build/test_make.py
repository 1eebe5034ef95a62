"""make says what it can do, and a machine that lacks something is told what to install."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def bare_copy(tmp_path: Path) -> Path:
    """Return a folder with what bootstrap reads and no .venv."""
    place = tmp_path / "checkout"
    (place / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "bootstrap.py", place / "tools")
    for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.lock"))):
        shutil.copy(ROOT / name, place)
    return place


def test_help_lists_every_target():
    done = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")}

    assert {"demo", "test", "serve", "reset", "check", "lint", "lock", "bench", "help"} <= listed


def test_a_python_without_venv_names_the_apt_line(tmp_path):
    place, shadow = bare_copy(tmp_path), tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "ensurepip.py").write_text("raise ImportError('Debian keeps ensurepip in python3-venv')\n")
    environment = {**os.environ, "PYTHONPATH": str(shadow)}

    done = subprocess.run(
        ["make", "-s", "demo", f"PYTHON={sys.executable}"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / ".venv").exists()


@pytest.mark.slow
def test_a_lock_that_cannot_be_installed_says_where_it_stopped(tmp_path):
    place = bare_copy(tmp_path)
    environment = {**os.environ, "UV_OFFLINE": "1", "PIP_NO_INDEX": "1", "UV_CACHE_DIR": str(tmp_path / "none")}
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        environment.pop(name, None)
    environment["PIP_CONFIG_FILE"] = os.devnull

    done = subprocess.run(
        [sys.executable, "tools/bootstrap.py"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Installation failed at:" in done.stderr
    assert "Traceback" not in done.stderr


def test_reset_refuses_what_is_not_a_var_folder():
    done = subprocess.run(
        [sys.executable, "tools/reset.py", "docs"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 10
    assert (ROOT / "docs").is_dir()


def test_reset_says_what_went():
    place = ROOT / "var" / "reset-test"
    place.mkdir(parents=True)
    (place / "audit-last-signed.json").write_text("{}")

    done = subprocess.run(
        [sys.executable, "tools/reset.py", "var/reset-test"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert done.stdout.startswith("deleted var/reset-test: 2 files, 0.0 MB (database, keys, ")
    assert not place.exists()


def test_uv_hears_what_pip_was_told(tmp_path):
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://mirror.example/simple\nfind-links = /a\n  /b\ncert = /etc/company.pem\n"
    )
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_", "SSL_"))}
    script = (
        "import json, os, pathlib, sys; from tools import bootstrap; "
        "bootstrap.uv_hears_what_pip_knows(pathlib.Path(sys.executable)); print(json.dumps(dict(os.environ)))"
    )

    def heard(**own: str) -> dict[str, str]:
        environment = {**plain, "PIP_CONFIG_FILE": str(settings), **own}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    told = heard()
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["SSL_CERT_FILE"] == "/etc/company.pem"
    assert told["UV_FIND_LINKS"].endswith("/a,/b")
    assert heard(UV_FIND_LINKS="/mine")["UV_FIND_LINKS"] == "/mine"  # uv's own setting stays
