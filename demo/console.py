"""One line per step: what happened, and where to look. A failed step says which, why, and where the log is."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class StoryError(Exception):
    """A step did not end as the story needs; the text says why."""


class Narrator:
    """Numbers the steps and says them as they end."""

    def __init__(self) -> None:
        self.number = 0
        self.current = ""
        self._tty = sys.stdout.isatty()

    def chapter(self, title: str) -> None:
        """Say a heading."""
        print(f"\n{title}", flush=True)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Say the title, run the body, then say what it put into the list: facts, addresses, ids, files."""
        self.number += 1
        self.current = title
        facts: list[str] = []
        began = time.monotonic()
        if self._tty:
            print(f" {self.number:2}  {title} ...", end="\r", flush=True)
        yield facts
        facts.append(f"{time.monotonic() - began:.1f} s")
        print(f" {self.number:2}  {title}" + "".join(f"  ·  {fact}" for fact in facts), flush=True)

    def progress(self, text: str) -> None:
        """Say one intermediate line of a step that takes a while."""
        print(f"       {text}", flush=True)


def shown(path: Path) -> str:
    """Return the path as short as it can be said from here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
