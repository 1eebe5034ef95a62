"""The house's cast, and the events that the tests here look for."""

from tests.events import recorded
from tests.personas import Outbox, Personas, browser, client_for, outbox, personas

__all__ = ["Outbox", "Personas", "browser", "client_for", "outbox", "personas", "recorded"]
