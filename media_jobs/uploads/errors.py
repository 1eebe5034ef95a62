"""Every way a file can be unusable, said in words a person can act on."""

from compliance.rules.errors import DomainError, gettext_noop

_OTHER_FILE = gettext_noop("Choose another file: a JPEG, PNG or WebP picture that opens in an ordinary viewer.")
_EXPORT = gettext_noop("Export it again as an ordinary JPEG, PNG or WebP picture, then choose that file.")

# MediaError code of the isolated child -> what happened, the way out, the HTTP status.
_MEDIA: dict[str, tuple[str, str, int]] = {
    "media.empty": (
        gettext_noop("The file is empty (0 bytes)."),
        gettext_noop("Check that it was saved or downloaded completely, then choose it again."),
        400,
    ),
    "media.not_an_image": (gettext_noop("The file is not a picture this platform reads."), _OTHER_FILE, 415),
    "media.unsupported_format": (
        gettext_noop("Pictures of this format are not supported; JPEG, PNG and WebP are."),
        _EXPORT,
        415,
    ),
    "media.mismatched_type": (
        gettext_noop("The file is not what its name says: the name ends like one format, the content is another."),
        gettext_noop("Give the file the ending of its real format, or export it again, then choose it."),
        415,
    ),
    "media.truncated": (
        gettext_noop("The file is cut off or damaged: it ends before the picture does."),
        gettext_noop("Copy or download it again, then choose it."),
        400,
    ),
    "media.too_large": (
        gettext_noop("The picture has too many pixels."),
        gettext_noop("Make it smaller than the limit named on the page, then choose it again."),
        413,
    ),
    "media.too_small": (
        gettext_noop("The picture is too small to carry a legible label."),
        gettext_noop("Choose a larger version of it."),
        400,
    ),
    "media.animated": (
        gettext_noop("The picture moves (it has several frames); only still pictures are supported."),
        gettext_noop("Export a single frame as JPEG, PNG or WebP, then choose that file."),
        415,
    ),
    "media.unsupported_mode": (
        gettext_noop("The picture's colours are stored in a way that cannot be labelled without changing it."),
        gettext_noop("Export it as 8-bit RGB, then choose that file."),
        415,
    ),
    "media.sixteen_bit": (
        gettext_noop("The picture has 16 bits per colour; labelling it would silently throw away half of them."),
        gettext_noop("Export it with 8 bits per colour, then choose that file."),
        415,
    ),
    "media.cmyk": (
        gettext_noop("The picture is in print colours (CMYK), which browsers and the labels' readers do not share."),
        gettext_noop("Export it as RGB, then choose that file."),
        415,
    ),
}

_ISOLATION: dict[str, tuple[str, str, int]] = {
    "isolation.timeout": (gettext_noop("Reading the file took too long, so it was stopped."), _EXPORT, 422),
    "isolation.memory": (
        gettext_noop(
            "The file unpacks to more than this platform is willing to hold (a decompression bomb does that)."
        ),
        _EXPORT,
        413,
    ),
    "isolation.crashed": (gettext_noop("Reading the file crashed the reader, so it is not accepted."), _EXPORT, 422),
}
_UNUSABLE = (gettext_noop("The file cannot be used."), _EXPORT, 422)


def from_media(code: str, params: dict[str, object] | None = None) -> DomainError:
    """Return the refusal for what the isolated child, or its runner, found wrong with a file.

    Args:
        code: a `media.*` or `isolation.*` code; it stays the refusal's code, so that the API tells them apart.
        params: the child's details (numbers and format names only).
    """
    message, way_out, status = _MEDIA.get(code) or _ISOLATION.get(code) or _UNUSABLE
    return DomainError(code, message, way_out, status=status, params=params)


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


def interrupted() -> DomainError:
    """Return the refusal for a connection that ended in the middle of a file."""
    return DomainError(
        "uploads.interrupted",
        gettext_noop("The transfer broke off; nothing was kept."),
        gettext_noop("Send the file again."),
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
