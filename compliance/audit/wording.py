"""Words for the codes that events carry in public: an entry keeps the code, a page shows the word."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Codes of all rooms, as text only: this room imports none of them. A code that is not here is shown as it is.
WORDS: dict[str, Promise] = {
    # outcomes
    "ok": _("done"),
    "refused": _("refused"),
    "failed": _("Failed"),
    # seats
    "user": _("User"),
    "staff": _("Provider staff"),
    "officer": _("Compliance officer"),
    "regulator": _("Regulator"),
    "admin": _("Administrator"),
    # channels
    "phone": _("mobile number"),
    "email": _("e-mail"),
    "mobile": _("mobile number"),
    "id_card": _("ID card number"),
    "organisation": _("organisation"),
    # texts
    "rules": _("Management rules"),
    "convention": _("Platform convention"),
    "agreement": _("User agreement and labels"),
    "privacy": _("Privacy"),
    "intended-use": _("Intended use"),
    # operations and their pictures
    "gateway": _("own model's work"),
    "face_blend": _("face blend"),
    "file": _("The generated file"),
    "source": _("The face"),
    "target": _("The picture to edit"),
    # stages, phases, results
    "awaiting_consent": _("Waiting for consent"),
    "input_review": _("Review the input"),
    "synthesis": _("Synthesise"),
    "output_review": _("Review the result"),
    "labelling": _("Write the labels"),
    "read_back": _("Read the labels back"),
    "input": _("input"),
    "output": _("result"),
    "pass": _("passed"),
    "hold": _("handed to a person"),
    "reject": _("turned down"),
    # what a hand-over came to (Labelling Measures Art. 6)
    "verified": _("synthetic by its label"),
    "declared": _("declared as synthetic"),
    "suspected": _("suspected to be synthetic"),
    "held": _("held back"),
    # why
    "input.automatic": _("automatic checks of the input"),
    "output.automatic": _("automatic checks of the result"),
    "input.labels": _("the input already carries a label"),
    "input.camera": _("the input looks like a camera photo"),
    "input.faces": _("faces and named persons do not fit"),
    "output.biometric": _("a person looks at every edited face"),
    "output.faces": _("a face in the result"),
    "output.seen": _("an officer saw or heard it already"),
    "output.unseen": _("no automatic check takes it in"),
    "output.unlabelled": _("to be supplied without an explicit label"),
    "review.camera_photo": _("the input looks like a camera photo"),
    "review.foreign_label": _("the input already carries a label"),
    "review.face_undeclared": _("a face, but no person declared"),
    "review.faces_uncovered": _("more faces than named persons"),
    "review.biometric_output": _("a person looks at every edited face"),
    "review.face_output": _("a face in the result"),
    "review.unheard": _("sound nobody has heard"),
    "review.unwatched": _("a video too long to be searched closely"),
    "review.unread": _("a text nobody has read"),
    "review.unlabelled_output": _("to be supplied without an explicit label"),
    "review.rejected_by_officer": _("an officer rejected it"),
    "consent.declined": _("a depicted person declined"),
    "consent.expired": _("a depicted person did not answer in time"),
    "consent.revoked": _("a consent was taken back"),
    "jobs.cancelled_by_owner": _("the submitter cancelled it"),
    "jobs.withdrawn_by_owner": _("the submitter withdrew it"),
}


def plainly(value: Any) -> Any:
    """Return the word for a code in the reader's language; anything else as it is."""
    return WORDS.get(value, value) if isinstance(value, str) else value
