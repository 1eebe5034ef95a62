"""The events of this room (350-369)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

UPLOAD_STORED = register(
    350,
    "upload.stored",
    gettext_noop("A file was received as “%(role)s” (%(mime)s)"),
    # Not its size: who has the picture would find the entry by it.
    public=("role", "mime"),
)
UPLOAD_REMOVED = register(351, "upload.removed", gettext_noop("The file “%(role)s” was removed"), public=("role",))
FACES_FOUND = register(
    352, "upload.faces_found", gettext_noop("%(count)s faces were found in “%(role)s”"), public=("role", "count")
)
ORPHANS_SWEPT = register(
    353, "upload.orphans_swept", gettext_noop("%(count)s abandoned files were deleted"), public=("count",)
)
