"""What a platform that spreads content owes to a file that comes to it (Labelling Measures Art. 6)."""

from media_jobs.labelling.handover.decision import DECLARED, NONE, SUSPECTED, UNKNOWN, VERIFIED, Decision, decide
from media_jobs.labelling.handover.files import SIDECARS, HandedOver, hand_over
from media_jobs.labelling.handover.settling import propagated, settle

__all__ = [
    "DECLARED",
    "NONE",
    "SIDECARS",
    "SUSPECTED",
    "UNKNOWN",
    "VERIFIED",
    "Decision",
    "HandedOver",
    "decide",
    "hand_over",
    "propagated",
    "settle",
]
