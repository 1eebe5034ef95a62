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


def unknown_channel() -> DomainError:
    """Return the refusal for a way of verifying that this deployment does not offer."""
    return DomainError(
        "identity.unknown_channel",
        gettext_noop("There is no such way to verify yourself here."),
        gettext_noop("Choose one of the ways shown at /identity/."),
        status=404,
    )


def no_phone() -> DomainError:
    """Return the refusal for an account that is reached by e-mail only."""
    return DomainError(
        "identity.no_phone",
        gettext_noop("Your account has no mobile number yet."),
        gettext_noop("Add one to your account first, or choose another way to verify yourself."),
    )


def code_form() -> DomainError:
    """Return the refusal for something that cannot be a code."""
    return DomainError(
        "identity.code_form",
        gettext_noop("A code has six digits."),
        gettext_noop("Type the six digits of the newest message."),
    )


def name_form() -> DomainError:
    """Return the refusal for something that cannot be a name."""
    return DomainError(
        "identity.name_form",
        gettext_noop("This cannot be the full name."),
        gettext_noop("Write it exactly as it stands on the document."),
    )


def under_age() -> DomainError:
    """Return the refusal for a child: a guardian would have to consent (PIPL Art. 31)."""
    return DomainError(
        "identity.under_age",
        gettext_noop("Children under 14 cannot have an account of their own here."),
        gettext_noop("A parent or guardian can use the platform with their own account."),
        status=403,
    )


def held_elsewhere() -> DomainError:
    """Return the conflict for a number that verifies another account (Provisions Art. 9: one person, one account)."""
    return DomainError(
        "identity.held_elsewhere",
        gettext_noop("The data match, but this number already verifies another account."),
        gettext_noop(
            "If the other account is yours, log in there. If you no longer have it, or somebody used your number, ask "
            "the provider's staff: they can check and release it."
        ),
        status=409,
    )


def other_document() -> DomainError:
    """Return the conflict for an account that is already verified with another number of the same kind."""
    return DomainError(
        "identity.other_document",
        gettext_noop("The data match, but this account is already verified with another number of the same kind."),
        gettext_noop(
            "One account stands for one person or organisation. Open a separate account, or ask the provider's staff "
            "if your number has changed."
        ),
        status=409,
    )


def member_of_organisation() -> DomainError:
    """Return the refusal for a member who tries to verify the whole organisation."""
    return DomainError(
        "identity.member_of_organisation",
        gettext_noop("Only an owner of your organisation can verify it with its code."),
        gettext_noop("Verify yourself with your mobile number, or ask the owner."),
        status=403,
    )


def not_staff() -> DomainError:
    """Return the refusal for a seat that may not help others."""
    return DomainError(
        "identity.not_staff",
        gettext_noop("Only the provider's staff can do this."),
        status=403,
    )


def without_reason() -> DomainError:
    """Return the refusal of a release nobody could account for later."""
    return DomainError(
        "identity.without_reason",
        gettext_noop("A number is released only with a reason."),
        gettext_noop("Write what you checked, and how."),
    )


def no_document() -> DomainError:
    """Return the refusal of releasing what the account does not hold."""
    return DomainError(
        "identity.no_document",
        gettext_noop("This account holds no such number."),
        gettext_noop("Look at the account again; somebody may have released it already."),
        status=404,
    )
