"""Why a job stopped, in words: reason code to what happened and the way out. One place for page and API."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from compliance.review import reasons as review_reasons
from media_jobs.isolation import errors as isolation_errors
from media_jobs.labelling import errors as labelling_errors


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason.

    Args:
        code: stable.
        text: what happened.
        way_out: what the person can do.
        cite: the provision behind it, "" for a fault.
    """

    code: str
    text: str | Promise
    way_out: str | Promise
    cite: str | Promise = ""


_AGAIN = _("Try again. What you brought is kept.")
_DUPLICATE = _("Duplicate the job as a new draft and change what is needed.")
_UNSIGNED = _("The file could not be signed, so it is not released.")
_UNSIGNED_WAY_OUT = _(
    "Try again later. If it happens again, tell the operator the code below; what you brought is kept."
)
_FRONTAL = _(
    "Duplicate the job as a new draft and bring pictures in which one large face is seen from the front, not covered."
)

_KNOWN = {
    reason.code: reason
    for reason in (
        Explained("jobs.cancelled_by_owner", _("You cancelled this job."), _DUPLICATE),
        Explained("jobs.withdrawn_by_owner", _("You withdrew this file."), _DUPLICATE),
        Explained(
            "consent.declined",
            _("Not everybody depicted agreed, so this job ended."),
            _("Respect the answer, or make a new draft without this person."),
            _("Provisions Art. 14"),
        ),
        Explained(
            "consent.expired",
            _("Not everybody depicted answered in time, so this job ended."),
            _DUPLICATE,
            _("Provisions Art. 14"),
        ),
        Explained(
            "consent.revoked",
            _("A depicted person took back the consent. The file is no longer handed out, and the job ended."),
            _("Delete the copies you made, and tell whoever you gave one to."),
            _("PIPL Art. 15, Art. 47"),
        ),
        Explained(
            "consent.not_in_force",
            _("A consent this job needs is no longer in force."),
            _("Cancel the job, duplicate it, and ask again."),
            _("Provisions Art. 14"),
        ),
        Explained(
            "review.rejected_by_officer",
            _("A compliance officer rejected this job; the explanation stands below."),
            _DUPLICATE,
            _("Provisions Art. 10"),
        ),
        Explained("pipeline.attempts_exhausted", _("The stage was begun three times and never finished."), _AGAIN),
        Explained("pipeline.storage", _("The platform's storage had a fault."), _AGAIN),
        Explained(
            "pipeline.file_changed",
            _("A file of this job no longer has the content that was recorded, so it is not used."),
            _DUPLICATE,
        ),
        Explained(
            "pipeline.readback_mismatch",
            _("The labels could not be read back as they were written, so the file is not released."),
            _AGAIN,
            _("Provisions Art. 16, Art. 17"),
        ),
        *(
            Explained(code, _UNSIGNED, _UNSIGNED_WAY_OUT)
            for code in (
                "signing.bad_key",
                "signing.failed",
                "c2pa.bad_chain",
                "c2pa.not_signed",
                "c2pa.does_not_validate",
            )
        ),
        Explained("engines.unreadable", _("A picture of this job cannot be read to its end."), _DUPLICATE),
        Explained("engines.no_face", _("No face was found in one of the pictures."), _FRONTAL),
        Explained("engines.several_faces", _("One of the pictures shows several faces; this takes one."), _FRONTAL),
        Explained("engines.face_too_small", _("The face in one of the pictures is too small."), _FRONTAL),
        Explained("engines.no_match", _("The two faces cannot be laid over each other."), _FRONTAL),
        Explained("engines.not_available", _("This operation is no longer offered here."), _DUPLICATE),
        Explained(
            "people.rate_limited",
            _("You asked too many people today, so no further question was sent."),
            _("Try again tomorrow. What you brought is kept."),
        ),
    )
}


def explain(code: str) -> Explained:
    """Return the words for a reason code in the language in use; an unknown code is shown as it is."""
    if code in _KNOWN:
        return _KNOWN[code]
    if code in review_reasons.REASONS:
        found = review_reasons.reason(code)
        return Explained(code, found.text, found.way_out, found.cite)
    texts = {**labelling_errors.TEXTS, **isolation_errors._TEXTS}
    if code in texts:
        message, way_out = texts[code]
        return Explained(code, translate(message), translate(way_out))
    return Explained(code, _("A stage of this job failed."), _AGAIN)
