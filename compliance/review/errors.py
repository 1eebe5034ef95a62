"""What the review room refuses, with the way out."""

from compliance.rules.errors import DomainError, gettext_noop


def already_decided() -> DomainError:
    """Another officer was faster, or the job ended."""
    return DomainError(
        "review.already_decided",
        gettext_noop("This hold was already decided, or its job ended."),
        gettext_noop("Go back to the list; it shows what still waits."),
        status=409,
    )


def own_job() -> DomainError:
    """Nobody reviews what they submitted themselves."""
    return DomainError(
        "review.own_job",
        gettext_noop("You submitted this job yourself, so another officer must decide."),
        gettext_noop("Ask a colleague with the officer's role."),
        status=403,
    )


def officer_only() -> DomainError:
    """Only the officer's seat decides holds."""
    return DomainError(
        "review.officer_only",
        gettext_noop("Only a compliance officer may decide this."),
        gettext_noop("Sign in with an officer's account."),
        status=403,
    )


def explanation_needed() -> DomainError:
    """A rejection without a word to the submitter."""
    return DomainError(
        "review.explanation_needed",
        gettext_noop("A rejection needs an explanation: the submitter reads it."),
        gettext_noop("Write one or two sentences and send again."),
    )


def text_needed() -> DomainError:
    """An empty message."""
    return DomainError(
        "review.text_needed", gettext_noop("The message is empty."), gettext_noop("Write something and send again.")
    )


def text_too_long(limit: int) -> DomainError:
    """More than anybody reads."""
    return DomainError(
        "review.text_too_long",
        gettext_noop("The text is longer than %(limit)s characters."),
        gettext_noop("Shorten it and send again."),
        status=413,
        params={"limit": limit},
    )
