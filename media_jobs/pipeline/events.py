"""What the log says about the pipeline itself (numbers 370-399, never reused)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

LEASE_TAKEN_OVER = register(
    370,
    "pipeline.lease_taken_over",
    gettext_noop("A worker had stopped answering; another one took the job over at %(stage)s"),
    public=("stage",),
)
STAGE_RETRIED = register(
    371,
    "pipeline.stage_retried",
    gettext_noop("The stage %(stage)s is tried again (%(reason)s)"),
    public=("stage", "reason", "attempt"),
)
# These two point at the work; the file's hash would tie them to its release for who holds entries only.
DOWNLOADED = register(372, "pipeline.downloaded", gettext_noop("The labelled file was downloaded"))
RELEASE_ALTERED = register(
    373,
    "pipeline.release_altered",
    gettext_noop("A released file no longer had the content that was released; it was not handed out"),
)
