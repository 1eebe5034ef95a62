"""docker-compose.yml is valid by the Compose Specification's schema and wires the six services."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.certificates import issued

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = ("web", "worker", "sequencer", "beat")


def test_valid_by_schema():
    schema = json.loads((Path(__file__).parent / "schema" / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


def test_the_six_services():
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS}
    for name, service in COMPOSE["services"].items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


@pytest.mark.parametrize("name", OURS)
def test_ours_run_deployed_without_privileges_and_take_secrets_from_files(name):
    service = COMPOSE["services"][name]
    environment = service["environment"]

    assert environment["HALLMARK_DEPLOYED"] == "1"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    wanted = {value.removeprefix("/run/secrets/") for key, value in environment.items() if key.endswith("_FILE")}
    assert wanted == set(service["secrets"])
    assert wanted <= set(COMPOSE["secrets"])


def test_no_secret_stands_in_the_file():
    assert not re.search(
        r"(PASSWORD|SECRET_KEY|VAULT_KEYS|SIGNING_KEY)\s*:\s*(?!/run/secrets)\S*[0-9a-f]{16}", str(COMPOSE)
    )
    assert all(secret["file"].startswith("./deploy/secrets/") for secret in COMPOSE["secrets"].values())


def test_only_the_web_server_publishes_a_port_and_only_on_loopback():
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_each_command_is_one_that_the_entrypoint_knows():
    entrypoint = (ROOT / "deploy" / "entrypoint").read_text(encoding="utf-8")
    known = set(re.findall(r"^    (\w+)\)$", entrypoint, re.MULTILINE))

    assert {COMPOSE["services"][name]["command"][0] for name in OURS} <= known


def test_the_image_runs_as_an_ordinary_user_from_the_hashed_lock():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert re.search(r"^USER hallmark$", lines, re.MULTILINE)
    assert "--require-hashes --only-binary :all: requirements.lock" in re.sub(r"\s*\\\n\s*", " ", lines)


def test_every_variable_that_compose_asks_for_is_in_the_example():
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", str(COMPOSE)))

    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_the_example_and_the_keys_leave_only_what_the_provider_must_bring(tmp_path):
    """What docs/operations.md says is enough: no check complains about a variable that compose does not pass on."""
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy" / "env.example").read_text("utf-8"), re.MULTILINE))
    example |= {"SMS_BACKEND": "a.real.Channel", "IDENTITY_BACKEND": "a.real.Vendor"}
    environment = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: example[found[1]], value)
        for name, value in COMPOSE["services"]["web"]["environment"].items()
    }
    for name in [name for name in environment if name.endswith("_FILE")]:
        secret = tmp_path / name
        secret.write_text(f"k1:{'0a' * 32}" if name == "VAULT_KEYS_FILE" else "0b" * 32)
        environment[name] = str(secret)
    Path(environment["DATABASE_URL_FILE"]).write_text("postgres://hallmark:x@postgres:5432/hallmark")
    sent = issued()
    Path(environment["C2PA_KEY_FILE"]).write_text(sent.key)
    Path(environment["C2PA_CHAIN_FILE"]).write_text(sent.chain)

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HALLMARK_VAR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    found = re.findall(r"\((hallmark\.E\d{3}|\w+\.[EW]\d{3})\)", done.stderr)
    assert [finding for finding in found if ".E" in finding] == ["hallmark.E010"], done.stderr  # said once


def test_no_secret_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert {"**/secrets", ".env", ".git", "var"} <= set(ignored)


def has_compose() -> bool:
    """Return whether a Docker client with the compose plug-in is here; no daemon is needed."""
    docker = shutil.which("docker")
    return (
        bool(docker)
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )


if has_compose():  # not a skip: where no client is, the schema above has judged the same file

    def test_docker_compose_config():
        environment = {**os.environ, **dict.fromkeys(re.findall(r"\$\{(\w+):\?", str(COMPOSE)), "x")}
        done = subprocess.run(
            ["docker", "compose", "config", "--quiet"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, done.stderr) == (0, "")
