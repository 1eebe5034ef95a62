"""What people do at the door: sign up, log in, prove who they are, accept the house rules."""

import secrets
from dataclasses import dataclass

from demo.browser import Browser, BrowserError, Page
from demo.console import StoryError
from demo.outbox import Phone
from demo.server import Server

# Weights of GB 11643 (ISO 7064 MOD 11-2): the check character of a resident ID number.
_CHECK = "10X98765432"
# The sandbox vendor decides by the two characters before the check character; these make it agree.
_AGREEABLE = "01"
FIRST_NUMBER, LAST_NUMBER = 100, 999


@dataclass
class Person:
    """Somebody with a telephone and a browser."""

    name: str
    phone: Phone
    browser: Browser

    @classmethod
    def of(cls, server: Server, name: str, number: str) -> "Person":
        """Return a person who has never been here."""
        return cls(name, Phone(number, server.var / "outbox"), Browser(server.url))

    @property
    def masked(self) -> str:
        """Return the number as pages show it."""
        return f"{self.phone.number[3:6]}****{self.phone.number[-4:]}"


def new_number(server: Server) -> str:
    """Return a fictitious mobile number that no earlier run on this var folder gave to anybody.

    138 0013 8xxx is the block of China Mobile's own test number; the staff personas have its first ones.

    Raises:
        StoryError: the block is used up.
    """
    counter = server.var / "demo-numbers"
    used = int(counter.read_text(encoding="ascii")) if counter.exists() else FIRST_NUMBER - 1
    if used >= LAST_NUMBER:
        raise StoryError("every fictitious number was used by earlier runs: make reset DEMO=1")
    counter.write_text(str(used + 1), encoding="ascii")
    return f"+861380013{8000 + used + 1}"


def new_resident_id() -> str:
    """Return a well-formed resident ID number of a place that does not exist, to which the sandbox agrees."""
    born = f"{1950 + secrets.randbelow(50)}{1 + secrets.randbelow(12):02d}{1 + secrets.randbelow(28):02d}"
    body = f"999999{born}{secrets.randbelow(10)}{_AGREEABLE}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + _CHECK[total % 11]


def sign_up(person: Person) -> Page:
    """Open an account by mobile number and the code that is sent to it."""
    page = person.browser.open("/accounts/signup/")
    page = person.browser.submit(page, page.form("phone", action="/accounts/signup/"), {"phone": person.phone.number})
    return person.browser.submit(page, page.form("code"), {"code": person.phone.code()})


def log_in(person: Person) -> Page:
    """Log in by the code that is sent to the number."""
    page = person.browser.open("/accounts/login/")
    page = person.browser.submit(page, page.form("login"), {"login": person.phone.number})
    page = person.browser.submit(page, page.form("code"), {"code": person.phone.code()})
    if page.path.startswith("/accounts/"):
        raise BrowserError(f"{person.name} is not logged in: {page.complaint()}")
    return page


def prove_identity(person: Person) -> Page:
    """Let the sandbox vendor check name and resident ID number."""
    page = person.browser.open("/identity/id_card/")
    return person.browser.submit(page, page.form("name", "number"), {"name": person.name, "number": new_resident_id()})


def accept_policies(person: Person) -> int:
    """Tick every text that is waiting and confirm; return how many there were."""
    page = person.browser.open("/agreements/")
    form = page.form(action="/agreements/")
    person.browser.submit(page, form, {name: values[0] for name, values in form.choices.items()})
    return len(form.choices)
