"""Who carries text messages: one Protocol, one class per carrier."""

from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.people.messages import outbox


class SmsChannel(Protocol):
    """A carrier of text messages."""

    def send(self, *, to: str, purpose: str, body: str) -> None:
        """Hand one message to the carrier; raise when it did not take it."""


class ConsoleSms:
    """The development carrier: one file per message in the outbox (refused by the deployment checks)."""

    def send(self, *, to: str, purpose: str, body: str) -> None:
        """Write the message to the outbox."""
        outbox.write(to=to, channel="sms", purpose=purpose, body=body)


_CHANNELS: dict[str, Callable[[], SmsChannel]] = {"console": ConsoleSms}


def sms_channel() -> SmsChannel:
    """Return the channel that SMS_BACKEND names.

    Raises:
        ImproperlyConfigured: nobody registered that name; no message is ever dropped in silence.
    """
    try:
        return _CHANNELS[settings.SMS_BACKEND]()
    except KeyError:
        raise ImproperlyConfigured(
            f"SMS_BACKEND is {settings.SMS_BACKEND!r}; known channels: {', '.join(sorted(_CHANNELS))}"
        ) from None
