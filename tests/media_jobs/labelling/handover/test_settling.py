"""Decide, settle, append: pure functions over what the reader describes."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.handover import decide, propagated, settle
from media_jobs.labelling.marks import Claim
from media_jobs.labelling.provider_code import build
from media_jobs.labelling.reader import described
from tests.media_jobs.labelling.pictures import OTHER

OURS = build("91330106MA2CFLDG4R", "20001")


def row(text: str, place: str = "png.itxt.xmp") -> dict[str, Any]:
    return described(Claim(place, text))


@pytest.mark.parametrize(
    ("said", "declared", "detected"), list(product(["", "1", "2", "3"], [True, False], [True, False]))
)
def test_the_rows_of_the_table(said: str, declared: bool, detected: bool) -> None:
    label = AigcLabel(said, "p", "1") if said else None

    decision = decide(label, declared=declared, detected=detected)

    expected = "1" if said == "1" else "2" if declared or said == "2" else "3" if detected or said == "3" else ""
    assert decision.label == expected
    assert decision.writes == bool(expected)
    word = {"1": "属于", "2": "可能为", "3": "疑似", "": ""}[expected]
    assert word in decision.chinese
    assert {"1": "(1)", "2": "(2)", "3": "(3)", "": "Art. 6"}[expected] in decision.clause


def test_no_label_settles_to_none() -> None:
    assert settle([]) is None


def test_agreeing_duplicates_are_merged() -> None:
    first = OTHER.to_json()
    without = json.dumps({"Label": 1, "ContentProducer": OTHER.content_producer, "ProduceID": OTHER.produce_id})

    assert settle([row(first), row(OTHER.to_json(wrapped=True), "exif.user_comment"), row(without)]) == OTHER
    assert settle([row(without), row(first)]) == OTHER


@pytest.mark.parametrize("key", ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "PropagateID"])
def test_disagreeing_ones_are_held_with_their_places(key: str) -> None:
    values = OTHER.values() | {"ReservedCode1": "a"}
    other = values | {key: "2" if key == "Label" else "other"}

    with pytest.raises(MediaError) as caught:
        settle([
            row(AigcLabel.from_values(values).to_json()),
            row(AigcLabel.from_values(other).to_json(), "png.text.AIGC"),
        ])  # fmt: skip

    assert caught.value.code == "label.disagree"
    assert caught.value.params == {"places": "png.itxt.xmp, png.text.AIGC"}


@pytest.mark.parametrize("text", ["AIGC", "{}", '{"Label":"9","ContentProducer":"a","ProduceID":"b"}', '{"Label":"1"}'])
def test_an_unreadable_one_is_held(text: str) -> None:
    for rows in ([row(text)], [row(OTHER.to_json()), row(text)]):
        with pytest.raises(MediaError) as caught:
            settle(rows)
        assert caught.value.code == "label.unreadable"


_ELEMENT = st.text(
    alphabet="".join(chr(c) for c in (0x21, *range(0x23, 0x5C), *range(0x5D, 0x7F))), min_size=1, max_size=40
)


@given(producer=_ELEMENT, number=_ELEMENT, reserved=_ELEMENT, old=_ELEMENT)
def test_the_producers_fields_are_never_touched(producer: str, number: str, reserved: str, old: str) -> None:
    label = AigcLabel("1", producer, number, reserved, old, old, old)
    decision = decide(label, declared=True, detected=True)

    made = propagated(label, decision, code=OURS, propagate_id="p-1")

    assert made.values() == label.values() | {"ContentPropagator": OURS, "PropagateID": "p-1", "ReservedCode2": ""}
    assert settle([row(made.to_json())]) == made


def test_a_suspicion_of_ours_becomes_a_declaration_later() -> None:
    suspected = propagated(None, decide(None, declared=False, detected=True), code=OURS, propagate_id="a")
    declared = propagated(suspected, decide(suspected, declared=True, detected=False), code=OURS, propagate_id="b")

    assert [one.label for one in (suspected, declared)] == ["3", "2"]
    assert declared.content_producer == "unknown"
