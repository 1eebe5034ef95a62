"""Keys on the command line: --key signs the label, --chain and --key together a C2PA manifest."""

import argparse
from importlib import import_module
from typing import Any

from media_jobs.labelling import trust
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.cli.inputs import text_file
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content

_ROOM = "media_jobs.labelling"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--key."""
    parser.add_argument(
        "--key",
        metavar="PEM",
        help="P-256 private key (PEM without passphrase) that signs the label (TC260-PG-202511A)",
    )


def signer(path: str | None) -> Any:
    """signing.KeySigner of a PEM file; None without one.

    Raises:
        MediaError: label.bad_input_file, signing.bad_key, label.signing_missing.
    """
    if path is None:
        return None
    if not trust.available("signing"):
        raise media_error("label.signing_missing")
    return import_module(f"{_ROOM}.signing").KeySigner(text_file(path))


def signed(label: AigcLabel, content: dict[str, str], key: Any, *, propagator_only: bool = False) -> AigcLabel:
    """The label with our signatures: both on first writing, the propagator's alone on handing over."""
    module = import_module(f"{_ROOM}.signing")
    roles = (module.Role.PROPAGATOR,) if propagator_only else (module.Role.PRODUCER, module.Role.PROPAGATOR)
    made = module.sign_label(label, Content(**content), key, roles=roles)
    return AigcLabel.from_values(made.values())
