"""What the documents promise exists: every variable is listed, every make target and file that is named is there."""

import re
from pathlib import Path

import pytest

from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operations.md", "docs/threat-model.md"]


def test_every_variable_that_the_settings_read_is_in_operations():
    read = set(re.findall(r'env\.(?:text|flag|number|items|choice)\(\s*"([A-Z_]+)"', SETTINGS))
    told = set(re.findall(r"`([A-Z_]{4,})`", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))

    assert read - told == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_and_targets_exist(name):
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    links = {link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (document.parent / link).exists()}
    targets = {word for word in re.findall(r"`make (\w+)", text) if not re.search(rf"^{word}:", makefile, re.MULTILINE)}

    assert (links, targets) == (set(), set())


def test_every_room_of_the_legal_map_exists():
    text = (ROOT / "docs" / "legal-map.md").read_text(encoding="utf-8")
    rooms = re.findall(r"`((?:accounts|compliance|media_jobs)(?:\.\w+)+)`", text)

    missing = {
        room
        for room in rooms
        if not (ROOT / room.replace(".", "/")).is_dir() and not (ROOT / f"{room.replace('.', '/')}.py").is_file()
    }

    assert missing == set()


def test_every_kind_of_file_stands_in_the_command_lines_document():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert [one.name for one in CONTAINERS.values() if f"`{one.place}`" not in text] == []
    assert [one.name for one in CONTAINERS.values() if not all(ending in text for ending in one.endings)] == []
    assert DEVELOPMENT_CODE in text
