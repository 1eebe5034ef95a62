"""What the pipeline refuses, with the way out."""

from compliance.rules.errors import DomainError, gettext_noop

_COMPLETE = gettext_noop("Complete the step named here on the job's page, then submit again.")


def file_changed() -> DomainError:
    """A file in the working store or the quarantine no longer has the recorded content (law 4: fail closed)."""
    return DomainError(
        "pipeline.file_changed",
        gettext_noop("A file of this job no longer has the content that was recorded, so it is not used."),
        gettext_noop("Duplicate the job and bring the file again."),
        status=409,
    )


def stopped(engine: str) -> DomainError:
    """The job type is stopped by order (Provisions Art. 21)."""
    return DomainError(
        "pipeline.stopped",
        gettext_noop("This kind of job is stopped by order of the authorities for the time being."),
        gettext_noop("Your draft is kept. Try again when the order is lifted."),
        status=503,
        params={"engine": engine},
    )


def publication_stopped() -> DomainError:
    """Handing out is stopped by order (Provisions Art. 21)."""
    return DomainError(
        "pipeline.publication_stopped",
        gettext_noop("Downloads are stopped by order of the authorities for the time being."),
        gettext_noop("Your file is kept. Try again when the order is lifted."),
        status=503,
    )


def not_accepted() -> DomainError:
    """Rules, convention or agreement are not accepted in their current wording (Provisions Art. 8)."""
    return DomainError(
        "pipeline.not_accepted",
        gettext_noop("You have not yet accepted the platform's rules, convention and agreement as they read now."),
        gettext_noop("Read and accept them on the agreements page; your drafts are kept."),
        status=403,
    )


def input_missing(role: str) -> DomainError:
    """An input without a file."""
    return DomainError(
        "pipeline.input_missing",
        gettext_noop("The file for “%(role)s” is still missing."),
        _COMPLETE,
        params={"role": role},
    )


def class_missing() -> DomainError:
    """No Art. 23 class."""
    return DomainError(
        "pipeline.class_missing",
        gettext_noop("It is not yet declared which kind of synthesis made the file (Provisions Art. 23)."),
        _COMPLETE,
    )


def class_of_other_medium() -> DomainError:
    """A class of Art. 23 that cannot make such a file."""
    return DomainError(
        "pipeline.class_of_other_medium",
        gettext_noop(
            "The declared kind of synthesis does not make files like the one you brought (Provisions Art. 23)."
        ),
        gettext_noop("Choose the kind that made this file, then submit again."),
    )


def depicts_missing() -> DomainError:
    """No answer to whether a person is depicted."""
    return DomainError(
        "pipeline.depicts_missing",
        gettext_noop("It is not yet declared whether an identifiable person is depicted or heard."),
        _COMPLETE,
    )


def persons_missing(roles: str) -> DomainError:
    """A face without a name."""
    return DomainError(
        "pipeline.persons_missing",
        gettext_noop("Not everybody depicted is named yet (%(roles)s): each of them is asked first."),
        gettext_noop("Name a person for every face found, then submit again. Provisions Art. 14."),
        params={"roles": roles},
    )


def contradiction() -> DomainError:
    """Persons are named although none is said to be depicted."""
    return DomainError(
        "pipeline.contradiction",
        gettext_noop("You named depicted persons, but declared that nobody identifiable is depicted."),
        gettext_noop("Correct one of the two, then submit again."),
    )


def acknowledgement_missing() -> DomainError:
    """The reminder or the prompt was not acknowledged in its current wording."""
    return DomainError(
        "pipeline.acknowledgement_missing",
        gettext_noop("The reminder about your duties was not acknowledged in its current wording."),
        gettext_noop("Read it on the job's page, tick it, and submit again. Provisions Art. 8, Art. 14."),
    )


def not_released() -> DomainError:
    """Nothing to hand out yet; says no more than that."""
    return DomainError(
        "pipeline.not_released",
        gettext_noop("There is no released file for this job."),
        gettext_noop("Its page shows how far it is."),
        status=404,
    )


def download_only() -> DomainError:
    """A file without its explicit label is not shown, only handed out (Labelling Measures Art. 9)."""
    return DomainError(
        "pipeline.download_only",
        gettext_noop("This file has no visible or audible label, so it is not shown here."),
        gettext_noop("Download it; each download is recorded."),
        status=403,
    )


def withdrawn() -> DomainError:
    """The release was taken back."""
    return DomainError(
        "pipeline.withdrawn",
        gettext_noop("This file was withdrawn and is no longer handed out."),
        gettext_noop("A depicted person took back the consent, or the file was taken down; the job's page says which."),
        status=410,
    )


def no_preview() -> DomainError:
    """The labelled copy for the officer could not be made."""
    return DomainError(
        "pipeline.no_preview",
        gettext_noop("No labelled copy of this recording could be made, so there is nothing to show."),
        gettext_noop("What cannot carry a label cannot be released: reject the job and say so."),
        status=404,
    )


def release_altered() -> DomainError:
    """The stored file is not the one that was released."""
    return DomainError(
        "release.altered",
        gettext_noop("The stored file is no longer the one that was released, so it is not handed out."),
        gettext_noop("The operator was told. Duplicate the job to make the file again."),
        status=409,
    )


def job_not_found() -> DomainError:
    """The one answer to everybody who may not see a job: it is not there."""
    return DomainError(
        "pipeline.job_not_found",
        gettext_noop("There is no such job."),
        gettext_noop("Your own jobs are in the list of jobs."),
        status=404,
    )


def readback_mismatch() -> DomainError:
    """The labels were not found again as they were written."""
    return DomainError(
        "pipeline.readback_mismatch",
        gettext_noop("The labels could not be read back as they were written, so the file is not released."),
        gettext_noop("Try again; if it happens again, bring the file in another format."),
        status=409,
    )


def purpose_missing() -> DomainError:
    """Nobody can agree to a purpose that is not stated (PIPL Art. 14, 17)."""
    return DomainError(
        "pipeline.purpose_missing",
        gettext_noop("You have not yet said what the result is for; the depicted persons read it."),
        _COMPLETE,
    )
