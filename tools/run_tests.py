"""`make test`: the whole suite on SQLite, then what needs a database on a real PostgreSQL and Valkey."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import services  # noqa: E402 - the checkout is not on the path of a script in tools/

OUTSIDE = {"chromium": "chromium", "exiftool": "libimage-exiftool-perl", "ffprobe": "ffmpeg", "mediainfo": "mediainfo"}
SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")
NO_TESTS = 5
# The pure rooms never see a database: one run of their tests is enough.
PURE = ("tests/media_jobs/labelling", "tests/media_jobs/isolation", "tests/compliance/rules")


def suite(title: str, *options: str, variables: Mapping[str, str] | None = None, without: Sequence[str] = ()) -> int:
    """Run pytest in a child of its own; return its exit status."""
    print(f"\n=== {title}", flush=True)
    workers = os.environ.get("TEST_WORKERS", str(min(2, os.cpu_count() or 1)))
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, *options, *sys.argv[1:]]
    environment = {name: value for name, value in os.environ.items() if name not in without} | dict(variables or {})
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 0 if status == NO_TESTS and sys.argv[1:] else status


def main() -> int:
    """Run both; return the first failure's status, after both have run."""
    missing = [f"{name} (apt-get install {package})" for name, package in OUTSIDE.items() if not shutil.which(name)]
    if missing:
        print(f"Not installed, so its tests are skipped: {', '.join(missing)}", flush=True)
    first = suite("SQLite, filesystem broker, browser", without=SERVERS)
    with services.environment() as variables:
        ignored = [f"--ignore={folder}" for folder in PURE]
        second = suite("PostgreSQL, Valkey", "-m", "not browser", *ignored, variables=variables)
    return first or second


if __name__ == "__main__":
    sys.exit(main())
