"""The room's events (100-149). Public fields never name a person."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

ACCOUNT_CREATED = register(100, "account.created", gettext_noop("An account was opened (%(seat)s)"), public=("seat",))
ACCOUNT_LOGGED_IN = register(
    101, "account.logged_in", gettext_noop("Somebody logged in by %(channel)s"), public=("channel",)
)
ACCOUNT_CONTACT_CHANGED = register(
    102, "account.contact_changed", gettext_noop("A log-in address was changed (%(channel)s)"), public=("channel",)
)
ACCOUNT_EXPORTED = register(103, "account.exported", gettext_noop("A person exported their own data"))
ACCOUNT_SESSIONS_ENDED = register(104, "account.sessions_ended", gettext_noop("A person ended all their sessions"))
ACCOUNT_PROFILE_CHANGED = register(105, "account.profile_changed", gettext_noop("A person changed their profile"))
ROLE_CHANGED = register(
    106, "role.changed", gettext_noop("A seat was changed from %(before)s to %(after)s"), public=("before", "after")
)
INVITATION_SENT = register(
    110,
    "invitation.sent",
    gettext_noop("An invitation was sent (%(seat)s, %(channel)s)"),
    public=("seat", "channel"),
)
INVITATION_RESENT = register(111, "invitation.resent", gettext_noop("An invitation was sent again"))
INVITATION_ACCEPTED = register(112, "invitation.accepted", gettext_noop("An invitation was accepted"))
INVITATION_REVOKED = register(113, "invitation.revoked", gettext_noop("An invitation was withdrawn"))
REGULATOR_PROPOSED = register(
    120,
    "regulator.proposed",
    gettext_noop("An administrator proposed a regulator's account (%(authority)s)"),
    public=("authority",),
    # The letter names an official: readable, its number would tie the three entries of one appointment to a person.
    personal=("letter", "letter_sha256"),
)
REGULATOR_OPENED = register(
    121,
    "regulator.opened",
    gettext_noop("A second administrator opened a regulator's account (%(authority)s)"),
    public=("authority",),
    personal=("letter",),
)
REGULATOR_DECLINED = register(
    122,
    "regulator.declined",
    gettext_noop("A proposed regulator's account was declined"),
    public=("authority",),
    personal=("letter",),
)
ORGANISATION_CREATED = register(130, "organisation.created", gettext_noop("An organisation was created"))
ORGANISATION_JOINED = register(131, "organisation.joined", gettext_noop("A person joined an organisation"))
ORGANISATION_LEFT = register(132, "organisation.left", gettext_noop("A person left an organisation"))
TOKEN_ISSUED = register(140, "token.issued", gettext_noop("An API token was issued (%(scopes)s)"), public=("scopes",))
TOKEN_REVOKED = register(141, "token.revoked", gettext_noop("An API token was revoked"))
KEYS_ROTATED = register(
    145,
    "keys.rotated",
    gettext_noop("Sealed values were moved to the vault key %(key)s (%(rows)s rows)"),
    public=("key", "rows"),
)
