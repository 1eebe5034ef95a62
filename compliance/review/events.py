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
    457, "review.media_viewed", gettext_noop("An officer looked at a held picture (%(which)s)"), public=("which",)
)
