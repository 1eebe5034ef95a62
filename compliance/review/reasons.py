"""Why a job is held: a stable code, the sentence both seats read, the article, and what the submitter can do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a hold.

    Args:
        code: stable, `review.reason`.
        title: a few words for lists.
        text: what was found, for the submitter and the officer.
        cite: the provision behind it.
        way_out: what the submitter can do meanwhile.
    """

    code: str
    title: str | Promise
    text: str | Promise
    cite: str | Promise
    way_out: str | Promise


_WAIT = _("A compliance officer looks at it; you need to do nothing. The officer may ask you a question here.")

CAMERA_PHOTO = "review.camera_photo"
FOREIGN_LABEL = "review.foreign_label"
FACE_UNDECLARED = "review.face_undeclared"
FACES_UNCOVERED = "review.faces_uncovered"
BIOMETRIC_OUTPUT = "review.biometric_output"
FACE_OUTPUT = "review.face_output"
UNHEARD = "review.unheard"
UNWATCHED = "review.unwatched"
UNREAD = "review.unread"
UNLABELLED_OUTPUT = "review.unlabelled_output"

REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            CAMERA_PHOTO,
            _("Looks like a camera photo"),
            _(
                "The file carries a camera's make and model and no sign of a generating model. Labelling true content "
                "as synthetic is improper labelling and can harm others."
            ),
            _("Labelling Measures Art. 10"),
            _("If a camera took this picture, cancel the job. If a model made it, tell the officer which one."),
        ),
        Reason(
            FOREIGN_LABEL,
            _("Already carries an AIGC label"),
            _(
                "The file already carries an AI-generated-content label of its own. A label must not be tampered with, "
                "forged or hidden, and this platform would write its own in that place."
            ),
            _("Provisions Art. 18; Labelling Measures Art. 10"),
            _("Tell the officer where the file comes from."),
        ),
        Reason(
            FACE_UNDECLARED,
            _("A face, but no person declared"),
            _("You declared that no identifiable person is depicted, but a face was found in the picture."),
            _("Provisions Art. 14"),
            _WAIT,
        ),
        Reason(
            FACES_UNCOVERED,
            _("More faces than named persons"),
            _("There are more faces in the picture than persons who were named and asked."),
            _("Provisions Art. 14"),
            _("Cancel the job, duplicate it, and name everybody who is depicted."),
        ),
        Reason(
            BIOMETRIC_OUTPUT,
            _("Edited face"),
            _("The result is an edited face. No automatic check can decide about that: a person looks at every one."),
            _("Provisions Art. 10, Art. 17(1)(3)"),
            _WAIT,
        ),
        Reason(
            FACE_OUTPUT,
            _("A face in the result"),
            _("There is a face in the result. Automatic checks see that, not what is said about the person."),
            _("Provisions Art. 10"),
            _WAIT,
        ),
        Reason(
            UNHEARD,
            _("Sound nobody has heard"),
            _(
                "There is something to hear. No automatic check here tells a voice from music or understands what is "
                "said, so a person listens."
            ),
            _("Provisions Art. 10, Art. 17(1)(2)"),
            _WAIT,
        ),
        Reason(
            UNWATCHED,
            _("A video too long to be searched closely"),
            _(
                "Faces were looked for in single frames more than two seconds apart; somebody could come and go "
                "between them. A person watches the rest."
            ),
            _("Provisions Art. 10"),
            _WAIT,
        ),
        Reason(
            UNREAD,
            _("A text nobody has read"),
            _("No automatic check here understands a text, so a person reads it."),
            _("Provisions Art. 10, Art. 17(1)(1)"),
            _WAIT,
        ),
        Reason(
            UNLABELLED_OUTPUT,
            _("To be supplied without a visible or audible label"),
            _(
                "An approved request asks that the explicit label be left out. A person looks at every such file "
                "before it leaves; the label in the metadata stays."
            ),
            _("Labelling Measures Art. 9; Provisions Art. 10"),
            _WAIT,
        ),
    )
}


def reason(code: str) -> Reason:
    """Return the reason of that code; an unknown code speaks for itself."""
    return REASONS.get(code) or Reason(code, code, code, _("Provisions Art. 10"), _WAIT)
