"""The events of this room (570-589)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

# Neither number nor hash: who has the file would find the entry by them.
HANDED_OVER = register(
    570,
    "handover.decided",
    gettext_noop("A file was prepared for spreading: %(decision)s (%(container)s)"),
    public=("decision", "container"),
)
FETCHED = register(571, "handover.fetched", gettext_noop("A file prepared for spreading was fetched"))
EXPIRED = register(
    572,
    "handover.expired",
    gettext_noop("%(count)s files prepared for spreading were deleted after their time"),
    public=("count",),
)
