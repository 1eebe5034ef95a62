"""`hallmark propagate`: the rows of Labelling Measures Art. 6, as files and exit codes."""

from pathlib import Path

import pytest

from media_jobs.labelling import c2pa
from media_jobs.labelling.metadata import jpeg
from media_jobs.labelling.provider_code import build
from media_jobs.labelling.reader import read_file
from tests.certificates import issued
from tests.media_jobs.labelling.cli.run import run, run_json
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, sample

OURS = build("91330106MA2CFLDG4R", "20001")
JPEG = encoded(sample().resize((64, 48)), "jpeg")


def arguments(folder: Path, data: bytes, *more: object) -> list[object]:
    (folder / "in.jpg").write_bytes(data)
    return ["propagate", folder / "in.jpg", "-o", folder / "out.jpg", "--propagator", OURS, "--id", "spread-1", *more]


@pytest.mark.slow
def test_a_labelled_file_keeps_its_producer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *arguments(tmp_path, foreign(JPEG, "jpeg"), "--detected"))

    assert code == 0
    assert "属于" in out
    (label,) = read_file(tmp_path / "out.jpg")["labels"]
    assert label["values"] == OTHER.values() | {
        "ContentPropagator": OURS,
        "PropagateID": "spread-1",
        "ReservedCode2": "",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["--declared"], ("2", "可能为", "declared")),
        (["--declared", "--detected"], ("2", "可能为", "declared")),
        (["--detected"], ("3", "疑似", "suspected")),
    ],
)
def test_a_file_without_a_label(
    more: list[str], expected: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digit, word, result = expected
    code, told = run_json(capsys, *arguments(tmp_path, JPEG, *more))

    assert (code, told["decision"]["result"]) == (0, result)
    assert word in told["decision"]["chinese"]
    (label,) = read_file(tmp_path / "out.jpg")["labels"]
    assert list(label["values"].values()) == [digit, "unknown", "unknown", "", OURS, "spread-1", ""]


@pytest.mark.slow
def test_nothing_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run_json(capsys, *arguments(tmp_path, JPEG))

    assert (code, told["written"], told["output"]) == (2, False, None)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jpg"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (jpeg.inject(JPEG, b"") + OTHER.to_json().replace("theirs-1", "other").encode(), ""),
        (foreign(JPEG, "jpeg") + OTHER.to_json().replace("theirs-1", "other").encode(), "label.disagree"),
        (JPEG[:2] + jpeg.encoded(jpeg.COM, OTHER.to_json().encode()) * 40 + JPEG[2:], "label.too_many"),
        (foreign(JPEG, "jpeg", body="AIGC"), "label.unreadable"),
        (foreign(JPEG, "jpeg", body=OTHER.to_json().replace("theirs-1", "")), "label.unreadable"),
        (foreign(JPEG, "jpeg") + OTHER.to_json().encode(), "label.not_single"),
        (foreign(JPEG, "jpeg", body='{"Label":"1","ContentProducer":"豆包","ProduceID":"1"}'), "label.bad_value"),
    ],
)
def test_what_is_held(data: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not reason:  # one label behind the end: rewriting would leave it there beside ours
        reason = "label.not_single"
    code, told = run_json(capsys, *arguments(tmp_path, data))

    assert (code, told["error"]["code"]) == (1, reason)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jpg"]


@pytest.mark.slow
def test_the_former_manifest_becomes_the_parent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs, ours = issued(organisation="Maker"), issued(organisation="Spreader")
    for name, one in (("theirs", theirs), ("ours", ours)):
        (tmp_path / f"{name}.key").write_text(one.key)
        (tmp_path / f"{name}.pem").write_text(one.chain)
    keys = tmp_path / "keys"
    keys.mkdir()
    source, made, spread = tmp_path / "in.jpg", tmp_path / "made.jpg", tmp_path / "spread.jpg"
    source.write_bytes(encoded(sample().resize((160, 120)), "jpeg"))
    with_keys = ["--key", tmp_path / "theirs.key", "--chain", tmp_path / "theirs.pem"]
    label = ["label", source, "-o", made, "--producer", OTHER.content_producer, "--id", "m-1", *with_keys]
    assert run(capsys, *label)[0] == 0

    hand = ["propagate", made, "-o", spread, "--propagator", OURS, "--id", "s-1"]
    code, told = run_json(capsys, *hand)
    assert (code, told["c2pa"]) == (0, "invalidated")
    assert c2pa.read_file(spread)["valid"] is False

    code, told = run_json(capsys, *hand, "--key", tmp_path / "ours.key", "--chain", tmp_path / "ours.pem")
    manifest = c2pa.read_file(spread)
    assert (code, told["c2pa"], manifest["valid"], manifest["issuer"]) == (0, "resigned", True, "Spreader")
    assert manifest["ingredients"] == [{"relationship": "parentOf", "title": "original", "has_manifest": True}]
    assert [one["action"] for one in manifest["actions"]] == ["c2pa.opened", "c2pa.edited.metadata", "c2pa.published"]

    _, answer = run_json(capsys, "read", spread)
    assert answer["signature"]["state"] == "intact"
    assert answer["signature"]["producer"]["content"] == answer["signature"]["propagator"]["content"] == "equal"
    assert answer["signature"]["producer"]["key_id"] != answer["signature"]["propagator"]["key_id"]


def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = arguments(tmp_path, JPEG)
    for changed, word in (
        (good[:-2], "usage"),
        ([*good[:-1], "a b"], "label.bad_id"),
        ([*good, "--chain", "x"], "label.chain_without_key"),
        ([*good, "--key", tmp_path / "none"], "label.bad_input_file"),
        ([*good, "--key", tmp_path / "in.jpg"], "label.bad_input_file"),
        (["propagate", good[1], "-o", good[1], *good[4:]], "media.output_is_input"),
    ):
        code, _, err = run(capsys, *changed)
        assert (code, word in err) == (10, True), (changed, err)
