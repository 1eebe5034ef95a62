"""What the jobs room refuses, with the way out."""

from compliance.rules.errors import DomainError, gettext_noop


def bad_transition(source: str, target: str) -> DomainError:
    """The job is not in a state from which this step leads."""
    return DomainError(
        "jobs.bad_transition",
        gettext_noop("This job can no longer do that: its state has changed."),
        gettext_noop("Reload the page to see where the job stands now."),
        status=409,
        params={"source": source, "target": target},
    )


def not_allowed() -> DomainError:
    """The step exists, but this actor may not take it."""
    return DomainError(
        "jobs.not_allowed",
        gettext_noop("You may not do this with this job."),
        gettext_noop("Sign in with the account that owns the job."),
        status=403,
    )


def draft_only() -> DomainError:
    """A change that only a draft takes."""
    return DomainError(
        "jobs.draft_only",
        gettext_noop("This job was already submitted and can no longer be changed."),
        gettext_noop("Duplicate it as a new draft and change that one."),
        status=409,
    )


def reason_needed() -> DomainError:
    """A stop without a reason code."""
    return DomainError("jobs.reason_needed", gettext_noop("A job is only stopped with a reason."), "", status=400)


def lease_lost() -> DomainError:
    """Another worker took the job over."""
    return DomainError(
        "jobs.lease_lost", gettext_noop("Another worker took this job over; nothing was changed."), "", status=409
    )
