"""From the labels that a file carries to the one it keeps (GB 45438-2025 6.1 c), with the propagator's fields."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from media_jobs.labelling.aigc import KEYS, AigcLabel
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.handover.decision import UNKNOWN, Decision

_SAYS = {"1", "2", "3"}
# Fields that one writer fills and another leaves empty without contradicting him.
_MAY_BE_EMPTY = {"ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"}


def settle(labels: Sequence[dict[str, Any]]) -> AigcLabel | None:
    """The one label that all of a file's labels agree on; None without any.

    Agreeing duplicates are merged: equal fields, or one of them empty where Annex E allows it. Missing keys and
    numbers for strings are repaired; nothing else is.

    Args:
        labels: as reader.described gives them.

    Raises:
        MediaError: label.unreadable (a label that is no JSON, has no producer, or no valid Label), label.disagree.
    """
    merged: dict[str, str] = {}
    for one in labels:
        values = one["values"]
        if not values or values["Label"] not in _SAYS or not values["ContentProducer"] or not values["ProduceID"]:
            raise media_error("label.unreadable", places=str(one["location"])[:100])
        for key in KEYS:
            held, new = merged.get(key, ""), values[key]
            if held and new != held and (new or key not in _MAY_BE_EMPTY):
                places = dict.fromkeys(str(label["location"]) for label in labels)
                raise media_error("label.disagree", places=", ".join(places)[:300])
            merged[key] = held or new
    return AigcLabel.from_values(merged) if merged else None


def propagated(label: AigcLabel | None, decision: Decision, *, code: str, propagate_id: str) -> AigcLabel:
    """The label that the file gets: the producer's fields untouched, the propagator's ours, not yet signed.

    Without a label the producer is nobody we know: `unknown` (regulation brief 2.1, D). Such a label is ours to
    strengthen later; a producer's statement is not.

    Args:
        label: what `settle` gave.
        decision: of `decide`; not NONE.
        code: our provider code.
        propagate_id: our number of this content.

    Raises:
        MediaError: label.bad_value; also where the producer's own fields could not be written by the standard, as
            with a name in Chinese characters: they may not be changed, so the file is held.
    """
    if label is None:
        made = AigcLabel(decision.label, UNKNOWN, UNKNOWN, "", code, propagate_id, "")
    else:
        made = replace(label, content_propagator=code, propagate_id=propagate_id, reserved_code2="")
        if label.content_producer == UNKNOWN:
            made = replace(made, label=decision.label)
    made.check()
    return made
