"""What the switches refuse."""

from compliance.rules.errors import DomainError, gettext_noop


def not_allowed() -> DomainError:
    """Return the refusal for a seat that may not stop the service."""
    return DomainError(
        "switches.not_allowed",
        gettext_noop("Only a compliance officer or an administrator may stop or start a service."),
        gettext_noop("Ask a compliance officer, and give them the number of the order."),
        status=403,
    )


def unknown(name: str) -> DomainError:
    """Return the refusal for a switch that does not exist."""
    return DomainError(
        "switches.unknown",
        gettext_noop("There is no switch of that name."),
        gettext_noop("Choose one of the switches shown on the page."),
        status=404,
        params={"name": name},
    )


def without_order() -> DomainError:
    """Return the refusal for a change nobody could account for later."""
    return DomainError(
        "switches.without_order",
        gettext_noop("A switch is only moved with the number of the order and a reason."),
        gettext_noop("Write both, as they stand in the order you received or gave."),
    )


def stopped(name: str) -> DomainError:
    """Return the refusal for somebody who meets a stopped service."""
    return DomainError(
        "switches.stopped",
        gettext_noop("This service is suspended by order at the moment."),
        gettext_noop("Nothing of yours is lost. Try again later; the provider announces when it resumes."),
        status=503,
        params={"name": name},
    )
