"""What the rooms above the pipeline want done now and then; housekeeping calls it wherever it runs."""

from collections.abc import Callable

_CHORES: dict[str, Callable[[], int]] = {}


def contribute(name: str, chore: Callable[[], int]) -> None:
    """Have `chore` done with each housekeeping.

    Args:
        name: of what it counts, in housekeeping's answer.
        chore: safe to run at any time, several at once; returns how many it dealt with.
    """
    _CHORES[name] = chore


def do_all() -> dict[str, int]:
    """Do every chore and return how many of each."""
    return {name: chore() for name, chore in _CHORES.items()}
