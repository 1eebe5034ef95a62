"""What the engines refuse, each with a stable code and a way out."""

from compliance.rules.errors import DomainError, gettext_noop


def not_available(key: str) -> DomainError:
    """Return the refusal for an engine that this deployment does not offer."""
    return DomainError(
        "engines.not_available",
        gettext_noop("This operation is not offered here."),
        gettext_noop("Choose one of the operations listed on the new-job page."),
        status=404,
        params={"engine": key},
    )


def no_permit() -> DomainError:
    """Return the refusal for a biometric engine that nobody's consent stands behind (Provisions Art. 14)."""
    return DomainError(
        "engines.no_consent",
        gettext_noop("This operation edits a face, and no consent of the depicted people was presented."),
        gettext_noop("Ask every depicted person first; the job starts by itself when they have agreed."),
        status=403,
    )


def wrong_permit() -> DomainError:
    """Return the refusal for a permit that was written for another engine."""
    return DomainError(
        "engines.wrong_permit",
        gettext_noop("The permit presented belongs to another operation."),
        gettext_noop("Start the job again from its page."),
        status=403,
    )


def missing_input(role: str) -> DomainError:
    """Return the refusal for a run without one of its inputs."""
    return DomainError(
        "engines.missing_input",
        gettext_noop("The input “%(role)s” is missing."),
        gettext_noop("Add the file on the job's page."),
        params={"role": role},
    )
