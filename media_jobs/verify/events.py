"""The events of this room (550-569)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

# Public and counted only: nothing in it tells which file, which number or who asked.
VERIFY_CHECKED = register(
    550, "verify.checked", gettext_noop("The public verify page answered somebody (%(answer)s)"), public=("answer",)
)
