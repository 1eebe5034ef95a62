"""The automatic checks that exist: plain functions from facts to a verdict, no model, no file."""

from dataclasses import dataclass, field
from typing import Literal

from compliance.review import reasons


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
    """

    role: str
    width: int
    height: int
    faces: int
    named: int
    camera: bool
    labels: int
    sha256: str


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


def review_output(*, biometric: bool, faces: int, width: int, height: int, seen_by_officer: bool) -> Verdict:
    """Review what was synthesised (Provisions Art. 10).

    Args:
        biometric: the engine edits biometric information.
        faces: number of faces found in the result.
        width: pixels as displayed.
        height: pixels as displayed.
        seen_by_officer: an officer already let exactly these bytes go on, as the input.

    Returns:
        A hold for every edited face and for every face nobody has looked at; otherwise a pass.
    """
    facts: dict[str, int | str | bool] = {"faces": faces, "width": width, "height": height}
    if biometric:
        return Verdict("hold", "output.biometric", reasons.BIOMETRIC_OUTPUT, facts)
    if faces and not seen_by_officer:
        return Verdict("hold", "output.faces", reasons.FACE_OUTPUT, facts)
    return Verdict("pass", "output.seen" if faces else "output.automatic", facts=facts)
