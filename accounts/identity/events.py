"""The log's words for identity (numbers 150-199)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

IDENTITY_VERIFIED = register(
    150,
    "identity.verified",
    gettext_noop("An account was verified through the channel %(channel)s"),
    public=("channel", "level"),
)
IDENTITY_NOT_VERIFIED = register(
    151,
    "identity.not_verified",
    gettext_noop("An attempt through the channel %(channel)s ended with %(verdict)s"),
    public=("channel", "verdict"),
)
REFUSED_SUBMISSION = register(
    152,
    "identity.refused_submission",
    gettext_noop("An unverified account was refused at %(where)s"),
    public=("where",),
)
