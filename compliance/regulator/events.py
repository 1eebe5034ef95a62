"""What the regulator's seat leaves in the log."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

ORDER_OPENED = register(
    500, "regulator.order_opened", gettext_noop("A regulator entered an order (%(basis)s)"), public=("basis",)
)
QUERIED = register(
    501,
    "regulator.queried",
    gettext_noop("A regulator queried the log under an order: %(returned)s entries shown"),
    public=("returned",),
    personal=("order_number", "filters"),
)
