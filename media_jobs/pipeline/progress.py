"""The way of one job as the page shows it, from the rows alone: survives any reload, promises nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_jobs.jobs.models import Job, StateChange
from media_jobs.jobs.states import RUNNABLE, State

Mark = Literal["done", "now", "wait", "todo", "stop"]
Tone = Literal["ok", "wait", "stop", "neutral", "seal"]

TONES: dict[str, Tone] = {
    State.DRAFT: "neutral",
    State.AWAITING_CONSENT: "wait",
    State.HELD: "wait",
    State.RELEASED: "ok",
    State.REJECTED: "stop",
    State.FAILED: "stop",
    State.CANCELLED: "neutral",
    State.WITHDRAWN: "stop",
}

_TITLES: dict[State, str | Promise] = {
    State.SUBMITTED: _("Check the consents"),
    State.AWAITING_CONSENT: _("Wait for the persons depicted"),
    State.INPUT_REVIEW: _("Review the input"),
    State.SYNTHESIS: _("Synthesise"),
    State.OUTPUT_REVIEW: _("Review the result"),
    State.LABELLING: _("Write the labels"),
    State.READ_BACK: _("Read the labels back"),
    State.RELEASED: _("Release"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way.

    Args:
        state: which stage.
        title: what is done there.
        mark: done, now (a worker is at it), wait (a person must act), todo or stop.
        at: when it was done, or begun when it is going on; None when it is still to come.
        attempts: how often the present stage was begun, 0 for the others.
    """

    state: State
    title: str | Promise
    mark: Mark
    at: datetime | None
    attempts: int = 0


def tone(job: Job) -> Tone:
    """Return the colour of the job's state; whatever a worker is busy with waits."""
    return TONES.get(job.state, "wait")


def steps(job: Job, changes: list[StateChange]) -> list[Step]:
    """Return the job's way, stage by stage.

    Args:
        changes: the job's steps in order.
    """
    visited = {change.to_state for change in changes}
    way = [state for state in _TITLES if state != State.AWAITING_CONSENT or state in visited]
    here = _here(job, changes)
    position = way.index(here) if here in way else -1
    return [_step(job, state, index, position, changes) for index, state in enumerate(way)]


def _here(job: Job, changes: list[StateChange]) -> State | None:
    """Return the stage the job is at, or was stopped at."""
    state = State(job.state)
    if state in (State.HELD, State.FAILED):
        return State(job.resume_state) if job.resume_state else None
    if state == State.WITHDRAWN:
        return State.RELEASED
    if state in (State.CANCELLED, State.REJECTED):
        last = next((change for change in reversed(changes) if change.to_state == state), None)
        stopped = State(last.from_state) if last else None
        if stopped in (State.HELD, State.FAILED):
            before = next((change for change in reversed(changes) if change.to_state == stopped), None)
            return State(before.from_state) if before else None
        return stopped
    return state


def _step(job: Job, state: State, index: int, position: int, changes: list[StateChange]) -> Step:
    entered = next((change.at for change in reversed(changes) if change.to_state == state), None)
    left = next((change.at for change in reversed(changes) if change.from_state == state), None)
    mark: Mark = "todo"
    when: datetime | None = None
    if index < position:
        mark, when = "done", left
    elif index == position:
        mark, when = _mark_here(job), entered
    return Step(state, _TITLES[state], mark, when, job.attempts if mark == "now" else 0)


def _mark_here(job: Job) -> Mark:
    if job.state == State.RELEASED:
        return "done"
    if job.state in (State.AWAITING_CONSENT, State.HELD):
        return "wait"
    return "now" if job.state in RUNNABLE else "stop"
