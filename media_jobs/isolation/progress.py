"""Progress of a child's work, told to the parent while it runs; outside a child it goes nowhere."""

import json
import os
import time

_EVERY = 0.2  # seconds between two reports: a person sees no more, and the pipe never fills

_state: dict[str, float | int] = {"descriptor": -1, "last": 0.0}


def attach(descriptor: int) -> None:
    """Send reports to this pipe (called once, by the child's start)."""
    os.set_blocking(descriptor, False)
    _state["descriptor"] = descriptor


def report(done: float, total: float) -> None:
    """Tell how far the work is.

    Args:
        done, total: in the same unit, such as seconds of media; total 0.0 where unknown.
    """
    now = time.monotonic()
    if _state["descriptor"] < 0 or now - _state["last"] < _EVERY:
        return
    _state["last"] = now
    try:
        os.write(int(_state["descriptor"]), json.dumps([done, total]).encode() + b"\n")
    except OSError:  # nobody listens any more, or not fast enough: the work matters more
        return
