"""The events of this room (550-569)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

# One event a day, not one a visit: an entry per visit would tell when which kind of file was looked at, and would let
# strangers fill the log.
VERIFY_COUNTED = register(
    550,
    "verify.counted",
    gettext_noop("The public verify page answered %(count)s times on %(day)s"),
    public=("day", "count"),
)
