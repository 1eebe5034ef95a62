"""The automatic checks that exist: plain functions from facts to a verdict, no model, no file."""

from dataclasses import dataclass, field
from typing import Literal

from compliance.review import reasons

# Seconds between two searched frames, above which a face could come and go unseen.
SEEN_APART = 2.0


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What is known of one input.

    Args:
        role: the engine's name for it.
        width: pixels as displayed.
        height: pixels as displayed.
        faces: number of faces found.
        named: number of depicted persons who were named for it.
        camera: a camera's make or model stands in the file.
        labels: number of AIGC labels the file already carries.
        sha256: of the file.
        medium: "image", "video", "audio" or "text".
    """

    role: str
    width: int
    height: int
    faces: int
    named: int
    camera: bool
    labels: int
    sha256: str
    medium: str = "image"


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What is known of a result.

    Args:
        faces: number of faces found.
        width: pixels as displayed, 0 without a picture.
        height: pixels as displayed, 0 without a picture.
        medium: "image", "video", "audio" or "text".
        has_sound: there is something to hear.
        seconds: length of a recording.
        apart: longest time between two frames that were searched, seconds; 0 for a picture.
        unlabelled: it is to be supplied without an explicit label (Labelling Measures Art. 9).
    """

    faces: int
    width: int
    height: int
    medium: str = "image"
    has_sound: bool = False
    seconds: float = 0.0
    apart: float = 0.0
    unlabelled: bool = False

    @property
    def unseen(self) -> str:
        """Return the reason why no check of the house took all of it in, "" when one did.

        A picture is searched whole. Of a video frames are searched; nobody appears and is recognised between two that
        lie closer than SEEN_APART. Nothing here hears a voice or reads a text.
        """
        if self.medium == "text":
            return reasons.UNREAD
        if self.medium == "audio" or self.has_sound:
            return reasons.UNHEARD
        return reasons.UNWATCHED if self.apart > SEEN_APART else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review came to.

    Args:
        result: "pass" or "hold".
        rule: the check that decided.
        reason: reason code of a hold, "" otherwise.
        facts: what the check saw, for the record (no personal data).
    """

    result: Literal["pass", "hold"]
    rule: str
    reason: str = ""
    facts: dict[str, int | str | bool] = field(default_factory=dict)


def review_input(*, biometric: bool, depicts: str, inputs: list[InputFacts]) -> Verdict:
    """Review what the user brought (Provisions Art. 10).

    Args:
        biometric: the engine edits biometric information, so that a photo is its proper input.
        depicts: the declaration, "none" or "persons".
        inputs: every input of the job.

    Returns:
        A hold for a camera photo said to be synthetic (Labelling Measures Art. 10), for a label that is already there
        (Provisions Art. 18), for a face nobody answers for (Provisions Art. 14); otherwise a pass.
    """
    faces = sum(item.faces for item in inputs)
    facts: dict[str, int | str | bool] = {
        "files": len(inputs),
        "faces": faces,
        "named": sum(item.named for item in inputs),
        "labels": sum(item.labels for item in inputs),
        "camera": any(item.camera for item in inputs),
    }
    if any(item.labels for item in inputs):
        return Verdict("hold", "input.labels", reasons.FOREIGN_LABEL, facts)
    if not biometric and any(item.camera for item in inputs):
        return Verdict("hold", "input.camera", reasons.CAMERA_PHOTO, facts)
    if depicts == "none" and faces:
        return Verdict("hold", "input.faces", reasons.FACE_UNDECLARED, facts)
    if depicts == "persons" and any(item.faces > item.named for item in inputs):
        return Verdict("hold", "input.faces", reasons.FACES_UNCOVERED, facts)
    return Verdict("pass", "input.automatic", facts=facts)


def review_output(*, biometric: bool, output: OutputFacts, seen_by_officer: bool) -> Verdict:
    """Review what was synthesised (Provisions Art. 10).

    Args:
        biometric: the engine edits biometric information.
        output: what is known of the result.
        seen_by_officer: an officer already let exactly these bytes go on, as the input.

    Returns:
        A hold for every edited face, for every face nobody has looked at, for whatever no check can take in, and for
        whatever is to leave without an explicit label; otherwise a pass.
    """
    facts: dict[str, int | str | bool] = {
        "faces": output.faces,
        "width": output.width,
        "height": output.height,
        "medium": output.medium,
    }
    if biometric:
        return Verdict("hold", "output.biometric", reasons.BIOMETRIC_OUTPUT, facts)
    if seen_by_officer and not output.unlabelled:
        seen = bool(output.faces or output.unseen)
        return Verdict("pass", "output.seen" if seen else "output.automatic", facts=facts)
    if output.unlabelled:
        return Verdict("hold", "output.unlabelled", reasons.UNLABELLED_OUTPUT, facts)
    if output.faces:
        return Verdict("hold", "output.faces", reasons.FACE_OUTPUT, facts)
    if output.unseen:
        return Verdict("hold", "output.unseen", output.unseen, facts)
    return Verdict("pass", "output.automatic", facts=facts)
