"""Provider codes: real ones parse, wrong ones are refused for the right reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_jobs.labelling import provider_code
from media_jobs.labelling.errors import MediaError

REAL = [
    ("001191110102MACQD9K64010000", "91110102MACQD9K640", "generation"),
    ("001191330106MA2CFLDG4R10001", "91330106MA2CFLDG4R", "generation"),
    ("001191440300708461136T1XGW3", "91440300708461136T", "generation"),
    ("00119144030008867405X220001", "9144030008867405X2", "propagation"),
]


@pytest.mark.parametrize(("code", "uscc", "service"), REAL)
def test_codes_found_in_real_files_parse(code: str, uscc: str, service: str) -> None:
    parsed = provider_code.parse(code)

    assert (parsed.number, parsed.service, str(parsed)) == (uscc, service, code)


def test_building_and_parsing_are_inverse() -> None:
    code = provider_code.build("91440300708461136T", "2ABCD")

    assert code == "001191440300708461136T2ABCD"
    assert provider_code.parse(code).service == "propagation"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "provider.bad_form"),
        ("001191110102MACQD9K6401000", "provider.bad_form"),
        ("001191110102macqd9k64010000", "provider.bad_form"),
        ("011191110102MACQD9K64010000", "provider.bad_form"),
        ("001191110102MACQD9K64110000", "provider.bad_check_digit"),
        ("001191110102MACQD9K64030000", "provider.bad_extension"),
        ("001191110102IACQD9K64010000", "provider.bad_check_digit"),
        ("002111010519491231002X00000", "provider.individual"),
    ],
)
def test_wrong_codes_are_refused_for_the_right_reason(code: str, reason: str) -> None:
    with pytest.raises(MediaError) as caught:
        provider_code.parse(code)

    assert caught.value.code == reason


def test_an_individual_is_accepted_only_when_forced_and_never_repeated() -> None:
    code = "002111010519491231002X00000"

    assert provider_code.parse(code, allow_individual=True).is_individual
    assert provider_code.describe(code)["number"] == ""


def test_a_name_is_no_code() -> None:
    assert provider_code.describe("doubao") is None


def test_the_development_code_is_valid_and_shows_what_it_is() -> None:
    assert provider_code.validate(provider_code.DEVELOPMENT_CODE) == provider_code.DEVELOPMENT_CODE
    assert "HALLMARK" in provider_code.DEVELOPMENT_CODE
    assert provider_code.describe(provider_code.DEVELOPMENT_CODE)["development"] is True


@given(st.integers(0, 16), st.sampled_from(provider_code.USCC_ALPHABET))
def test_one_wrong_character_of_the_uscc_is_always_found(position: int, character: str) -> None:
    uscc = "91440300708461136T"
    changed = uscc[:position] + character + uscc[position + 1 :]

    if changed == uscc:
        assert provider_code.build(changed)
    else:
        with pytest.raises(MediaError):
            provider_code.build(changed)
