"""What the public page refuses."""

from compliance.rules.errors import DomainError, gettext_noop


def unknown_number() -> DomainError:
    """Return the answer to a number that is on nothing this provider released."""
    return DomainError(
        "verify.unknown_number",
        gettext_noop("We have released nothing with this number."),
        gettext_noop("Check every character, or check the file itself: the page reads the number from it."),
        status=404,
    )
