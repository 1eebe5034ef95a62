"""What the log says about reviews (numbers 450-499, never reused)."""

from compliance.audit.events import register
from compliance.rules.errors import gettext_noop

REVIEW_RECORDED = register(
    450,
    "review.recorded",
    gettext_noop("The %(phase)s was reviewed: %(result)s (rule %(rule)s)"),
    public=("phase", "result", "rule"),
)
HOLD_OPENED = register(
    451,
    "review.hold_opened",
    gettext_noop("A hold was opened for a person to decide (%(reason)s)"),
    public=("phase", "reason"),
)
HOLD_RELEASED = register(
    452,
    "review.hold_released",
    gettext_noop("An officer let a held job go on (%(reason)s)"),
    public=("phase", "reason"),
)
HOLD_REJECTED = register(
    453, "review.hold_rejected", gettext_noop("An officer rejected a held job (%(reason)s)"), public=("phase", "reason")
)
HOLD_ASKED = register(454, "review.hold_asked", gettext_noop("An officer asked the submitter a question"))
HOLD_ANSWERED = register(455, "review.hold_answered", gettext_noop("The submitter answered the officer"))
HOLD_LAPSED = register(456, "review.hold_lapsed", gettext_noop("A hold ended because its job had ended"))
HOLD_VIEWED = register(
    457, "review.media_viewed", gettext_noop("An officer looked at a held file (%(which)s)"), public=("which",)
)
UNLABELLED_REQUESTED = register(
    460,
    "unlabelled.requested",
    gettext_noop("A user asked that the explicit label of one file be left out"),
    public=("agreement_version", "duty_version"),
    personal=("purpose",),
)
UNLABELLED_WITHDRAWN = register(
    461, "unlabelled.withdrawn", gettext_noop("A request to leave the explicit label out was withdrawn")
)
UNLABELLED_APPROVED = register(
    462, "unlabelled.approved", gettext_noop("An officer approved that the explicit label of one file be left out")
)
UNLABELLED_REFUSED = register(
    463, "unlabelled.refused", gettext_noop("An officer refused to leave the explicit label out")
)
UNLABELLED_SUPPLIED = register(
    464, "unlabelled.supplied", gettext_noop("A file without an explicit label was supplied")
)
SUPPLIES_FORGOTTEN = register(
    465,
    "unlabelled.supplies_forgotten",
    gettext_noop("%(count)s records of who received unlabelled files were deleted after six months"),
    public=("count",),
)
