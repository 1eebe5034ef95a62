"""What the engines refuse, each with a stable code and a way out."""

from compliance.rules.errors import DomainError, gettext_noop
from media_jobs.isolation.errors import PortableError


class EngineError(PortableError):
    """What an engine's child finds wrong with its inputs; crosses the process border unchanged.

    Codes: engines.unreadable, engines.no_face, engines.several_faces, engines.face_too_small, engines.no_match.
    """


_OTHER_PICTURE = gettext_noop("Choose another picture for the input “%(role)s”.")
_CHILD: dict[str, tuple[str, str]] = {
    "engines.unreadable": (
        gettext_noop("The picture for the input “%(role)s” cannot be read to its end."),
        _OTHER_PICTURE,
    ),
    "engines.no_face": (
        gettext_noop("No face was found in the picture for the input “%(role)s”."),
        gettext_noop("Choose a picture in which one face is seen from the front, well lit and not covered."),
    ),
    "engines.several_faces": (
        gettext_noop("%(count)s faces were found in the picture for the input “%(role)s”; this operation takes one."),
        gettext_noop("Crop the picture to one face, or choose another."),
    ),
    "engines.face_too_small": (
        gettext_noop("The face in the picture for the input “%(role)s” is too small."),
        gettext_noop("Choose a picture in which the eyes are at least %(minimum)s pixels apart."),
    ),
    "engines.no_match": (
        gettext_noop("The two faces cannot be laid over each other."),
        gettext_noop("Choose pictures in which both faces look roughly the same way."),
    ),
}


def engine_error(code: str, **params: object) -> EngineError:
    """Return the child's refusal for one of the codes, with its catalogue texts."""
    message, way_out = _CHILD[code]
    return EngineError(code, message, params, way_out=way_out)


def not_available(key: str) -> DomainError:
    """Return the refusal for an engine that this deployment does not offer."""
    return DomainError(
        "engines.not_available",
        gettext_noop("This operation is not offered here."),
        gettext_noop("Choose one of the operations listed on the new-job page."),
        status=404,
        params={"engine": key},
    )


def no_permit() -> DomainError:
    """Return the refusal for a biometric engine that nobody's consent stands behind (Provisions Art. 14)."""
    return DomainError(
        "engines.no_consent",
        gettext_noop("This operation edits a face, and no consent of the depicted people was presented."),
        gettext_noop("Ask every depicted person first; the job starts by itself when they have agreed."),
        status=403,
    )


def wrong_permit() -> DomainError:
    """Return the refusal for a permit that was written for another engine."""
    return DomainError(
        "engines.wrong_permit",
        gettext_noop("The permit presented belongs to another operation."),
        gettext_noop("Start the job again from its page."),
        status=403,
    )


def missing_input(role: str) -> DomainError:
    """Return the refusal for a run without one of its inputs."""
    return DomainError(
        "engines.missing_input",
        gettext_noop("The input “%(role)s” is missing."),
        gettext_noop("Add the file on the job's page."),
        params={"role": role},
    )
