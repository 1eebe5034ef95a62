"""Typed readers of the process environment.

Every reader also honours NAME_FILE: the path of a file that holds the value (Docker and Kubernetes secrets).
"""

import os
from pathlib import Path


class EnvError(ValueError):
    """A variable is set, but to something it cannot be."""


def text(name: str, default: str = "") -> str:
    """Return NAME, or the content of the file that NAME_FILE names, or the default."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Return NAME as a boolean (1/true/yes/on, 0/false/no/off, any case).

    Raises:
        EnvError: the value is none of these.
    """
    raw = text(name).strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise EnvError(f"{name} is {raw!r}: write 1 or 0")


def number(name: str, default: int) -> int:
    """Return NAME as an integer.

    Raises:
        EnvError: the value is not a whole number.
    """
    raw = text(name).strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise EnvError(f"{name} is {raw!r}: write a whole number") from error


def items(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return NAME split at commas, blanks dropped."""
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """Return NAME, one of `allowed`; the first of them is the default.

    Raises:
        EnvError: the value is none of these.
    """
    raw = text(name).strip().lower() or allowed[0]
    if raw not in allowed:
        raise EnvError(f"{name} is {raw!r}: write one of {', '.join(allowed)}")
    return raw
