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


def unlabelled_not_draft() -> DomainError:
    """The request comes before the job is handed in."""
    return DomainError(
        "unlabelled.not_draft",
        gettext_noop("Leaving the explicit label out is asked for while the job is a draft."),
        gettext_noop("Duplicate the job as a new draft and ask there."),
        status=409,
    )


def unlabelled_incomplete() -> DomainError:
    """Nobody can approve a file that is not there, or not yet declared."""
    return DomainError(
        "unlabelled.incomplete",
        gettext_noop("The request covers exactly the files and declarations of this draft, and they are not complete."),
        gettext_noop("Upload the file and declare what it is first."),
        status=409,
    )


def unlabelled_purpose() -> DomainError:
    """A request without a reason."""
    return DomainError(
        "unlabelled.purpose_missing",
        gettext_noop("Say in a sentence or two why the file is needed without a visible or audible label."),
        gettext_noop("An officer reads it before deciding; 500 characters are enough."),
    )


def unlabelled_duty() -> DomainError:
    """The duty was not accepted in its present wording."""
    return DomainError(
        "unlabelled.duty_missing",
        gettext_noop("Your own duty to label was not accepted in its current wording."),
        gettext_noop("Read it, tick it and send again (Labelling Measures Art. 9)."),
    )


def unlabelled_person() -> DomainError:
    """Somebody is, or may be, depicted or heard."""
    return DomainError(
        "unlabelled.person_depicted",
        gettext_noop(
            "A person is depicted or heard, or a face was found; the explicit label of such a file is never left out."
        ),
        gettext_noop("The file is released with its label. Ask only for files that show and let hear nobody."),
        status=409,
    )


def unlabelled_theme() -> DomainError:
    """The EU label binds as well."""
    return DomainError(
        "unlabelled.not_under_eu",
        gettext_noop("This platform also labels for the European Union, where no request releases from the label."),
        gettext_noop("The file is released with its label."),
        status=409,
    )


def unlabelled_twice() -> DomainError:
    """There is one request at a time."""
    return DomainError(
        "unlabelled.already_requested",
        gettext_noop("There is a request for this job already."),
        gettext_noop("Withdraw it first, or wait for the decision."),
        status=409,
    )


def unlabelled_decided() -> DomainError:
    """The request is no longer in a state from which this step leads."""
    return DomainError(
        "unlabelled.already_decided",
        gettext_noop("This request was decided, withdrawn or used meanwhile."),
        gettext_noop("Reload the page to see where it stands."),
        status=409,
    )


def unlabelled_undecided() -> DomainError:
    """The job waits for the officer, not the other way round."""
    return DomainError(
        "unlabelled.undecided",
        gettext_noop("Your request to leave the explicit label out is not decided yet."),
        gettext_noop("Wait for the decision, or withdraw the request and submit with the label."),
        status=409,
    )


def unlabelled_scope() -> DomainError:
    """What was approved is not what is here."""
    return DomainError(
        "unlabelled.scope_changed",
        gettext_noop("Files or declarations are no longer the ones that were approved for leaving the label out."),
        gettext_noop("Withdraw the request; then the file is released with its label, or ask again."),
        status=409,
    )


def unlabelled_not_found() -> DomainError:
    """The one answer to everybody who may not see a request."""
    return DomainError(
        "unlabelled.not_found",
        gettext_noop("There is no such request."),
        gettext_noop("Your own requests stand on your jobs' pages."),
        status=404,
    )
