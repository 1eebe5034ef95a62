"""`make bench`: run every benchmark in a process of its own, one after the other."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run bench_*.py; return the number of those that broke."""
    broken = 0
    for script in sorted(FOLDER.glob("bench_*.py")):
        sys.stdout.write(f"\n=== {script.stem.removeprefix('bench_')}\n")
        sys.stdout.flush()
        broken += subprocess.run([sys.executable, str(script)], check=False).returncode != 0
    return broken


if __name__ == "__main__":
    sys.exit(main())
