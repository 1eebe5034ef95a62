"""What the log says about jobs (numbers 300-349, never reused)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

JOB_CREATED = register(300, "job.created", gettext_noop("A job was begun (%(engine)s)"), public=("engine",))
JOB_SUBMITTED = register(
    301,
    "job.submitted",
    gettext_noop("A job was submitted (%(engine)s)"),
    public=("engine", "engine_version", "art23_class", "depicts", "reminder_version", "inform_version"),
)
JOB_CONFIGURED = register(
    302,
    "job.configured",
    gettext_noop("The submitter declared the kind of synthesis and whether a person is depicted"),
    public=("art23_class", "depicts"),
)
JOB_DISCARDED = register(303, "job.discarded", gettext_noop("A draft was discarded"))
JOB_AWAITING_CONSENT = register(304, "job.awaiting_consent", gettext_noop("The job waits for consent"))
JOB_CONSENTED = register(305, "job.consented", gettext_noop("Every consent the job needs is there"))
JOB_INPUT_PASSED = register(306, "job.input_passed", gettext_noop("The input passed its review"))
JOB_SYNTHESISED = register(307, "job.synthesised", gettext_noop("The result was synthesised"))
JOB_OUTPUT_PASSED = register(308, "job.output_passed", gettext_noop("The result passed its review"))
JOB_LABELLED = register(309, "job.labelled", gettext_noop("The labels were written"))
JOB_RELEASED = register(
    310,
    "job.released",
    gettext_noop("The labelled file was released"),
    public=("sha256", "size", "mime", "produce_id", "provider_code"),
)
JOB_HELD = register(
    311, "job.held", gettext_noop("The job was held for a person to decide (%(reason)s)"), public=("reason",)
)
JOB_RESUMED = register(312, "job.resumed", gettext_noop("A held job went on (%(stage)s)"), public=("stage",))
JOB_REJECTED = register(313, "job.rejected", gettext_noop("The job was rejected (%(reason)s)"), public=("reason",))
JOB_FAILED = register(
    314,
    "job.failed",
    gettext_noop("The job failed at %(stage)s (%(reason)s)"),
    public=("reason", "stage"),
)
JOB_RETRIED = register(315, "job.retried", gettext_noop("A failed job was tried again (%(stage)s)"), public=("stage",))
JOB_CANCELLED = register(316, "job.cancelled", gettext_noop("The job was cancelled (%(reason)s)"), public=("reason",))
JOB_WITHDRAWN = register(
    317, "job.withdrawn", gettext_noop("A released file was withdrawn (%(reason)s)"), public=("reason",)
)
