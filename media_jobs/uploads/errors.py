"""Every way a file can be unusable, said in words a person can act on."""

from compliance.rules.errors import DomainError, gettext_noop
from media_jobs.isolation.errors import PortableError

# Everything else about a bad file is 422: it arrived, it is understood, it cannot be used.
_STATUS = {
    "media.empty": 400,
    "media.not_recognised": 415,
    "media.unsupported_format": 415,
    "media.mismatched_type": 415,
    "media.too_many_bytes": 413,
    "media.too_large": 413,
    "isolation.memory": 413,
}


def from_media(error: PortableError) -> DomainError:
    """Return the refusal for what an isolated child, or its runner, found wrong with a file.

    Code, texts and numbers stay the child's own, so that page and API tell the cases apart.
    """
    return DomainError(
        error.code, error.message, error.way_out, status=_STATUS.get(error.code, 422), params=error.params
    )


# The same, as the rooms above call it.
refused = from_media


def missing() -> DomainError:
    """Return the refusal for a form without a file."""
    return DomainError("uploads.missing", gettext_noop("No file was chosen."), gettext_noop("Choose a file first."))


def too_many_bytes(limit: int) -> DomainError:
    """Return the refusal for a file above UPLOAD_MAX_BYTES."""
    return DomainError(
        "uploads.too_large",
        gettext_noop("The file is larger than %(limit)s MB."),
        gettext_noop("Choose a smaller file, or export it with stronger compression."),
        status=413,
        params={"limit": round(limit / 1024 / 1024, 1) if limit % (1024 * 1024) else limit // 1024 // 1024},
    )


def wrong_medium(kinds: str) -> DomainError:
    """Return the refusal for a file whose kind this input does not take.

    Args:
        kinds: what it takes, as people write them: "JPEG, PNG".
    """
    return DomainError(
        "uploads.wrong_medium",
        gettext_noop("This input takes other kinds of files."),
        gettext_noop("Bring one of these: %(kinds)s."),
        status=415,
        params={"kinds": kinds},
    )


def not_draft() -> DomainError:
    """Return the refusal for changing the inputs of a job that was submitted."""
    return DomainError(
        "uploads.job_not_draft",
        gettext_noop("The job was submitted, so its files can no longer change."),
        gettext_noop("Cancel the job and start a new one with the right files."),
        status=409,
    )


def unknown_role(role: str) -> DomainError:
    """Return the refusal for an input name that no engine could have."""
    return DomainError(
        "uploads.unknown_role",
        gettext_noop("There is no input of that name."),
        gettext_noop("Use the form on the job's page."),
        params={"role": role[:16]},
    )


def not_found() -> DomainError:
    """Return the one answer to everybody who may not see a file: it is not there."""
    return DomainError(
        "uploads.not_found",
        gettext_noop("There is no such file."),
        gettext_noop("Open it from your job's page."),
        status=404,
    )
