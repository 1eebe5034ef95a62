"""The AIGC object: strict to write, tolerant to read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_jobs.labelling.aigc import KEYS, AigcLabel, read
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

element = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=64
)
reserved = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=200)
labels = st.builds(AigcLabel, st.sampled_from("123"), element, element, reserved, element, element, reserved)


@given(labels, st.booleans())
def test_what_is_written_reads_the_same(label: AigcLabel, wrapped: bool) -> None:
    text = label.to_json(wrapped=wrapped)
    reading = read(text)

    assert (reading.label, reading.wrapped, reading.notes) == (label, wrapped, ())
    assert text.isascii()
    assert " " not in text


def test_the_keys_stand_in_their_order() -> None:
    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="a.b_c:d-1")

    assert list(json.loads(label.to_json())) == list(KEYS)
    assert list(json.loads(label.to_json(wrapped=True))) == ["AIGC"]


def test_on_first_writing_the_propagator_is_the_producer() -> None:
    label = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="x")

    assert (label.content_propagator, label.propagate_id) == (label.content_producer, label.produce_id)
    assert label.label == "1"


@pytest.mark.parametrize("produce_id", ["", "a b", "号码", "a/b", "x" * 65, 'a"', "a\n"])
def test_our_own_numbers_are_plain(produce_id: str) -> None:
    with pytest.raises(MediaError) as caught:
        AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id=produce_id)

    assert caught.value.code == "label.bad_id"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        (AigcLabel("4", "p", "i", "", "p", "i"), "Label"),
        (AigcLabel("1", "某公司", "i", "", "p", "i"), "ContentProducer"),
        (AigcLabel("1", "p", "a b", "", "p", "i"), "ProduceID"),
        (AigcLabel("1", "p", "i", "", "", "i"), "ContentPropagator"),
        (AigcLabel("1", "p", "i", "", "p", 'i"'), "PropagateID"),
        (AigcLabel("1", "p", "i", "\n", "p", "i"), "ReservedCode1"),
        (AigcLabel("1", "p", "i", "x" * 20_000, "p", "i"), "ReservedCode1"),
    ],
)
def test_a_value_outside_the_standard_is_never_written(label: AigcLabel, key: str) -> None:
    with pytest.raises(MediaError) as caught:
        label.to_json()

    assert (caught.value.code, caught.value.params) == ("label.bad_value", {"key": key})


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ('{"Label":1,"ContentProducer":"p","ProduceID":"i","ContentPropagator":"p","PropagateID":"i"}',
         ("Label:not_a_string", "ReservedCode1:missing", "ReservedCode2:missing")),
        (('{"Label":"1","ContentProducer":"Minimax Agent AI","ProduceID":"i","ReservedCode1":"",'
         '"ContentPropagator":"","PropagateID":"","ReservedCode2":""}'),
         ("ContentProducer:bad_value", "ContentPropagator:bad_value", "PropagateID:bad_value")),
        (('\ufeff{"AIGC":{"Label":"1","ContentProducer":"p","ProduceID":"i","ReservedCode1":"","ContentPropagator":"p",'
         '"PropagateID":"i","ReservedCode2":"","Extra":"x"}}\0'), ("Extra:unknown",)),
    ],
)  # fmt: skip
def test_what_vendors_write_is_read_with_notes(text: str, notes: tuple[str, ...]) -> None:
    reading = read(text)

    assert reading.notes == notes
    assert reading.label.label == "1"


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: b.decode("latin-1"))))
def test_nonsense_is_refused_never_a_crash(text: str) -> None:
    with pytest.raises(MediaError) as caught:
        read(text)

    assert caught.value.code == "label.not_json"


def test_deeply_nested_json_is_refused() -> None:
    with pytest.raises(MediaError):
        read("[" * 16_000)
