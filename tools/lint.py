"""`make lint`: everything that reads the code without running it; all of it runs, then the failures are named."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STEPS: dict[str, tuple[str, ...]] = {
    "ruff format": ("ruff", "format", "--check", "."),
    "ruff": ("ruff", "check", "."),
    "import-linter": ("lint-imports", "--no-logo"),
    "djlint": ("djlint", "--lint", "--quiet", "templates"),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "catalogues": ("python", "-m", "tools.catalogues"),
    "locks and paths": ("python", "-m", "tools.hygiene"),
    "mypy": ("mypy",),
}


def main() -> int:
    """Run every step, show the output of those that fail, return 1 when one did."""
    environment = {**os.environ, "HALLMARK_VAR": str(ROOT / "var" / "lint"), "NO_COLOR": "1"}
    failed = []
    for title, (program, *options) in STEPS.items():
        started = time.monotonic()
        done = subprocess.run(
            [str(BIN / program), *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"  {title:<16} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode:
            failed.append(title)
            print(f"{done.stdout}{done.stderr}".strip(), flush=True)
    if failed:
        print(f"lint: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
