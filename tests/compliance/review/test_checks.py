"""The automatic checks: what passes, what a person must see, and why."""

import pytest
from django.utils.translation import override

from compliance.review import reasons
from compliance.review.checks import InputFacts, OutputFacts, review_input, review_output


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
    verdict = review_output(biometric=biometric, output=OutputFacts(faces, 480, 360), seen_by_officer=seen)

    assert (verdict.reason, verdict.result) == (reason, "hold" if reason else "pass")


def test_the_hold_for_a_camera_photo_names_the_article() -> None:
    with override("en"):
        assert str(reasons.reason(reasons.CAMERA_PHOTO).cite) == "Labelling Measures Art. 10"


@pytest.mark.parametrize(
    ("output", "seen", "reason"),
    [
        (OutputFacts(0, 640, 360, medium="video", seconds=60, apart=1.5), False, ""),
        (OutputFacts(0, 640, 360, medium="video", seconds=600, apart=15), False, reasons.UNWATCHED),
        (OutputFacts(0, 640, 360, medium="video", has_sound=True, apart=1), False, reasons.UNHEARD),
        (OutputFacts(1, 640, 360, medium="video", has_sound=True, apart=1), False, reasons.FACE_OUTPUT),
        (OutputFacts(0, 0, 0, medium="audio"), False, reasons.UNHEARD),
        (OutputFacts(0, 0, 0, medium="text"), False, reasons.UNREAD),
        (OutputFacts(0, 0, 0, medium="text"), True, ""),
        (OutputFacts(0, 640, 360, medium="video", has_sound=True, apart=99), True, ""),
        (OutputFacts(0, 480, 360, unlabelled=True), False, reasons.UNLABELLED_OUTPUT),
        (OutputFacts(0, 480, 360, unlabelled=True), True, reasons.UNLABELLED_OUTPUT),
    ],
)
def test_what_no_check_takes_in_goes_to_a_person(output: OutputFacts, seen: bool, reason: str) -> None:
    assert review_output(biometric=False, output=output, seen_by_officer=seen).reason == reason


def test_every_reason_for_a_hold_has_words() -> None:
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}

    assert codes == set(reasons.REASONS)
