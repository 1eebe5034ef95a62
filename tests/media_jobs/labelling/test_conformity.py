"""The file-side checks of the conformity list, for every container, against readers that we did not write."""

import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from defusedxml import ElementTree

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file
from tests.media_jobs.labelling import specimens
from tests.media_jobs.labelling.pictures import SOURCE
from tests.outside import require

LABEL = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="conformity-1")
MARKED = sorted(specimens.MAKERS)
# A worksheet has no first and last line: its explicit label is refused, its implicit one is written (check 32).
NAMES = [name for name in MARKED if name != "xlsx"]
ELEMENT = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path, dict[str, Any]]]:
    """Source, labelled file and report of every container, made once."""
    made = {}
    for name in NAMES:
        folder = tmp_path_factory.mktemp(name)
        source = specimens.make(name, folder)
        target = source.with_name("labelled" + source.suffix)
        made[name] = (source, target, label_file(source, target, label=LABEL, digital_source_type=SOURCE))
    return made


def test_every_container_of_the_house_has_a_specimen() -> None:
    assert sorted(one.name for one in containers.CONTAINERS.values() if one.writable) == MARKED


@pytest.mark.parametrize("name", NAMES)
def test_the_labels_are_read_back(labelled: dict[str, Any], name: str) -> None:
    """Checks 1 to 8, 11 to 13, 15: the medium's own measurements; 18, 19: one label, in its place."""
    source, target, report = labelled[name]

    checked = check_file(target, expected=LABEL, report=report, original=source)

    assert checked["conformant"], checked["findings"]
    assert report["location"] == containers.CONTAINERS[name].place


@pytest.mark.parametrize("name", NAMES)
def test_the_one_label_is_as_annex_e_asks(labelled: dict[str, Any], name: str) -> None:
    """Checks 18 to 22, 24, 25."""
    _, target, _ = labelled[name]

    found = read_file(target)

    (label,) = found["labels"]
    values = json.loads(label["text"])
    assert list(values) == list(LABEL.values())
    assert values == LABEL.values()
    assert (label["well_formed"], label["wrapped"], label["location"]) == (
        True,
        False,
        containers.CONTAINERS[name].place,
    )
    assert values["Label"] == "1"
    assert re.fullmatch(r"00[12]1[0-9A-Z]{18}[0-9A-Z]{5}", values["ContentProducer"])
    assert (values["ContentPropagator"], values["PropagateID"]) == (values["ContentProducer"], values["ProduceID"])
    assert all(ELEMENT.fullmatch(value) for key, value in values.items() if not key.startswith("Reserved"))
    assert found["digital_source_types"] == [SOURCE]


@pytest.mark.parametrize("name", NAMES)
def test_an_outside_reader_finds_it_in_its_place(labelled: dict[str, Any], name: str) -> None:
    """Checks 19, 26 to 30."""
    _, target, _ = labelled[name]

    assert outside(name, target) == LABEL.values()


@pytest.mark.parametrize("name", NAMES)
def test_labelling_again_leaves_one_label(labelled: dict[str, Any], name: str, tmp_path: Path) -> None:
    """Check 31."""
    _, target, _ = labelled[name]
    again = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="conformity-2")
    second = tmp_path / target.name

    report = label_file(target, second, label=again, digital_source_type=SOURCE)

    (label,) = read_file(second)["labels"]
    assert label["values"] == again.values()
    assert check_file(second, expected=again, report=report, original=target)["conformant"]
    assert outside(name, second) == again.values()


@pytest.mark.parametrize("name", MARKED)
def test_exempt_from_the_explicit_label_only(labelled: dict[str, Any], name: str, tmp_path: Path) -> None:
    """Check 36, the file's side: Labelling Measures Art. 9 leaves the implicit label in place."""
    source = specimens.make(name, tmp_path) if name not in labelled else labelled[name][0]
    target = tmp_path / f"exempt{source.suffix}"

    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(explicit=False))

    checked = check_file(target, expected=LABEL, report=report, original=source)
    assert report["explicit"] is False
    assert checked["conformant"], checked["findings"]
    assert outside(name, target) == LABEL.values()


def test_a_worksheet_is_refused_with_its_reason(tmp_path: Path) -> None:
    source, target = specimens.make("xlsx", tmp_path), tmp_path / "out.xlsx"

    with pytest.raises(MediaError) as caught:
        label_file(source, target, label=LABEL, digital_source_type=SOURCE)

    assert caught.value.code == "text.spreadsheet"
    assert not target.exists()


@pytest.mark.parametrize("name", NAMES)
def test_the_digest_of_the_content_ignores_the_metadata(labelled: dict[str, Any], name: str) -> None:
    _, target, report = labelled[name]

    content = carrier(containers.CONTAINERS[name]).content(target)

    assert report["content"] == {"method": content.method, "sha256": content.sha256}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_is_left_in_the_folder(labelled: dict[str, Any], name: str) -> None:
    source, target, report = labelled[name]

    left = {path.name for path in source.parent.iterdir()} - {source.name, target.name}

    assert left == ({report["sidecar"]} if report.get("sidecar") else set())


def outside(name: str, path: Path) -> dict[str, str]:
    """The label's values as a reader of somebody else's finds them."""
    medium = containers.CONTAINERS[name].medium
    if name in {"docx", "pptx", "xlsx"}:
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
            root = ElementTree.fromstring(package.read("docProps/custom.xml"))
        (text,) = ["".join(one.itertext()) for one in root if one.get("name") == "AIGC"]
    elif name == "pdf":
        with pikepdf.open(path) as pdf:
            assert not pdf.check_pdf_syntax()
            text = str(pdf.docinfo["/AIGC"])
    elif name == "txt":
        text = json.dumps(json.loads(path.with_name(path.name + ".aigc.json").read_text(encoding="utf-8"))["AIGC"])
    elif name in {"md", "html"}:
        text = _in_plain(name, path)
    elif name == "wav":
        text = _in_riff(path)
    elif medium == containers.Medium.IMAGE:
        printed = subprocess.run(
            [require("exiftool"), "-j", "-G1", "-a", "-XMP-TC260:all", path], capture_output=True, check=True
        )
        (text,) = [value for key, value in json.loads(printed.stdout)[0].items() if "Aigc" in key or "AIGC" in key]
    else:
        shown = subprocess.run(
            [require("ffprobe"), "-v", "error", "-of", "json", "-show_entries", "format_tags:stream_tags", path],
            capture_output=True,
            check=True,
        )
        told = json.loads(shown.stdout)
        places = [told["format"].get("tags", {}), *(one.get("tags", {}) for one in told.get("streams", []))]
        texts = [value for tags in places for key, value in tags.items() if key.upper() == "AIGC"]
        text = texts[0]
        assert set(texts) == {text}
    values = json.loads(text) if isinstance(text, str) else text
    assert isinstance(values, dict)
    return {key: str(value) for key, value in values.items()}


def _in_plain(name: str, path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if name == "html":
        import html

        (value,) = re.findall(r"<meta name=\"AIGC\" content='([^']*)'", text)
        return html.unescape(value)
    import yaml

    assert text.startswith("---\n")
    return json.dumps(yaml.safe_load(text.split("---\n")[1])["AIGC"])


def _in_riff(path: Path) -> str:
    data, at, found = path.read_bytes(), 12, []
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"AIGC":
            found.append(data[at + 8 : at + 8 + size].decode())
        at += 8 + size + size % 2
    (text,) = found
    return text
