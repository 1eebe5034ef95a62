"""The automatic checks: what passes, what a person must see, and why."""

import pytest
from django.utils.translation import override

from compliance.review import reasons
from compliance.review.checks import InputFacts, review_input, review_output


def facts(*, faces: int = 0, named: int = 0, camera: bool = False, labels: int = 0) -> InputFacts:
    return InputFacts("file", 480, 360, faces, named, camera, labels, "0" * 64)


@pytest.mark.parametrize(
    ("biometric", "depicts", "item", "reason"),
    [
        (False, "none", facts(), ""),
        (False, "persons", facts(faces=1, named=1), ""),
        (True, "persons", facts(faces=1, named=1, camera=True), ""),
        (False, "none", facts(camera=True), reasons.CAMERA_PHOTO),
        (False, "none", facts(labels=1), reasons.FOREIGN_LABEL),
        (False, "none", facts(faces=1), reasons.FACE_UNDECLARED),
        (False, "persons", facts(faces=2, named=1), reasons.FACES_UNCOVERED),
    ],
)
def test_input(biometric: bool, depicts: str, item: InputFacts, reason: str) -> None:
    verdict = review_input(biometric=biometric, depicts=depicts, inputs=[item])

    assert (verdict.reason, verdict.result) == (reason, "hold" if reason else "pass")


@pytest.mark.parametrize(
    ("biometric", "faces", "seen", "reason"),
    [
        (False, 0, False, ""),
        (False, 1, True, ""),
        (False, 1, False, reasons.FACE_OUTPUT),
        (True, 1, True, reasons.BIOMETRIC_OUTPUT),
        (True, 0, False, reasons.BIOMETRIC_OUTPUT),
    ],
)
def test_output(biometric: bool, faces: int, seen: bool, reason: str) -> None:
    verdict = review_output(biometric=biometric, faces=faces, width=480, height=360, seen_by_officer=seen)

    assert (verdict.reason, verdict.result) == (reason, "hold" if reason else "pass")


def test_the_hold_for_a_camera_photo_names_the_article() -> None:
    with override("en"):
        assert str(reasons.reason(reasons.CAMERA_PHOTO).cite) == "Labelling Measures Art. 10"
