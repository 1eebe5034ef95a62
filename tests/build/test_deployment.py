"""What is convenient on a laptop is an error in a deployment: each by its own id, and the server refuses to start."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.certificates import issued

ROOT = Path(__file__).resolve().parent.parent.parent


def check(var: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=ROOT,
        env={**keep, "HALLMARK_VAR": str(var), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bare_checkout_fails_every_deployment_check(tmp_path):
    done = check(tmp_path, "--deploy")

    found = set(re.findall(r"hallmark\.E\d{3}", done.stderr))
    assert done.returncode == 1
    assert found >= {f"hallmark.E{number:03}" for number in (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 19, 20)}


def test_debug_and_empty_hosts_are_errors(tmp_path):
    done = check(tmp_path, "--deploy", DJANGO_DEBUG="1", HALLMARK_DEPLOYED="1")

    assert {"hallmark.E001", "hallmark.E002"} <= set(re.findall(r"hallmark\.E\d{3}", done.stderr))


def test_a_bare_checkout_passes_without_deploy(tmp_path):
    assert check(tmp_path).returncode == 0


def test_a_deployed_server_refuses_to_start_with_development_defaults(tmp_path):
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**keep, "HALLMARK_VAR": str(tmp_path), "HALLMARK_DEPLOYED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Refusing to start" in done.stderr or "SystemCheckError" in done.stderr


def test_secrets_may_come_from_files(tmp_path):
    secret = tmp_path / "secret_key"
    secret.write_text(secrets.token_hex(32) + "\n")

    done = check(tmp_path, "--deploy", SECRET_KEY_FILE=str(secret))

    assert "hallmark.E004" not in done.stderr


def test_half_of_the_keys_is_not_enough(tmp_path):
    done = check(
        tmp_path, "--deploy", VAULT_KEYS=f"k1:{secrets.token_hex(32)}", AUDIT_SIGNING_KEY=secrets.token_hex(32)
    )

    assert {"hallmark.E005", "hallmark.E006"} <= set(re.findall(r"hallmark\.E\d{3}", done.stderr))


def test_development_names_are_errors(tmp_path):
    from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

    done = check(
        tmp_path,
        "--deploy",
        PROVIDER_CODE=DEVELOPMENT_CODE,
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    )

    wanted = {f"hallmark.E{number:03}" for number in (8, 10, 17, 18)}
    assert wanted <= set(re.findall(r"hallmark\.E\d{3}", done.stderr))


def test_a_deployed_worker_refuses_to_start_with_development_defaults(tmp_path):
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--pool", "solo"],
        cwd=ROOT,
        env={**keep, "HALLMARK_VAR": str(tmp_path), "HALLMARK_DEPLOYED": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode != 0
    assert "Refusing to start" in done.stderr
    assert "hallmark.E005" in done.stderr


def test_what_is_written_is_closed_to_other_accounts(tmp_path):
    var = tmp_path / "var"
    var.mkdir(mode=0o755)

    check(var)

    assert {oct(folder.stat().st_mode & 0o777) for folder in (var, var / "media", var / "keys")} == {"0o700"}
    assert {oct(key.stat().st_mode & 0o777) for key in (var / "keys").iterdir()} == {"0o600"}


def findings(done):
    return set(re.findall(r"hallmark\.E\d{3}", done.stderr))


def test_keys_of_ones_own_satisfy_the_checks_of_signatures(tmp_path):
    sent = issued()

    done = check(
        tmp_path,
        "--deploy",
        LABEL_SIGNING_KEY=secrets.token_hex(32),
        C2PA_KEY=sent.key,
        C2PA_CHAIN=sent.chain,
    )

    assert findings(done) & {"hallmark.E019", "hallmark.E020", "hallmark.E021"} == set()


def test_a_copied_development_chain_is_refused(tmp_path):
    sent = issued(organisation="Hallmark development")

    done = check(
        tmp_path, "--deploy", LABEL_SIGNING_KEY=secrets.token_hex(32), C2PA_KEY=sent.key, C2PA_CHAIN=sent.chain
    )

    assert findings(done) & {"hallmark.E020", "hallmark.E021"} == {"hallmark.E020"}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"LABEL_SIGNING_KEY": "not a key"}, "signing.bad_key"),
        ({"LABEL_SIGNER": "no.such.module:signer"}, "ModuleNotFoundError"),
        ({"LABEL_FORMER_KEYS": "[{}]"}, "signing.bad_key_file"),
        ({"LABEL_SIGNING_SINCE": "yesterday"}, "ValueError"),
        ({"C2PA_KEY": issued().key, "C2PA_CHAIN": issued().chain}, "c2pa.bad_chain"),
    ],
)
def test_what_cannot_sign_is_said_before_anything_is_to_be_released(tmp_path, variables, said):
    done = check(tmp_path, "--deploy", **variables)

    assert "hallmark.E021" in findings(done)
    assert said in done.stderr
