"""The log's words for identity (numbers 150-199)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

IDENTITY_VERIFIED = register(
    150,
    "identity.verified",
    gettext_noop("An account was verified through the channel “%(channel)s”"),
    public=("channel", "level"),
)
IDENTITY_NOT_VERIFIED = register(
    151,
    "identity.not_verified",
    gettext_noop("An attempt through the channel “%(channel)s” ended with “%(verdict)s”"),
    public=("channel", "verdict"),
)
REFUSED_SUBMISSION = register(
    152,
    "identity.refused_submission",
    gettext_noop("An unverified account was refused at “%(where)s”"),
    public=("where",),
)
IDENTITY_CONFLICT = register(
    153,
    "identity.conflict",
    gettext_noop("A matching attempt through “%(channel)s” was withheld: %(reason)s"),
    public=("channel", "reason"),
)
IDENTITY_CODE_SENT = register(154, "identity.code_sent", gettext_noop("A code was sent to verify a mobile number"))
IDENTITY_ATTEMPTS_RESET = register(
    155, "identity.attempts_reset", gettext_noop("Staff gave an account its attempts to verify back")
)
DOCUMENT_RELEASED = register(
    156,
    "identity.document_released",
    gettext_noop("Staff released a number (%(kind)s) from an account, which is no longer verified by it"),
    public=("kind",),
    personal=("reason",),
)
