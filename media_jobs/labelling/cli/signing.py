"""Keys on the command line: --key signs the label, --key and --chain together a C2PA manifest."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from media_jobs.isolation.limits import DEFAULT, Limits
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.cli.inputs import text_file
from media_jobs.labelling.containers import Container
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--key, --chain, --tsa."""
    parser.add_argument(
        "--key",
        metavar="PEM",
        help="P-256 private key (PEM without passphrase) that signs the label (TC260-PG-202511A)",
    )
    parser.add_argument(
        "--chain", metavar="PEM", help="certificates of that key, leaf first: also write a C2PA manifest, last of all"
    )
    parser.add_argument("--tsa", metavar="URL", default="", help="RFC 3161 time-stamping service for the manifest")


class Keys:
    """What the options give: a signer for labels, an identity for manifests, or neither.

    Raises:
        MediaError: label.bad_input_file, label.chain_without_key, signing.bad_key, c2pa.bad_chain.
    """

    def __init__(self, asked: argparse.Namespace) -> None:
        self.signer: Any = None
        self.identity: Any = None
        self._tsa_url = str(asked.tsa)
        if asked.chain and not asked.key:
            raise media_error("label.chain_without_key")
        if asked.key:
            from media_jobs.labelling.signing import KeySigner

            self.signer = KeySigner(text_file(asked.key))
        if asked.chain:
            from media_jobs.labelling.c2pa import Identity

            self.identity = Identity(self.signer, text_file(asked.chain))
            self.identity.check()

    def signed(self, label: AigcLabel, content: Content, *, propagator_only: bool = False) -> AigcLabel:
        """The label with our signatures: both on first writing, the propagator's alone on handing over."""
        from media_jobs.labelling.signing import Role, sign_label

        roles = (Role.PROPAGATOR,) if propagator_only else (Role.PRODUCER, Role.PROPAGATOR)
        return sign_label(label, content, self.signer, roles=roles)

    def manifest(
        self,
        source: Path,
        target: Path,
        *,
        container: Container,
        said: dict[str, Any],
        parent: Path | None = None,
        limits: Limits = DEFAULT,
    ) -> dict[str, Any]:
        """Write `target`: `source` with a manifest; c2pa.sign_file's report.

        Args:
            said: what c2pa.Facts takes, but for the time, which is now.
            parent: the file that this one was made from.
        """
        from media_jobs.labelling.c2pa import Facts
        from media_jobs.labelling.c2pa.apart import sign_apart

        return sign_apart(
            source,
            target,
            container=container,
            facts=Facts(made_at=datetime.now(UTC), **said),
            identity=self.identity,
            tsa_url=self._tsa_url,
            parent=parent,
            limits=limits,
        )
