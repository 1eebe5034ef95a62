"""The other end of the console channel: a person's phone, which shows the messages sent to it."""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from demo.console import StoryError

WAIT_SECONDS = 20.0


@dataclass
class Phone:
    """The messages of one number from now on, each read once."""

    number: str
    outbox: Path
    _read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._read |= {path.name for path in self.outbox.glob("*.json")}

    def next(self, *, holding: str = "", wait: float = WAIT_SECONDS) -> str:
        """Wait for a message that was not read yet and holds the text; return its body.

        Raises:
            StoryError: none came.
        """
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            for path in sorted(self.outbox.glob("*.json")):
                if path.name in self._read:
                    continue
                message = json.loads(path.read_text(encoding="utf-8"))
                if message["to"] != self.number:
                    self._read.add(path.name)
                elif re.search(holding, message["body"]):
                    self._read.add(path.name)
                    return str(message["body"])
            time.sleep(0.05)
        raise StoryError(f"no message holding {holding!r} came to {self.number} within {wait:.0f} s ({self.outbox})")

    def code(self) -> str:
        """Return the code of the next message that carries one."""
        match = re.search(r"(?<!\d)\d{6}(?!\d)", self.next(holding=r"(?<!\d)\d{6}(?!\d)"))
        return match[0] if match else ""

    def link(self, path: str = "/") -> str:
        """Return the address in the next message that carries one whose path begins so (a pattern)."""
        address = rf"https?://[^/\s]+{path}[^\s，。；）)]*"
        match = re.search(address, self.next(holding=address))
        return match[0].rstrip(".,;") if match else ""
