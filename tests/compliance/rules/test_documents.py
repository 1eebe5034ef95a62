"""Official numbers: what fits together, what does not, and how people type them."""

from datetime import date

import pytest

from compliance.rules import documents
from compliance.rules.errors import DomainError

TODAY = date(2026, 11, 22)


def with_check(first17: str) -> str:
    return first17 + documents.id_check_character(first17)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_gb_11643_are_accepted(number: str) -> None:
    assert documents.resident_id(number, today=TODAY).number == number


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "110105\u300019491231\u00a0002X",
        "\u200b11010519491231002X".replace("\u200b", " "),
    ],
)
def test_numbers_are_understood_as_people_type_them(typed: str) -> None:
    assert documents.resident_id(typed, today=TODAY) == documents.ResidentId("11010519491231002X", date(1949, 12, 31))


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found() -> None:
    right = "11010519491231002X"
    wrong = [right[:i] + d + right[i + 1 :] for i in range(17) for d in "0123456789" if d != right[i]]
    wrong += [right[:i] + right[i + 1] + right[i] + right[i + 2 :] for i in range(16) if right[i] != right[i + 1]]
    for number in wrong:
        with pytest.raises(DomainError):
            documents.resident_id(number, today=TODAY)


@pytest.mark.parametrize("place", ["330113", "130133", "469030", "999999", "810000", "830000"])
def test_a_place_that_no_table_knows_is_accepted(place: str) -> None:
    """New districts (330113 exists since 2021) and retired codes stand on valid cards."""
    number = with_check(place + "19900101" + "001")

    assert documents.resident_id(number, today=TODAY).number == number


@pytest.mark.parametrize("born", ["20000229", "20240229", "19040229"])
def test_the_leap_day_is_accepted_in_leap_years(born: str) -> None:
    assert documents.resident_id(with_check("110105" + born + "002"), today=TODAY).born.day == 29


@pytest.mark.parametrize(
    "born", ["19000229", "20230229", "19991301", "19990001", "19990100", "19990431", "20261123", "18750101", "00000101"]
)
def test_an_impossible_date_is_refused_although_the_check_character_fits(born: str) -> None:
    with pytest.raises(DomainError) as refused:
        documents.resident_id(with_check("110105" + born + "002"), today=TODAY)

    assert refused.value.code == "rules.id_date"


def test_somebody_born_today_is_accepted() -> None:
    assert documents.resident_id(with_check("11010520261122002"), today=TODAY).age_on(TODAY) == 0


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "rules.id_length"),
        ("1101051949123100", "rules.id_length"),
        ("11010519491231002X1", "rules.id_length"),
        ("110105491231002", "rules.id_old_form"),
        ("1101051949123100XX", "rules.id_characters"),
        ("X1010519491231002X", "rules.id_characters"),
        ("11010519491231002Y", "rules.id_characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "rules.id_characters"),
        ("11010519491231002\u0425", "rules.id_characters"),
        ("110105194912310021", "rules.id_check"),
    ],
)
def test_each_fault_has_its_own_words(typed: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        documents.resident_id(typed, today=TODAY)

    assert refused.value.code == code
    assert refused.value.way_out


@pytest.mark.parametrize(
    ("day", "age"), [(date(2014, 2, 28), 13), (date(2014, 3, 1), 14), (date(2015, 2, 28), 14), (date(2016, 2, 29), 16)]
)
def test_age_is_counted_in_completed_years_also_for_leap_day_children(day: date, age: int) -> None:
    assert documents.ResidentId("", date(2000, 2, 29)).age_on(day) == age


# Read from labels in real files (regulation.md 3.4), check characters verified there.
@pytest.mark.parametrize("code", ["91110102MACQD9K640", "91330106MA2CFLDG4R", "91440300708461136T"])
def test_codes_of_real_organisations_are_accepted(code: str) -> None:
    assert documents.uscc(code) == code


@pytest.mark.parametrize(
    "typed",
    ["91110102macqd9k640", "９１１１０１０２ＭＡＣＱＤ９Ｋ６４０", "91110102 MACQD9K64 0", "91-110102-MACQD9K64-0"],
)
def test_codes_are_understood_as_people_type_them(typed: str) -> None:
    assert documents.uscc(typed) == "91110102MACQD9K640"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("9111010", "rules.uscc_length"),
        ("91110102MACQD9K6400", "rules.uscc_length"),
        ("91110102MACQD9K64O", "rules.uscc_characters"),
        ("9111010ZMACQD9K640", "rules.uscc_characters"),
        ("91110102MACQD9K641", "rules.uscc_check"),
        ("91110102MACDQ9K640", "rules.uscc_check"),
    ],
)
def test_each_fault_of_a_code_has_its_own_words(typed: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        documents.uscc(typed)

    assert refused.value.code == code


def test_every_wrong_character_of_a_code_is_found() -> None:
    right = "91330106MA2CFLDG4R"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for place in range(18):
        for char in alphabet:
            if char == right[place]:
                continue
            with pytest.raises(DomainError):
                documents.uscc(right[:place] + char + right[place + 1 :])
