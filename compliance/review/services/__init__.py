"""Everything that changes a review, a hold or a request for supply without an explicit label."""

from compliance.review.services.holding import (
    REJECTED,
    TEXT_LENGTH,
    hold_answer,
    hold_ask,
    hold_lapse,
    hold_open,
    hold_reject,
    hold_release,
    media_viewed,
    review_record,
)
from compliance.review.services.unlabelling import (
    supplies_forget,
    supply_record,
    unlabelled_approve,
    unlabelled_refuse,
    unlabelled_request,
    unlabelled_withdraw,
)

__all__ = [
    "REJECTED",
    "TEXT_LENGTH",
    "hold_answer",
    "hold_ask",
    "hold_lapse",
    "hold_open",
    "hold_reject",
    "hold_release",
    "media_viewed",
    "review_record",
    "supplies_forget",
    "supply_record",
    "unlabelled_approve",
    "unlabelled_refuse",
    "unlabelled_request",
    "unlabelled_withdraw",
]
