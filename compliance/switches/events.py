"""The log's words for the switches (numbers 250-269)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

SWITCH_STOPPED = register(
    250,
    "switch.stopped",
    gettext_noop("%(name)s was stopped by order %(order_number)s"),
    public=("name", "order_number"),
)
SWITCH_RESUMED = register(
    251,
    "switch.resumed",
    gettext_noop("%(name)s was started again by order %(order_number)s"),
    public=("name", "order_number"),
)
