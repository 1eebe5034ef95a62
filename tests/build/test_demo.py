"""`make demo` as somebody runs it: it passes, leaves what it promises, refuses a second one, and says what failed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo.server import running

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.timeout(400)]


def demo(var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PORT"}}
    return subprocess.run(
        [sys.executable, "-m", "demo", "--var", str(var), "--port", "8950"],
        cwd=ROOT,
        env={**environment, "HALLMARK_INSTALL_SECONDS": "7.5", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_whole_story_passes_and_leaves_its_evidence(tmp_path: Path) -> None:
    done = demo(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    steps = [int(number) for number in re.findall(r"^ *(\d+)  \S", done.stdout, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert re.search(r"^install 7\.5 s, story \d+\.\d s$", done.stdout, re.MULTILINE)
    assert done.stdout.rstrip().endswith("make serve DEMO=1")
    assert "http://localhost:" in done.stdout
    names = {path.name for path in (tmp_path / "story").iterdir()}
    assert names >= {"photograph-source.png", "photograph-target.png", "proof.json", "labelled.png"}
    assert len([name for name in names if name.startswith("consent-receipt")]) == 2
    # Whatever synthetic picture lies outside the working store carries its label.
    for path in tmp_path.rglob("*.png"):
        if tmp_path / "media" not in path.parents and not path.name.startswith("photograph-"):
            assert b"ContentProducer" in path.read_bytes(), path
    proof = json.loads((tmp_path / "story" / "proof.json").read_text())
    assert proof["entry"]


def test_a_second_one_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, 8960):
        done = demo(tmp_path)

    assert done.returncode == 1
    assert "FAILED at step 1" in done.stderr
    assert "A server is already running" in done.stderr


def test_a_failed_step_names_itself_the_reason_and_the_log(tmp_path: Path) -> None:
    done = demo(tmp_path, ENGINES_ENABLED="gateway")

    assert done.returncode == 1
    assert re.search(r"FAILED at step \d+: She uploads two painted portraits", done.stderr)
    assert "has no form with" in done.stderr
    assert "logs/serve.log" in done.stderr
    assert "Traceback" not in done.stderr
