"""Sign a manifest with the key here and the file in a child process: what a caller without settings needs."""

from pathlib import Path
from typing import Any

from media_jobs.isolation.limits import DEFAULT, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling.c2pa.chain import Identity
from media_jobs.labelling.c2pa.desk import desk
from media_jobs.labelling.c2pa.facts import Facts
from media_jobs.labelling.containers import Container


def sign_apart(
    source: Path,
    target: Path,
    *,
    container: Container,
    facts: Facts,
    identity: Identity,
    tsa_url: str = "",
    parent: Path | None = None,
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """See write.sign_file, whose report this returns; `parent` becomes the parentOf ingredient.

    Raises:
        MediaError: c2pa.*, signing.failed.
        IsolationError: the child died or ran out of its limits.
    """
    identity.check()
    with desk(identity.signer, signatures=2) as address:  # a sidecar after a failed embedding is the second
        return run_isolated(
            "media_jobs.labelling.c2pa.isolated:sign",
            {
                "source": str(source),
                "target": str(target),
                "container": container.name,
                "facts": facts.as_json(),
                "desk": address,
                "public_key": identity.signer.public_key.hex(),
                "chain": identity.chain,
                "tsa_url": tsa_url,
                "parent": str(parent) if parent else "",
            },
            limits=limits,
        )
