"""`hallmark inspect-code`: every part explained, the right check digit named, a person's number never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_jobs.labelling import provider_code
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE, USCC_ALPHABET
from tests.media_jobs.labelling.cli.run import run, run_json

# Codes found in real files (regulation brief 3.4).
REAL = ("001191110102MACQD9K64010000", "001191330106MA2CFLDG4R10001", "001191440300708461136T1XGW3")


@pytest.mark.parametrize("code", REAL)
def test_codes_from_real_files(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, told = run_json(capsys, "inspect-code", code)

    assert (exit_code, told["valid"], told["subject"]) == (0, True, "organisation")
    assert told["check_digit"] == {"found": code[21], "expected": code[21], "right": True}
    assert [part["text"] for part in told["parts"]] == ["00", "1", "1", code[4:21], code[21], code[22:]]


def test_a_wrong_check_digit_and_what_it_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, out, _ = run(capsys, "inspect-code", "001191110102MACQD9K64X10000")

    assert exit_code == 1
    assert "should be 0" in out


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("011191110102MACQD9K64010000", "format"),
        ("003191110102MACQD9K64010000", "subject type"),
        ("001291110102MACQD9K64010000", "binding"),
        ("0011O1110102MACQD9K64010000", "number"),
        ("001191110102MACQD9K64030000", "service extension"),
        ("001191110102macqd9k64010000", "letters"),
    ],
)
def test_the_wrong_part_is_named(code: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, told = run_json(capsys, "inspect-code", code)

    assert exit_code == 1
    assert part in {one["name"] for one in told["parts"] if not one["right"]}


@pytest.mark.parametrize("digit", "X5")
def test_a_persons_number_is_masked(digit: str, capsys: pytest.CaptureFixture[str]) -> None:
    number = f"11010519491231002{digit}"  # the standard's own example ends in X
    exit_code, out, _ = run(capsys, "inspect-code", f"0021{number}00000")
    _, told = run_json(capsys, "inspect-code", f"0021{number}00000")

    assert exit_code == (0 if digit == "X" else 1)
    assert told["subject"] == "individual"
    assert "19491231" not in out + str(told)
    assert told["check_digit"]["expected"] == "*"


def test_what_is_no_code_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("doubao", "", "0" * 28, "\x1b[2J" + "0" * 23):
        exit_code, out, _ = run(capsys, "inspect-code", wrong)
        assert exit_code == 10
        assert "\x1b" not in out


def test_the_development_code_says_that_it_is_nobodys(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, out, _ = run(capsys, "inspect-code", DEVELOPMENT_CODE)

    assert exit_code == 0
    assert "belongs to nobody" in out


@given(st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17))
def test_explain_and_parse_agree(body: str) -> None:
    for digit in USCC_ALPHABET:
        code = f"0011{body}{digit}10000"
        told = provider_code.explain(code)
        right = digit == provider_code.uscc_check_digit(body)
        assert (told["valid"], told["check_digit"]["right"]) == (right, right)
        assert (provider_code.describe(code) is not None) == right
