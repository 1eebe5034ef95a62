"""What identity refuses, each with the way out."""

from compliance.rules.errors import DomainError, gettext_noop


def required() -> DomainError:
    """Return the 403 that an unverified account gets from every submission and publication (Provisions Art. 9)."""
    return DomainError(
        "identity.required",
        gettext_noop("Your identity has to be verified before you can do this."),
        gettext_noop("Verify yourself at /identity/: your mobile number is enough and takes about a minute."),
        status=403,
    )
