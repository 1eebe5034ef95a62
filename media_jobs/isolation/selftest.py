"""Misbehave on purpose: proves on this very machine that each ceiling of the runner holds (tests, deployment check)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from media_jobs.isolation.errors import IsolationError

Payload = dict[str, object]


def echo(payload: Payload) -> Payload:
    """Answer with the request, after printing noise that must not reach the answer."""
    print("noise on stdout", flush=True)  # noqa: T201 - the noise is the point
    sys.stderr.write("noise on stderr\n")
    os.write(1, b"noise from below Python")
    return {"echo": payload}


def environment(_payload: Payload) -> Payload:
    """Tell which environment variables the child sees, and its descriptors."""
    return {
        "names": sorted(os.environ),
        "descriptors": sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()),
    }


def hog_memory(_payload: Payload) -> Payload:
    """Ask for memory until there is none."""
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))


def spin(_payload: Payload) -> Payload:
    """Use the processor for ever."""
    while True:
        continue


def sleep(payload: Payload) -> Payload:
    """Wait without using the processor, beside a grandchild that does the same; the grandchild's id goes to a file."""
    grandchild = subprocess.Popen(["sleep", "600"])
    Path(str(payload["pid_file"])).write_text(str(grandchild.pid))
    time.sleep(600)
    return {}


def crash(payload: Payload) -> Payload:
    """Die by the named signal, as a broken decoder would."""
    os.kill(os.getpid(), signal.Signals[str(payload["signal"])])
    time.sleep(5)
    return {}


def write(payload: Payload) -> Payload:
    """Write a file of the given size."""
    size = int(str(payload["bytes"]))
    with Path(str(payload["path"])).open("wb") as file:
        for _ in range(size // (1 << 20) + 1):
            file.write(b"\0" * (1 << 20))
    return {"written": size}


def shout(_payload: Payload) -> Payload:
    """Answer with more than anybody asked for, and fill stderr."""
    for _ in range(2000):
        sys.stderr.write("x" * 999 + "\n")
    return {"long": "x" * (16 << 20)}


def refuse(payload: Payload) -> Payload:
    """Raise a portable refusal."""
    raise IsolationError(
        "isolation.selftest", "Refused on purpose: %(why)s", {"why": payload["why"]}, way_out="Nothing"
    )


def stumble(_payload: Payload) -> Payload:
    """Raise what nobody expected."""
    return {"never": 1 // 0}
