"""import-linter's list names every room, so a new one cannot escape the direction of the house."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_room_stands_in_the_list():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    listed = {room.strip() for layer in layers for room in layer.split("|")}

    rooms = {
        f"{package}.{init.parent.name}"
        for package in ("accounts", "compliance", "media_jobs")
        for init in (ROOT / package).glob("*/__init__.py")
    }

    assert listed == rooms | {"config"}
