"""The package's functions for `isolation.runner.run_isolated`: dict in, dict out, paths absolute."""

import base64
from pathlib import Path
from typing import Any

from media_jobs.labelling import containers, signing
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.c2pa import read, write
from media_jobs.labelling.c2pa.chain import Identity
from media_jobs.labelling.c2pa.desk import visitor
from media_jobs.labelling.c2pa.facts import Facts
from media_jobs.labelling.metadata import carrier

Payload = dict[str, Any]


def sign(payload: Payload) -> Payload:
    """{source, target, container, facts, desk, public_key, chain, tsa_url?, anchors?, parent?} -> write.sign_file.

    parent: path of the file that this one was made from.
    """
    parent = Path(payload["parent"]) if payload.get("parent") else None
    return write.sign_file(
        Path(payload["source"]),
        Path(payload["target"]),
        container=containers.CONTAINERS[payload["container"]],
        facts=Facts.from_json(payload["facts"]),
        identity=Identity(visitor(str(payload["desk"]), bytes.fromhex(payload["public_key"])), str(payload["chain"])),
        tsa_url=str(payload.get("tsa_url", "")),
        anchors=str(payload.get("anchors", "")),
        parent=None if parent is None else (parent, containers.recognise(parent)),
    )


def proofs(payload: Payload) -> Payload:
    """{path, name?, values?, keys?, sidecar?, anchors?, max_bytes?} -> {signatures: {role: verdict}, manifest}.

    values: the label's seven; without them there is no signature to check. keys: text of an aigc-keys.json.
    sidecar: base64. manifest: as read.read_file.
    """
    path, name = Path(payload["path"]), str(payload.get("name", ""))
    container = containers.recognise(path, name=name)
    verdicts = {}
    if payload.get("values"):
        keys = signing.KeySet.from_json(payload["keys"]) if payload.get("keys") else signing.KeySet()
        label, content = AigcLabel.from_values(payload["values"]), carrier(container).content(path)
        verdicts = {role: verdict.as_json() for role, verdict in signing.verify_all(label, content, keys).items()}
    manifest = read.read_file(
        path,
        container=container,
        sidecar=base64.b64decode(payload["sidecar"]) if payload.get("sidecar") else None,
        anchors=str(payload.get("anchors", "")),
        max_bytes=int(payload.get("max_bytes", read.MAX_BYTES)),
    )
    return {"signatures": verdicts, "manifest": manifest}
