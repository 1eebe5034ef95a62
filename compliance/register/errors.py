"""What the register refuses, each with the way out."""

from compliance.rules.errors import DomainError, gettext_noop


def acceptance_required() -> DomainError:
    """Return the 403 of whoever has not accepted the texts as they read now (Provisions Art. 8)."""
    return DomainError(
        "register.acceptance_required",
        gettext_noop("Before your first job you have to read and accept the rules, the convention and the agreement."),
        gettext_noop(
            "Open /agreements/. If you accepted before, a text has changed since: only that one is asked again."
        ),
        status=403,
    )


def text_changed() -> DomainError:
    """Return the conflict for an acceptance of a wording that is no longer the current one."""
    return DomainError(
        "register.text_changed",
        gettext_noop("The text changed while you were reading it."),
        gettext_noop("Read the new version, then accept it."),
        status=409,
    )


def not_ticked() -> DomainError:
    """Return the refusal of an acceptance nobody gave."""
    return DomainError(
        "register.not_ticked",
        gettext_noop("You have not ticked every text."),
        gettext_noop("Read each text and tick it, or leave the page; nothing was recorded."),
    )


def not_allowed() -> DomainError:
    """Return the refusal for a seat that may not keep the register."""
    return DomainError("register.not_allowed", gettext_noop("Only the provider's staff can change this."), status=403)


def unknown_engines() -> DomainError:
    """Return the refusal for a service that offers what this deployment does not have."""
    return DomainError(
        "register.unknown_engines",
        gettext_noop("A service offers at least one of the operations that are enabled here."),
        gettext_noop("Tick one or more operations from the list."),
    )


def service_name_taken() -> DomainError:
    """Return the refusal for a name in use."""
    return DomainError(
        "register.service_name_taken",
        gettext_noop("There is already a service of that name."),
        gettext_noop("Choose another name, or switch the existing service on again."),
        status=409,
    )


def nothing_missing() -> DomainError:
    """Return the refusal of a reminder of nothing."""
    return DomainError(
        "register.nothing_missing",
        gettext_noop("This account is ready or closed; there is nothing to remind of."),
        status=409,
    )


def no_address() -> DomainError:
    """Return the refusal of a message to somebody who cannot be reached."""
    return DomainError(
        "register.no_address",
        gettext_noop("This account has neither a phone number nor a confirmed e-mail address."),
        gettext_noop("Invite the person again with a number or an address."),
        status=409,
    )
