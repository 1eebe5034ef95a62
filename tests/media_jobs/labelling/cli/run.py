"""The command line as a function, for tests that need no process of their own."""

import json
from typing import Any

import pytest

from media_jobs.labelling import cli


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, output, errors."""
    code = cli.main([str(argument) for argument in arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON answer."""
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)
