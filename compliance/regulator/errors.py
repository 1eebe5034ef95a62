"""Refusals of the regulator's seat."""

from compliance.rules.errors import DomainError, gettext_noop


def order_required() -> DomainError:
    """Return the refusal of a query without an order."""
    return DomainError(
        "regulator.order_required",
        gettext_noop("A query needs the number of the order it rests on."),
        gettext_noop("Enter the order at /regulator/ first, then name it with ?order=NUMBER."),
        status=403,
    )


def bad_filter(field: str) -> DomainError:
    """Return the refusal of a filter value nobody could mean."""
    return DomainError(
        "regulator.bad_filter",
        gettext_noop("The filter “%(field)s” cannot be read."),
        gettext_noop("Ids are UUIDs, hashes are 64 hex characters, days are YYYY-MM-DD."),
        params={"field": field},
    )
