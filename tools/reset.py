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
        sizes = [path.lstat().st_size for path in target.rglob("*") if not path.is_dir()]
        try:
            shutil.rmtree(target)
        except OSError as error:
            print(f"reset: {error}", file=sys.stderr)
            return 1
    print(
        f"deleted {arguments[0]}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB "
        "(database, keys, pictures, messages, logs, the log's guard file)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
