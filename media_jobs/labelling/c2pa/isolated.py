"""The package's functions for `isolation.runner.run_isolated`: dict in, dict out, paths absolute."""

from pathlib import Path
from typing import Any

from media_jobs.labelling import containers
from media_jobs.labelling.c2pa import read, write
from media_jobs.labelling.c2pa.chain import Identity
from media_jobs.labelling.c2pa.desk import visitor
from media_jobs.labelling.c2pa.facts import Facts

Payload = dict[str, Any]


def sign(payload: Payload) -> Payload:
    """{source, target, container, facts, desk, public_key, chain, tsa_url?, anchors?} -> write.sign_file's report."""
    return write.sign_file(
        Path(payload["source"]),
        Path(payload["target"]),
        container=containers.CONTAINERS[payload["container"]],
        facts=Facts.from_json(payload["facts"]),
        identity=Identity(visitor(str(payload["desk"]), bytes.fromhex(payload["public_key"])), str(payload["chain"])),
        tsa_url=str(payload.get("tsa_url", "")),
        anchors=str(payload.get("anchors", "")),
    )


def read_manifest(payload: Payload) -> Payload:
    """{path, name?, sidecar? (hex), anchors?, max_bytes?} -> read.read_file."""
    path = Path(payload["path"])
    sidecar = payload.get("sidecar")
    return read.read_file(
        path,
        container=containers.recognise(path, name=str(payload.get("name", ""))),
        sidecar=bytes.fromhex(sidecar) if sidecar else None,
        anchors=str(payload.get("anchors", "")),
        max_bytes=int(payload.get("max_bytes", read.MAX_BYTES)),
    )
