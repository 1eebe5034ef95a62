"""What this room refuses, and the way out. None of these tells an asker whether a person wants silence."""

from compliance.rules.errors import DomainError, gettext_noop


def not_a_draft() -> DomainError:
    """Depicted persons and purpose stand fixed once the job is submitted: the question was put with them."""
    return DomainError(
        "consent.not_a_draft",
        gettext_noop("The depicted persons can no longer be changed: the job was already submitted."),
        gettext_noop("Cancel the job and start a new one if somebody is missing or wrong."),
        status=409,
    )


def under_14() -> DomainError:
    """PIPL Art. 28 and 31: sensitive data of a minor under 14; the guardian flow does not exist yet."""
    return DomainError(
        "consent.under_14",
        gettext_noop("Pictures of a person under 14 cannot be edited here."),
        gettext_noop(
            "The consent of a parent or guardian would be required, and this platform cannot take it yet. "
            "Use another picture."
        ),
        status=422,
    )


def name_missing() -> DomainError:
    """A person who is to be asked is named."""
    return DomainError(
        "consent.name_missing",
        gettext_noop("The name is missing or longer than 40 characters."),
        gettext_noop("Give the name by which you know the person."),
        status=422,
    )


def already_named() -> DomainError:
    """One person stands once in one picture."""
    return DomainError(
        "consent.already_named",
        gettext_noop("Somebody with this number is already named in this picture."),
        gettext_noop("Every depicted person needs a number of their own, because each one is asked separately."),
        status=409,
    )


def too_many_people() -> DomainError:
    """A picture of a crowd cannot be consented to one by one."""
    return DomainError(
        "consent.too_many_people",
        gettext_noop("At most 10 persons can be named in one picture."),
        gettext_noop("Use a picture that shows fewer people."),
        status=422,
    )


def purpose_missing() -> DomainError:
    """PIPL Art. 17: the purpose is told."""
    return DomainError(
        "consent.purpose_missing",
        gettext_noop("Say in one to 200 characters what the result is for."),
        gettext_noop("The depicted persons read exactly these words before they decide."),
        status=422,
    )


def no_longer_open() -> DomainError:
    """The request was answered, ran out, or its job ended."""
    return DomainError(
        "consent.no_longer_open",
        gettext_noop("This question is no longer open."),
        gettext_noop("Look at your consents to see how it stands."),
        status=409,
    )


def text_changed() -> DomainError:
    """PIPL Art. 14: consent is informed; it counts only for the text that was read."""
    return DomainError(
        "consent.text_changed",
        gettext_noop("The text changed after you opened the page."),
        gettext_noop("Open the question again, read it and then decide."),
        status=409,
    )


def edit_not_chosen() -> DomainError:
    """Agreeing to nothing is not agreeing."""
    return DomainError(
        "consent.edit_not_chosen",
        gettext_noop("You have not ticked that your picture may be edited."),
        gettext_noop("Tick it if you agree, or decline: both are fine."),
        status=422,
    )


def publish_not_asked() -> DomainError:
    """Nobody can agree to what was not asked."""
    return DomainError(
        "consent.publish_not_asked",
        gettext_noop("Publication was not asked for."),
        gettext_noop("Open the question again and then decide."),
        status=422,
    )


def already_revoked() -> DomainError:
    """A consent is taken back once."""
    return DomainError(
        "consent.already_revoked",
        gettext_noop("This consent was already taken back."),
        gettext_noop("Nothing more is needed."),
        status=409,
    )


def wrong_code() -> DomainError:
    """The code does not prove the number."""
    return DomainError(
        "consent.wrong_code",
        gettext_noop("This code is not right, or it is no longer valid."),
        gettext_noop("Check the newest message, or let us send another code."),
        status=422,
    )
