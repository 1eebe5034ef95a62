"""The room's refusals."""

from compliance.rules.errors import DomainError, gettext_noop


def phone_taken() -> DomainError:
    """Another account has that number."""
    return DomainError(
        "people.phone_taken",
        gettext_noop("This number already has an account."),
        gettext_noop("Use another number."),
        status=409,
    )


def not_allowed() -> DomainError:
    """This seat may not do that."""
    return DomainError(
        "people.not_allowed",
        gettext_noop("Your seat does not allow this."),
        gettext_noop("Ask an administrator of the platform."),
        status=403,
    )


def invitation_gone() -> DomainError:
    """The link was used, withdrawn, replaced by a newer one, or has expired; or it never existed."""
    return DomainError(
        "people.invitation_gone",
        gettext_noop("This invitation is no longer valid."),
        gettext_noop("It was used, withdrawn or has expired. Ask whoever invited you to send a new one."),
        status=410,
    )


def invitation_for_another() -> DomainError:
    """The signed-in account does not own the invited number or address."""
    return DomainError(
        "people.invitation_for_another",
        gettext_noop("This invitation was sent to another number or address."),
        gettext_noop("Log in with the number or address that received it."),
        status=403,
    )


def invitation_open() -> DomainError:
    """The same address has an open invitation already."""
    return DomainError(
        "people.invitation_open",
        gettext_noop("This address has an open invitation."),
        gettext_noop("Send that one again, or withdraw it first."),
        status=409,
    )


def already_member() -> DomainError:
    """One account belongs to one organisation at most."""
    return DomainError(
        "people.already_member",
        gettext_noop("The account already belongs to an organisation."),
        gettext_noop("Leave that organisation first."),
        status=409,
    )


def seat_taken() -> DomainError:
    """Accounts that hold another seat cannot take a second one."""
    return DomainError(
        "people.seat_taken",
        gettext_noop("This account already holds another seat."),
        gettext_noop("Use an account of its own for this seat."),
        status=409,
    )


def last_owner() -> DomainError:
    """An organisation with members needs an owner."""
    return DomainError(
        "people.last_owner",
        gettext_noop("You are the only owner, and the organisation still has members."),
        gettext_noop("The other members leave first."),
        status=409,
    )


def already_decided() -> DomainError:
    """Somebody decided this appointment before."""
    return DomainError(
        "people.already_decided",
        gettext_noop("This appointment was already decided."),
        gettext_noop("Open the list to see by whom and when."),
        status=409,
    )


def same_administrator() -> DomainError:
    """Four eyes: the proposer cannot open the account."""
    return DomainError(
        "people.same_administrator",
        gettext_noop("You proposed this appointment, so you cannot open the account."),
        gettext_noop("A second administrator compares the letter and opens it."),
        status=403,
    )


def too_many_tokens() -> DomainError:
    """An account holds at most ten live tokens."""
    return DomainError(
        "people.too_many_tokens",
        gettext_noop("You have ten live tokens."),
        gettext_noop("Revoke one that you no longer use."),
        status=409,
    )
