"""The console mail backend: e-mail lands in the same outbox as text messages."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.people.messages import outbox


class ConsoleMailBackend(BaseEmailBackend):
    """Write each recipient's copy to the outbox (refused by the deployment checks)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; return how many there were."""
        for message in email_messages:
            purpose = str(message.extra_headers.get("X-Hallmark-Purpose", "mail"))
            for recipient in message.recipients():
                outbox.write(
                    to=recipient, channel="email", purpose=purpose, body=f"{message.subject}\n\n{message.body}"
                )
        return len(email_messages)
