"""The one transition table of a job: from, to, who may, which event (law 7). docs/lifecycle.md is rendered from it."""

from dataclasses import dataclass
from typing import Literal

from compliance.audit.events import EventType
from media_jobs.jobs import events
from media_jobs.jobs.states import CANCELLABLE, FINISHED, STAGES, WAITING, State

Who = Literal["owner", "worker", "subject", "officer", "admin", "system"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted step.

    Args:
        source: state before.
        target: state after.
        who: who may take it. "worker" is the system holding the job's lease: such a step is fenced by lease_owner.
        event: what the log says.
    """

    source: State
    target: State
    who: frozenset[Who]
    event: EventType


def _step(source: State, target: State, event: EventType, *who: Who) -> Transition:
    return Transition(source, target, frozenset(who), event)


_HALF = [
    _step(State.DRAFT, State.SUBMITTED, events.JOB_SUBMITTED, "owner"),
    _step(State.SUBMITTED, State.AWAITING_CONSENT, events.JOB_AWAITING_CONSENT, "worker"),
    _step(State.SUBMITTED, State.INPUT_REVIEW, events.JOB_CONSENTED, "worker"),
    _step(State.AWAITING_CONSENT, State.INPUT_REVIEW, events.JOB_CONSENTED, "subject", "system"),
    _step(State.INPUT_REVIEW, State.SYNTHESIS, events.JOB_INPUT_PASSED, "worker"),
    _step(State.INPUT_REVIEW, State.HELD, events.JOB_HELD, "worker"),
    _step(State.SYNTHESIS, State.OUTPUT_REVIEW, events.JOB_SYNTHESISED, "worker"),
    _step(State.OUTPUT_REVIEW, State.LABELLING, events.JOB_OUTPUT_PASSED, "worker"),
    _step(State.OUTPUT_REVIEW, State.HELD, events.JOB_HELD, "worker"),
    _step(State.HELD, State.SYNTHESIS, events.JOB_RESUMED, "officer"),
    _step(State.HELD, State.LABELLING, events.JOB_RESUMED, "officer"),
    _step(State.HELD, State.REJECTED, events.JOB_REJECTED, "officer"),
    _step(State.LABELLING, State.READ_BACK, events.JOB_LABELLED, "worker"),
    _step(State.READ_BACK, State.RELEASED, events.JOB_RELEASED, "worker"),
    _step(State.RELEASED, State.WITHDRAWN, events.JOB_WITHDRAWN, "owner", "subject", "officer", "admin", "system"),
]

TABLE: tuple[Transition, ...] = (
    *_HALF,
    *(_step(stage, State.FAILED, events.JOB_FAILED, "worker") for stage in STAGES),
    *(_step(State.FAILED, stage, events.JOB_RETRIED, "owner") for stage in STAGES),
    *(
        _step(state, State.CANCELLED, events.JOB_CANCELLED, "owner", "subject", "officer", "admin", "system")
        for state in CANCELLABLE
    ),
)

_BY_STEP = {(row.source, row.target): row for row in TABLE}


def find(source: str, target: str) -> Transition | None:
    """Return the permitted step from source to target, None when there is none."""
    return _BY_STEP.get((State(source), State(target)))


def render() -> str:
    """Return docs/lifecycle.md: the table and a diagram, from the table itself."""
    lines = [
        "# A job's way",
        "",
        "Rendered from `media_jobs/jobs/transitions.py` by `manage.py lifecycle`; a test compares the two.",
        "",
        "Every step is one compare-and-swap UPDATE. *worker* is the system holding the job's lease: its steps also",
        "compare `lease_owner`, so a worker whose lease was taken over can no longer move the job.",
        "",
        "Finished: "
        + ", ".join(f"`{state}`" for state in FINISHED)
        + ". Somebody must act: "
        + ", ".join(f"`{state}`" for state in WAITING)
        + ".",
        "",
        "| from | to | who may | event |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{row.source}` | `{row.target}` | {', '.join(sorted(row.who))} | `{row.event.name}` ({row.event.number}) |"
        for row in TABLE
    ]
    lines += ["", "```mermaid", "stateDiagram-v2", "  [*] --> draft"]
    lines += [f"  {row.source} --> {row.target}" for row in _HALF]
    lines += ["  released --> [*]", "```", ""]
    return "\n".join(lines)
