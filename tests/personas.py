"""Named people for tests: one of each seat, and clients that are logged in as them.

Any room may use these fixtures: tests/conftest.py names this module as a plugin.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, TestCase

from accounts.people.models import Role, User

PHONES = {
    "anna": "+8613800138101",
    "berta": "+8613800138102",
    "staff": "+8613800138103",
    "officer": "+8613800138104",
    "regulator": "+8613800138105",
    "admin1": "+8613800138106",
    "admin2": "+8613800138107",
}


class CommittingClient(Client):
    """A browser whose requests run their on-commit work at once, as they do outside a test's transaction."""

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


def make_user(name: str, role: str = Role.USER, phone: str = "", *, verified: bool = True) -> User:
    """Return a new account of that seat, with a proven number."""
    return User.objects.open_account(
        role=role, phone=phone or PHONES[name], phone_verified=verified, display_name=name.capitalize()
    )


def client_for(user: User) -> CommittingClient:
    """Return a browser logged in as that account."""
    client = CommittingClient()
    client.force_login(user)
    return client


@dataclass(frozen=True)
class Personas:
    """The house's cast: anna and berta are users of the platform, the others sit in the other seats."""

    anna: User
    berta: User
    staff: User
    officer: User
    regulator: User
    admin1: User
    admin2: User

    def client(self, name: str) -> CommittingClient:
        """Return a browser logged in as that persona."""
        return client_for(getattr(self, name))


@pytest.fixture(autouse=True)
def _fresh_limits(settings: Any) -> None:
    """allauth counts in the cache: each test has a part of its own, also where workers share one server."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def personas(db: None) -> Personas:
    """One account of each seat, two ordinary users and two administrators."""
    return Personas(
        anna=make_user("anna"),
        berta=make_user("berta"),
        staff=make_user("staff", Role.STAFF),
        officer=make_user("officer", Role.OFFICER),
        regulator=make_user("regulator", Role.REGULATOR),
        admin1=make_user("admin1", Role.ADMIN),
        admin2=make_user("admin2", Role.ADMIN),
    )


@dataclass(frozen=True)
class Outbox:
    """What the console channel has written, oldest first."""

    folder: Path

    def all(self, to: str = "") -> list[dict[str, str]]:
        """Return the messages, or those to one address."""
        messages = [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]
        return [message for message in messages if not to or message["to"] == to]

    def last(self, to: str = "") -> dict[str, str]:
        """Return the newest message."""
        return self.all(to)[-1]

    def code(self, to: str) -> str:
        """Return the six digits in the newest message to that address."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.last(to)["body"])
        assert found, "the newest message holds no code"
        return found[0]

    def link(self, to: str) -> str:
        """Return the path of the link in the newest message to that address."""
        found = re.search(r"https?://[^/\s]+(/\S*)", self.last(to)["body"])
        assert found, "the newest message holds no link"
        return found[1]


@pytest.fixture
def outbox(settings: Any, tmp_path: Path) -> Outbox:
    """A fresh outbox folder."""
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.OUTBOX_DIR.mkdir(mode=0o700)
    settings.EMAIL_BACKEND = "accounts.people.messages.mail.ConsoleMailBackend"  # pytest-django swaps in locmem
    return Outbox(settings.OUTBOX_DIR)


@pytest.fixture
def browser() -> CommittingClient:
    """A browser that nobody is logged in with."""
    return CommittingClient()
