"""Each rule of Annex E and the practice guides: broken on purpose, named by its code and clause."""

import json
from pathlib import Path
from typing import Any

import pytest

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.conformance import labels
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE, build
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.writer import mark_file
from tests.media_jobs.labelling.pictures import OTHER, SOURCE, encoded, foreign, sample

PNG = encoded(sample().resize((48, 32)), "png")
CODE = build("91440300708461136T", "1XGW3")
GOOD = OTHER.values()


def judged(folder: Path, data: bytes) -> dict[str, dict[str, Any]]:
    """{code: row}; a code that occurs twice counts once."""
    path = folder / "file"
    path.write_bytes(data)
    findings = Findings()
    labels.check(read_file(path), findings)
    return {str(row["code"]): row for row in findings.rows}


def broken(folder: Path, **changes: object) -> dict[str, dict[str, Any]]:
    """The good label with some values changed; None takes a key out."""
    values = {key: changes.get(key, value) for key, value in GOOD.items()}
    values |= {key: value for key, value in changes.items() if key not in values}
    text = json.dumps({key: value for key, value in values.items() if value is not None})
    return judged(folder, foreign(PNG, "png", body=text))


def test_what_we_write_breaks_no_rule(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(PNG)
    mark_file(tmp_path / "in.png", tmp_path / "out.png", label=OTHER, digital_source_type=SOURCE)

    assert judged(tmp_path, (tmp_path / "out.png").read_bytes()) == {}


PERSON = "0021" + "11010519491231002X" + "00000"
WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"Label": 1}, "label.not_a_string", "error"),
    ({"Label": "4"}, "label.bad_label", "error"),
    ({"Label": ""}, "label.bad_label", "error"),
    ({"ReservedCode1": None}, "label.key_missing", "error"),
    ({"ProduceID": None}, "label.key_missing", "error"),
    ({"ProduceID": ""}, "label.empty", "error"),
    ({"ContentProducer": ""}, "label.empty", "error"),
    ({"ContentPropagator": "", "PropagateID": ""}, "label.propagator_empty", "warning"),
    ({"PropagateID": ""}, "label.propagator_half", "error"),
    ({"PropagateID": "other-9"}, "label.first_write", "warning"),
    ({"ContentProducer": "豆包"}, "label.characters", "error"),
    ({"ProduceID": "a b"}, "label.characters", "error"),
    ({"ProduceID": "x" * 65}, "label.long_id", "warning"),
    ({"ContentProducer": "doubao"}, "label.name_not_code", "warning"),
    ({"ContentProducer": CODE[:21] + "A" + CODE[22:]}, "label.code_check_digit", "error"),
    ({"ContentProducer": CODE[:-1]}, "label.code_form", "error"),
    ({"ContentProducer": CODE.lower()}, "label.code_form", "error"),
    ({"ContentProducer": CODE[:22] + "30001"}, "label.code_extension", "error"),
    ({"ContentProducer": CODE[:22] + "20001"}, "label.code_service", "warning"),
    ({"ContentProducer": PERSON}, "label.code_individual", "warning"),
    ({"ContentProducer": DEVELOPMENT_CODE}, "label.code_development", "warning"),
    ({"Extra": "1"}, "label.key_unknown", "error"),
    ({"ProduceID": None, "produceId": "p-1"}, "label.key_case", "error"),
]


@pytest.mark.parametrize(("changes", "code", "severity"), WRONG)
def test_a_broken_rule_has_its_code_and_clause(
    changes: dict[str, object], code: str, severity: str, tmp_path: Path
) -> None:
    found = broken(tmp_path, **changes)

    assert found[code]["severity"] == severity
    assert found[code]["clause"] == CLAUSES.get(code, "")
    assert (found[code]["clause"] != "") or code == "label.long_id"


def test_the_good_label_breaks_none_of_them(tmp_path: Path) -> None:
    assert set(broken(tmp_path)) == {"source_type.missing"}  # the stranger's file has no IPTC type: advice, no rule


def test_keys_in_another_order_or_doubled(tmp_path: Path) -> None:
    turned = json.dumps(dict(reversed(GOOD.items())))
    doubled = json.dumps(GOOD)[:-1] + ', "Label": "1"}'

    assert judged(tmp_path, foreign(PNG, "png", body=turned))["label.key_order"]["severity"] == "warning"
    assert judged(tmp_path, foreign(PNG, "png", body=doubled))["label.key_duplicate"]["params"] == {"key": "Label"}


def test_place_count_and_wrapping(tmp_path: Path) -> None:
    labelled = foreign(PNG, "png")
    wrapped = foreign(PNG, "png", body=OTHER.to_json(wrapped=True))

    assert judged(tmp_path, PNG)["label.missing"]["severity"] == "error"
    assert judged(tmp_path, labelled + OTHER.to_json().encode())["label.several"]["params"] == {"found": 2}
    assert judged(tmp_path, PNG + OTHER.to_json().encode())["label.place"]["params"] == {
        "found": "after_end",
        "expected": "png.itxt.xmp",
    }
    assert "label.wrapped" in judged(tmp_path, wrapped)
    assert "label.not_json" in judged(tmp_path, foreign(PNG, "png", body="AIGC"))
    assert judged(tmp_path, labelled[:-9])["file.damaged"]["severity"] == "error"


@pytest.mark.parametrize(
    ("types", "code"),
    [
        (["http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"], "source_type.disagrees"),
        (["trainedAlgorithmicMedia"], "source_type.not_an_address"),
        ([SOURCE, SOURCE.replace("trained", "compositeWithTrained")], "source_type.several"),
    ],
)
def test_the_iptc_type_agrees_with_the_label(types: list[str], code: str) -> None:
    found = {
        "damaged": "",
        "trailing": {"bytes": 0},
        "labels": [],
        "more_labels": 0,
        "place": "png.itxt.xmp",
        "digital_source_types": types,
    }
    from media_jobs.labelling.marks import Claim
    from media_jobs.labelling.reader import described

    found["labels"] = [described(Claim("png.itxt.xmp", OTHER.to_json()))]
    findings = Findings()
    labels.check(found, findings)

    assert [row["code"] for row in findings.rows] == [code]


def test_a_suspicion_beside_a_photograph_is_no_contradiction(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(PNG)
    label = AigcLabel("3", "unknown", "unknown", "", CODE, "p-1", "")
    capture = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    mark_file(tmp_path / "in.png", tmp_path / "out.png", label=label, digital_source_type=capture)

    assert set(judged(tmp_path, (tmp_path / "out.png").read_bytes())) == {"label.name_not_code"}


def test_every_code_of_a_rule_has_a_sentence() -> None:
    codes = {code for _, code, _ in WRONG}

    assert codes <= set(TEXTS)
