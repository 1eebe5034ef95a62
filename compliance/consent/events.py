"""The events of this room (400-449). Pseudonymous ids only; who asked whom for what is committed to with a salt."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

PERSON_NAMED = register(
    400,
    "consent.person_named",
    gettext_noop("A depicted person was named in the picture “%(role)s”"),
    public=("role",),
)
PERSON_REMOVED = register(
    401,
    "consent.person_removed",
    gettext_noop("A depicted person was taken off the picture “%(role)s”"),
    public=("role",),
)
ASK_SET = register(
    402,
    "consent.ask_set",
    gettext_noop("The purpose shown to the depicted persons was set"),
    public=("publish",),
    personal=("purpose",),
)
REQUESTED = register(
    410,
    "consent.requested",
    gettext_noop("A depicted person was asked for separate consent"),
    public=("edit", "publish"),
    # Whether a message went out tells that somebody wants silence: committed to, not readable.
    personal=("binding", "delivery"),
)
OPENED = register(411, "consent.opened", gettext_noop("The asked person proved the number and read the request"))
REMINDED = register(412, "consent.reminded", gettext_noop("The one reminder fell due"), personal=("delivery",))
EXPIRED = register(413, "consent.expired", gettext_noop("A request expired without an answer"))
CANCELLED = register(414, "consent.cancelled", gettext_noop("A request was closed because it is no longer needed"))
DELIVERED = register(415, "consent.delivered", gettext_noop("A request that had to wait its turn was delivered"))
GRANTED = register(
    420,
    "consent.granted",
    gettext_noop("The depicted person agreed"),
    public=("edit", "publish"),
    personal=("receipt_no", "text_hash", "binding"),
)
DECLINED = register(421, "consent.declined", gettext_noop("The depicted person declined"))
REVOKED = register(
    422, "consent.revoked", gettext_noop("The depicted person took the consent back"), personal=("receipt_no",)
)
SILENCED = register(
    430,
    "consent.silenced",
    gettext_noop("A person asked not to be asked again"),
    public=("scope",),
    personal=("asker",),
)
UNSILENCED = register(
    431,
    "consent.unsilenced",
    gettext_noop("A person allowed being asked again"),
    public=("scope",),
    personal=("asker",),
)
