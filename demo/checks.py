"""What the demo checks from outside: the files themselves, the log, with programs that do not know the server."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from demo.console import StoryError
from demo.server import ROOT, Server

VERIFIER = ROOT / "compliance" / "audit" / "offline" / "hallmark_verify.py"


def manage(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a management command on the demo's instance."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=server.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def read_label(file: Path) -> dict[str, Any]:
    """Run `hallmark read FILE --json`; return the seven keys of the AIGC label.

    Raises:
        StoryError: it finds none, finds it wrong, or the command is not installed.
    """
    program = Path(sys.executable).parent / "hallmark"
    done = subprocess.run([str(program), "read", str(file), "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoryError(f"hallmark read ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    values: dict[str, Any] = json.loads(done.stdout)["labels"][0]["values"]
    return values


def verify_offline(proof: Path, file: Path, key: str) -> str:
    """Run the one-file verifier in a Python of its own, with the log's key; return what it says.

    Raises:
        StoryError: the proof does not prove.
    """
    command = [sys.executable, "-I", str(VERIFIER), str(proof), "--file", str(file)]
    done = subprocess.run([*command, *(["--vkey", key] if key else [])], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoryError(f"the proof does not prove: {(done.stdout + done.stderr).strip()[-300:]}")
    said = dict(re.findall(r"^(\w+(?: \w+)?)\s{2,}(\S.*)$", done.stdout, re.MULTILINE))
    return f"{done.stdout.split()[0]}: {said['event']}, entry {said['position']} of {said['signed log']}"
