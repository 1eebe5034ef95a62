"""The child's side: limit yourself, then call the one function that was asked for.

Started by the runner as `python -m media_jobs.isolation.child ANSWER PROGRESS` with the request on stdin.
"""

import errno
import json
import os
import resource
import signal
import sys
import traceback
from importlib import import_module

from media_jobs.isolation import progress
from media_jobs.isolation.errors import PortableError
from media_jobs.isolation.limits import Limits

_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Read the request on stdin, answer as JSON on the descriptor named by the first argument; exit code 0 or 1."""
    answer_fd, progress_fd = int(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(progress_fd, False)  # noqa: FBT003 - the C signature
    progress.attach(progress_fd)
    os.set_inheritable(answer_fd, False)  # noqa: FBT003 - the C signature
    request = json.loads(sys.stdin.buffer.read())
    _die_with_parent(int(request["parent"]))
    _limit(Limits(**request["limits"]))
    reply = _answer(str(request["target"]), request["payload"])
    data = json.dumps(reply).encode()
    with os.fdopen(answer_fd, "wb") as pipe:
        pipe.write(data)
    return 0 if "ok" in reply else 1


def _die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the worker that waits for it is killed; other systems have no such wish."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before the wish was registered


def _limit(limits: Limits) -> None:
    """Put the ceilings on this process; it cannot raise them again."""
    ceilings = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_FSIZE: (limits.file_bytes, limits.file_bytes),
        resource.RLIMIT_NOFILE: (limits.open_files, limits.open_files),
        resource.RLIMIT_AS: (limits.memory_bytes, limits.memory_bytes),
    }
    if limits.data_bytes is not None:
        ceilings[resource.RLIMIT_DATA] = (limits.data_bytes, limits.data_bytes)
    for what, wanted in ceilings.items():
        _, present = resource.getrlimit(what)
        allowed = wanted if present == resource.RLIM_INFINITY else tuple(min(value, present) for value in wanted)
        resource.setrlimit(what, (allowed[0], allowed[1]))


def _answer(target: str, payload: dict[str, object]) -> dict[str, object]:
    """Call the target; every outcome becomes a reply, and a surprise also leaves its traceback on stderr."""
    module, _, name = target.partition(":")
    try:
        return {"ok": getattr(import_module(module), name)(payload)}
    except PortableError as error:
        kind = type(error)
        return {
            "refused": {
                "class": f"{kind.__module__}:{kind.__qualname__}",
                "code": error.code,
                "message": error.message,
                "way_out": error.way_out,
                "params": error.params,
            }
        }
    except MemoryError:
        return {"memory": True}
    except (
        Exception
    ) as error:  # the border of the process: the parent must learn of any failure, and the child ends here
        traceback.print_exc()
        if "Insufficient memory" in str(error):  # cv2.error has no class of its own for it
            return {"memory": True}
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return {"failed": "file_size"}
        return {"failed": type(error).__name__}


if __name__ == "__main__":
    sys.exit(main())
