"""`make reset`: delete one instance's var folder, but never under a running server."""

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Delete the folder named; it must lie in this checkout's var/."""
    target = (ROOT / arguments[0]).resolve()
    if target.parent != ROOT / "var":
        print(f"reset: {target} is not a folder of var/", file=sys.stderr)
        return 10
    if not target.exists():
        print(f"{arguments[0]} is not there: nothing to delete")
        return 0
    with (target / "serve.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"reset: a server is running on {arguments[0]}; stop it first", file=sys.stderr)
            return 1
        shutil.rmtree(target)
    print(f"deleted {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
