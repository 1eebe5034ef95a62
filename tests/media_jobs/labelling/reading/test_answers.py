"""The four answers about whole files, through the child processes: present, conformant, intact, known."""

import json
from pathlib import Path

import pytest

from media_jobs.labelling import reading
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.provider_code import build
from media_jobs.labelling.signing import KeySet, KeySigner, PublishedKey, signing_with
from media_jobs.labelling.writer import label_file
from tests.certificates import issued
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, encoded, foreign, sample, saved, small

# What two vendors write, letter by letter (their files may not be committed): an empty propagator, a path as number.
DOUBAO = (
    '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"cc75f5e99aae4210960acb722f10974e",'
    '"ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}'
)
JIMENG = (
    '{"Label":"1","ContentProducer":"00119144030008867405X210001","ProduceID":"tos-cn-i-tb4s082cfz/'
    'c7fe057c61584857b10c5ad6f5ee96e6","ReservedCode1":"","ContentPropagator":"00119144030008867405X220001",'
    '"PropagateID":"tos-cn-i-tb4s082cfz/c7fe057c61584857b10c5ad6f5ee96e6","ReservedCode2":""}'
)
KEY = issued().key


def signed(folder: Path) -> Path:
    """A labelled and signed picture."""
    source, target = saved(folder, small(), "jpeg"), folder / "signed.jpg"
    label_file(source, target, label=LABEL, digital_source_type=SOURCE, signing=signing_with(KeySigner(KEY)))
    return target


def published(*, provider: str) -> str:
    key = PublishedKey.of(KeySigner(KEY).public_key, provider=provider)
    return KeySet([key]).to_json(provider={"code": provider})


@pytest.mark.slow
@pytest.mark.parametrize(("text", "warnings"), [(DOUBAO, {"label.propagator_empty"}), (JIMENG, set())])
def test_vendor_files(text: str, warnings: set[str], tmp_path: Path) -> None:
    path = tmp_path / "vendor.png"
    path.write_bytes(foreign(encoded(sample().resize((64, 64)), "png"), "png", body=text))

    answer = reading.read(path)

    assert (answer.present, answer.conformant, answer.says) == (True, True, "is")
    assert (answer.signature.state, answer.signer.state) == ("unsigned", "nobody")
    assert {row["code"] for row in answer.findings} == warnings | {"source_type.missing"}
    assert answer.labels[0]["values"] == json.loads(text)
    assert answer.labels[0]["producer"]["service"] == "generation"


@pytest.mark.slow
def test_a_signed_file_and_whom_we_believe(tmp_path: Path) -> None:
    path = signed(tmp_path)
    other = build("91440300708461136T", "1XGW3")

    for keys, signer in (
        ("", "unknown"),
        (published(provider=LABEL.content_producer), "known"),
        (published(provider=other), "other_provider"),
    ):
        answer = reading.read(path, keys=keys)
        assert (answer.signature.state, answer.signer.state) == ("intact", signer)
        assert answer.conformant


@pytest.mark.slow
def test_one_character_changed_breaks_the_signature(tmp_path: Path) -> None:
    path = signed(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"test-1", b"test-2"))

    answer = reading.read(path, keys=published(provider=LABEL.content_producer))

    assert (answer.present, answer.conformant) == (True, False)
    assert answer.signature.state == "broken"
    assert "signature.broken" in {row["code"] for row in answer.findings}


@pytest.mark.slow
def test_another_picture_under_the_same_label(tmp_path: Path) -> None:
    """The label is intact, the content is not the one it was signed for."""
    label = AigcLabel.from_values(reading.read(signed(tmp_path)).labels[0]["values"])
    other = saved(tmp_path, sample("sk_chelsea"), "jpeg", "other")
    target = tmp_path / "moved.jpg"
    label_file(other, target, label=label, digital_source_type=SOURCE)

    answer = reading.read(target, keys=published(provider=LABEL.content_producer))

    assert (answer.signature.state, answer.signature.reason) == ("broken", "different")
    assert answer.signer.state == "known"


@pytest.mark.slow
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    with pytest.raises(MediaError) as caught:
        reading.read(path)
    assert caught.value.code == "media.empty"

    with pytest.raises(MediaError) as caught:
        reading.read(signed(tmp_path), keys="{")
    assert caught.value.code == "signing.bad_key_file"


def test_a_vendors_own_scheme_is_neither_intact_nor_broken() -> None:
    absent = {
        "present": False,
        "form": "none",
        "label": "absent",
        "content": "absent",
        "signer": "absent",
        "key_id": "",
    }
    opaque = absent | {"present": True, "form": "opaque", "label": "unverifiable", "content": "unverifiable"}

    signature, signer = reading.summed_up({"producer": opaque, "propagator": absent})

    assert (signature.state, signature.reason, signer.state) == ("unverifiable", "opaque", "nobody")
