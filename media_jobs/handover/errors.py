"""What this room refuses."""

from compliance.rules.errors import DomainError, gettext_noop


def not_found() -> DomainError:
    """Return the one answer to everybody who may not see a hand-over: it is not there."""
    return DomainError(
        "handover.not_found",
        gettext_noop("There is no such hand-over."),
        gettext_noop("Open it from your own list."),
        status=404,
    )


def undeclared() -> DomainError:
    """Return the refusal for a file without an answer to the question that Art. 6 (4) and Art. 10 ask."""
    return DomainError(
        "handover.undeclared",
        gettext_noop("You have not said whether the file contains AI-generated content."),
        gettext_noop("Answer yes or no; if you do not know, answer no, and the platform looks for traces itself."),
        status=400,
    )


def nothing_written() -> DomainError:
    """Return the refusal for a file that was never rewritten."""
    return DomainError(
        "handover.nothing_written",
        gettext_noop("This hand-over left no file."),
        gettext_noop("Its page says why."),
        status=404,
    )


def busy() -> DomainError:
    """Return the refusal for a second file while the first one is still being prepared."""
    return DomainError(
        "handover.busy",
        gettext_noop("Another file of yours is being prepared."),
        gettext_noop("Wait until it is done, then hand this one in."),
        status=429,
    )


def no_room(gigabytes: int) -> DomainError:
    """Return the refusal for an account whose prepared files fill what it may have."""
    return DomainError(
        "handover.no_room",
        gettext_noop("Your prepared files fill the %(gigabytes)s GB that an account may keep here."),
        gettext_noop("Each is deleted seven days after it was made; then hand this one in again."),
        status=409,
        params={"gigabytes": gigabytes},
    )


def withdrawn() -> DomainError:
    """Return the refusal for a work of ours that was taken back: a consent revoked, an order (PIPL Art. 15, 47)."""
    return DomainError(
        "handover.withdrawn",
        gettext_noop("We released this work and have withdrawn it."),
        gettext_noop("It should not be used or passed on. The verification page says what is known of it."),
        status=409,
    )


def expired() -> DomainError:
    """Return the refusal for a file whose time is over."""
    return DomainError(
        "handover.expired",
        gettext_noop("The prepared file was deleted after its time."),
        gettext_noop("Hand the original in again."),
        status=410,
    )
