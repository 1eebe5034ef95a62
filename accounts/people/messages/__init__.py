"""Messages out: text messages and e-mail, sent when (and only when) the caller's transaction has committed."""

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.people.messages.channels import sms_channel

PURPOSE_HEADER = "X-Hallmark-Purpose"


def send(*, to_phone: str = "", to_email: str = "", purpose: str, body: str, subject: str = "") -> None:
    """Send one message to one person, after the current transaction commits.

    Args:
        to_phone: E.164; exactly one of to_phone and to_email is given.
        to_email: address.
        purpose: a stable word ("login_code", "consent_request") for filters and the console channel.
        body: the text, in the reader's language.
        subject: of the e-mail; the body's first line when empty.

    Raises:
        ValueError: no address, or two.
        ImproperlyConfigured: SMS_BACKEND names no channel.
    """
    if bool(to_phone) == bool(to_email):
        raise ValueError("a message goes to one phone or to one e-mail address")
    if to_phone:
        channel = sms_channel()  # refuses here, not after the commit
        transaction.on_commit(lambda: channel.send(to=to_phone, purpose=purpose, body=body))
        return
    message = EmailMessage(
        subject=subject or body.splitlines()[0][:120], body=body, to=[to_email], headers={PURPOSE_HEADER: purpose}
    )
    transaction.on_commit(lambda: _deliver(message))


def _deliver(message: EmailMessage) -> None:
    message.send()
