"""Run one function on untrusted media in a fresh child process, and bring back its answer or its refusal (law 8)."""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from media_jobs.isolation.errors import PortableError, isolation_error
from media_jobs.isolation.limits import DEFAULT, Limits

TARGET = re.compile(r"media_jobs(?:\.[a-z_][a-z0-9_]*)+:[a-z_][a-z0-9_]*")
_ERROR_CLASS = re.compile(r"(media_jobs\.[a-z_]+\.errors):([A-Z][A-Za-z]*)")
_ROOT = Path(__file__).resolve().parents[2]
_STDERR_TAIL = 8 * 1024
_CHUNK = 64 * 1024
# What the child may know of our environment: no database address, no key, no settings module.
_PASSED_ON = ("PATH", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")


def run_isolated(
    target: str,
    payload: Mapping[str, object],
    *,
    limits: Limits = DEFAULT,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, object]:
    """Call `target(payload)` in a fresh Python with limits on memory, processor, time, files; return its answer.

    The child has its own session; whatever happens, the whole group is killed before this returns.

    Args:
        target: "media_jobs.package.module:function"; the function takes and returns a JSON-able dict.
        payload: JSON-able; paths in it are to be absolute.
        limits: ceilings for the child.
        on_progress: called with (done, total) whenever the target calls isolation.progress.report.

    Raises:
        ValueError: the target is not one of ours, or the payload is not JSON.
        PortableError: the refusal that the target raised, same class, code and parameters (e.g. MediaError).
        IsolationError: isolation.timeout, isolation.memory, isolation.crashed, isolation.failed.
    """
    if not TARGET.fullmatch(target):
        msg = f"not a target of this house: {target!r}"
        raise ValueError(msg)
    request = json.dumps({"target": target, "payload": payload, "limits": asdict(limits), "parent": os.getpid()})
    answer_read, answer_write = os.pipe()
    progress_read, progress_write = os.pipe()
    try:
        child = subprocess.Popen(
            [sys.executable, "-s", "-m", "media_jobs.isolation.child", str(answer_write), str(progress_write)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=_ROOT,
            env=_environment(),
            pass_fds=(answer_write, progress_write),
            start_new_session=True,
        )
    except BaseException:
        os.close(answer_read)
        os.close(progress_read)
        raise
    finally:
        os.close(answer_write)
        os.close(progress_write)
    told = _Told(progress_read, on_progress)
    try:
        answer, stderr, in_time = _converse(child, request.encode(), answer_read, limits, told)
    finally:
        os.close(answer_read)
        os.close(progress_read)
        _end(child)
    return _judge(answer, stderr, in_time=in_time, returncode=child.returncode, limits=limits)


def _environment() -> dict[str, str]:
    """The child's whole environment: where programs are, a locale, one thread per maths library."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed,
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _converse(
    child: "subprocess.Popen[bytes]", request: bytes, answer_fd: int, limits: Limits, told: "_Told"
) -> tuple[bytes, bytes, bool]:
    """Write the request, read answer and stderr until both close or time is up: (answer, stderr tail, in time)."""
    assert child.stdin is not None  # noqa: S101 - both pipes were asked for
    assert child.stderr is not None  # noqa: S101
    deadline = time.monotonic() + limits.wall_seconds
    answer, stderr = bytearray(), bytearray()
    stdin_fd, stderr_fd = child.stdin.fileno(), child.stderr.fileno()
    os.set_blocking(stdin_fd, False)
    to_write = memoryview(request)
    with selectors.DefaultSelector() as selector:
        selector.register(stdin_fd, selectors.EVENT_WRITE)
        selector.register(stderr_fd, selectors.EVENT_READ)
        selector.register(answer_fd, selectors.EVENT_READ)
        selector.register(told.descriptor, selectors.EVENT_READ)
        waiting_for = {stderr_fd, answer_fd}
        while waiting_for:
            left = deadline - time.monotonic()
            if left <= 0:
                return bytes(answer), bytes(stderr), False
            for key, _ in selector.select(left):
                if key.fd == stdin_fd:
                    try:
                        to_write = to_write[os.write(stdin_fd, to_write) :]
                    except BrokenPipeError:
                        to_write = to_write[:0]
                    if not to_write:
                        selector.unregister(stdin_fd)
                        child.stdin.close()
                    continue
                data = os.read(key.fd, _CHUNK)
                if not data:
                    selector.unregister(key.fd)
                    waiting_for.discard(key.fd)
                elif key.fd == told.descriptor:
                    told.hear(data)
                elif key.fd == answer_fd:
                    answer += data
                    if len(answer) > limits.answer_bytes:
                        return b"", b"the answer is too long", True
                else:
                    stderr += data
                    del stderr[:-_STDERR_TAIL]
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return bytes(answer), bytes(stderr), False
    return bytes(answer), bytes(stderr), True


class _Told:
    """What the child says of its progress: lines [done, total]; anything else is passed over."""

    def __init__(self, descriptor: int, on_progress: Callable[[float, float], None] | None) -> None:
        self.descriptor = descriptor
        self._on_progress = on_progress
        self._rest = b""

    def hear(self, data: bytes) -> None:
        """Pass on the latest whole line."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-200:]
        if not lines or self._on_progress is None:
            return
        try:
            done, total = (float(number) for number in json.loads(lines[-1]))
        except (ValueError, TypeError):
            return
        self._on_progress(done, total)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kill the child's whole group, collect it, close its pipes."""
    with contextlib.suppress(ProcessLookupError):  # the group is gone already
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _judge(answer: bytes, stderr: bytes, *, in_time: bool, returncode: int, limits: Limits) -> dict[str, object]:
    """Turn what came back into the answer or the right error."""
    detail = stderr.decode("utf-8", "replace")
    if not in_time or returncode == -signal.SIGXCPU:
        raise isolation_error("isolation.timeout", detail=detail, params={"seconds": int(limits.wall_seconds)})
    try:
        reply = json.loads(answer)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        name = signal.Signals(-returncode).name if returncode < 0 else f"exit {returncode}"
        raise isolation_error("isolation.crashed", detail=detail, params={"ended": name})
    if isinstance(reply.get("ok"), dict):
        return dict(reply["ok"])
    if reply.get("memory"):
        mib = min(limits.memory_bytes, limits.data_bytes or limits.memory_bytes) // (1 << 20)
        raise isolation_error("isolation.memory", detail=detail, params={"mib": mib})
    refusal = _refusal(reply.get("refused"))
    if refusal is not None:
        raise refusal
    raise isolation_error("isolation.failed", detail=detail, params={"reason": str(reply.get("failed", ""))[:200]})


def _refusal(told: object) -> PortableError | None:
    """The child's PortableError rebuilt; None unless its class is one of `media_jobs.<room>.errors`."""
    if not isinstance(told, dict):
        return None
    found = _ERROR_CLASS.fullmatch(str(told.get("class", "")))
    params = told.get("params")
    if found is None or not isinstance(params, dict):
        return None
    try:
        kind = getattr(import_module(found[1]), found[2], None)
    except ImportError:
        return None
    if not (isinstance(kind, type) and issubclass(kind, PortableError)):
        return None
    return kind(str(told["code"]), str(told["message"]), params, way_out=str(told.get("way_out", "")))
