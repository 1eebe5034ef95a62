"""A real platform (`manage.py serve` on a folder of its own) and a real Chromium that looks at it."""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from demo.browser import BrowserError
from demo.outbox import Phone
from demo.seats import Person, log_in
from demo.server import Server, running

PHONE = {"width": 390, "height": 844}
# A number gets three log-in codes a minute.
PATIENCE = 80
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def platform() -> Iterator[Server]:
    """The whole platform, started once for a test process."""
    place = Path(tempfile.mkdtemp(prefix="hallmark-e2e-"))
    try:
        with running(place, 8100 + secrets.randbelow(800)) as server:
            yield server
    finally:
        shutil.rmtree(place, ignore_errors=True)


def logged_in(person: Person) -> None:
    """Log in by form; tests before this one may have used up the three codes a minute of a number."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            log_in(person)
        except BrowserError:
            if time.monotonic() > deadline:
                raise
            time.sleep(4)
        else:
            return


@dataclass
class Watched:
    """A browser tab and everything in it that a visitor's console would complain about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Collect script errors, console errors (a CSP violation is one) and broken sub-resources."""
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._console)
        self.page.on(
            "response",
            lambda answer: (
                self.complaints.append(f"{answer.status} {answer.url}")
                if answer.status >= 400 and answer.request.resource_type != "document"
                else None
            ),
        )

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx by design is reported by Chromium too: what the document answers, the test asserts.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")


@pytest.fixture
def visit(chromium: Browser, platform: Server) -> Iterator[Callable[..., Page]]:
    """Open a tab for somebody: visit(width="phone", language="en"); the console must stay silent in all of them."""
    opened: list[tuple[BrowserContext, Watched]] = []

    def open_tab(path: str = "/", *, width: str = "desktop", language: str = "zh-CN", scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=PHONE if width == "phone" else DESKTOP,
            locale=language,
            base_url=platform.url,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(15_000)
        watched = Watched(context.new_page())
        watched.watch()
        opened.append((context, watched))
        watched.page.goto(path)
        return watched.page

    yield open_tab
    complaints = [complaint for _, watched in opened for complaint in watched.complaints]
    for context, _ in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def phone(platform: Server) -> Callable[[str], Phone]:
    """The messages of one number."""
    return lambda number: Phone(number, platform.var / "outbox")
