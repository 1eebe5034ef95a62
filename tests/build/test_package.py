"""What is shipped: a wheel whose `hallmark` command works by itself, and nothing under a licence we cannot pass on."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = "001191000000HALLMARK051TEST"
# The GNU GPL and AGPL would bind the platform itself; the LGPL (psycopg2) does not.
STRONG_COPYLEFT = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )(?:Affero )?General Public License", re.IGNORECASE)


def licence(distribution: importlib.metadata.Distribution) -> str:
    """Return what a package says about its terms: the SPDX expression, the classifiers, the short licence field."""
    told = distribution.metadata
    classifiers = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    short = (told.get("License") or "").strip().splitlines()[:1]
    return " | ".join([*(told.get_all("License-Expression") or []), *classifiers, *short])


def runtime_packages() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z0-9._-]+)==\S+(?: ; (.*?))? \\$", text, re.MULTILINE)
    return [name for name, marker in names if "win32" not in marker and "< '3.11.3'" not in marker]


@pytest.mark.parametrize("name", runtime_packages())
def test_no_package_of_the_run_time_lock_is_under_the_gpl(name):
    try:
        told = licence(importlib.metadata.distribution(name))
    except importlib.metadata.PackageNotFoundError:
        return  # for another platform or Python

    assert told, f"{name} says nothing about its licence"
    assert not STRONG_COPYLEFT.search(told), told


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License", True),
        ("LGPL-3.0-only", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("LGPL with exceptions", False),
        ("MIT", False),
    ],
)
def test_the_gpl_is_told_from_the_lgpl(told, refused):
    assert bool(STRONG_COPYLEFT.search(told)) is refused


def test_everything_vendored_is_in_the_notice():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "static" / "vendor").rglob("*.min.*")]

    assert files
    assert [name for name in files if name not in notice] == []


@pytest.mark.slow
def test_the_command_works_from_an_installed_wheel(tmp_path):
    source, wheels, site = tmp_path / "source", tmp_path / "wheels", tmp_path / "site"
    left_out = shutil.ignore_patterns(".git", ".venv", "var", "shots", "tests", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=left_out)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    offline = ["--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*pip, "wheel", str(source), *offline, "--no-build-isolation", "-w", str(wheels)], check=True, cwd=tmp_path
    )
    wheel = next(wheels.glob("hallmark-*.whl"))
    subprocess.run([*pip, "install", str(wheel), *offline, "--target", str(site)], check=True, cwd=tmp_path)
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "in.png")
    command = [sys.executable, str(site / "bin" / "hallmark")]
    environment = {**os.environ, "PYTHONPATH": str(site)}

    labelled = subprocess.run(
        [*command, "label", "in.png", "-o", "out.png", "--producer", CODE, "--id", "job-1"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    read = subprocess.run(
        [*command, "read", "out.png", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (labelled.returncode, read.returncode) == (0, 0), labelled.stderr + read.stderr
    assert CODE in read.stdout
    assert (site / "media_jobs" / "labelling" / "fonts" / "OFL.txt").exists()
    assert list((site / "compliance" / "register" / "texts").glob("*.md"))
