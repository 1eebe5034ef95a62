"""Read a file's C2PA manifest: present, valid, by whom, saying what. Bounded and offline."""

import json
from pathlib import Path
from typing import Any

from media_jobs.labelling import containers
from media_jobs.labelling.c2pa.library import EMBEDDED, PLAIN, context, media_type, sdk
from media_jobs.labelling.c2pa.manifest import CONSENT, LABEL
from media_jobs.labelling.containers import Container

# The library hashes in steps of up to 256 MiB, twice of them in memory. A file of this size stays below 256 MiB in all.
MAX_BYTES = 160 * 1024 * 1024
OWN_BYTES = 64 * 1024 * 1024 * 1024  # for what we made ourselves; it then needs 500 MiB
_MAX_SIDECAR = 32 * 1024 * 1024
_MOST = 64  # actions, errors, ingredients that are told
_LONGEST = 300


def read_file(
    path: str | Path,
    *,
    container: Container | None = None,
    sidecar: bytes | None = None,
    anchors: str = "",
    max_bytes: int = MAX_BYTES,
) -> dict[str, Any]:
    """What the active manifest of a file says, and what the library thinks of it.

    The library hashes the whole file: time goes with its size. Run it in a child where the file is a stranger's.

    Args:
        container: what the file is; by its content where it is not given.
        sidecar: a manifest store (.c2pa) that came beside the file.
        anchors: PEM of the roots to believe; with none no signer is "Trusted".
        max_bytes: a larger file is not looked at.

    Returns:
        present (bool); state ("Trusted", "Valid", "Invalid", or "unreadable", "too_large", ""); valid (bool); trusted
        (bool); embedded (bool); issuer, common_name, algorithm (str); time (of the time-stamp, "" without one);
        generator {name, version}; title; actions: list of {action, when, source_type, agent, agent_version,
        description}; source_types: list; label, consent: our own assertions or {}; watermarks: list of alg;
        ingredients: list of {relationship, title, has_manifest}; errors, notes: lists of C2PA status codes.

    Raises:
        MediaError: as containers.recognise, where no container is given.
    """
    file = Path(path)
    container = container or containers.recognise(file)
    if file.stat().st_size > max_bytes or len(sidecar or b"") > _MAX_SIDECAR:
        return _nothing() | {"state": "too_large", "errors": ["too_large"]}
    if container.name not in EMBEDDED and sidecar is None:
        return _nothing()
    # Ours hash the whole file; others' may hash it in the way of its format.
    kinds = [media_type(container)] if sidecar is None else [PLAIN, media_type(container)]
    answers = [_read(file, kind, sidecar, anchors) for kind in kinds]
    return next((one for one in answers if one["valid"]), answers[-1])


def _read(file: Path, kind: str, sidecar: bytes | None, anchors: str) -> dict[str, Any]:
    try:
        with (
            context(anchors) as settings,
            file.open("rb") as stream,
            sdk().Reader(kind, stream, sidecar, context=settings) as reader,
        ):
            store = json.loads(reader.json())
            embedded = sidecar is None and bool(reader.is_embedded())
    except sdk().C2paError.ManifestNotFound:
        return _nothing()
    except (sdk().C2paError, ValueError, RecursionError) as error:
        return _nothing() | {"state": "unreadable", "errors": [_kind(error)]}
    return _told(store) | {"embedded": embedded}


def _nothing() -> dict[str, Any]:
    return {
        "present": False,
        "state": "",
        "valid": False,
        "trusted": False,
        "embedded": False,
        "issuer": "",
        "common_name": "",
        "algorithm": "",
        "time": "",
        "generator": {},
        "title": "",
        "actions": [],
        "source_types": [],
        "label": {},
        "consent": {},
        "watermarks": [],
        "ingredients": [],
        "errors": [],
        "notes": [],
    }


def _kind(error: Exception) -> str:
    return type(error).__name__.removeprefix("_C2pa").lower()


def _told(store: dict[str, Any]) -> dict[str, Any]:
    manifest = _dict(_dict(store.get("manifests")).get(str(store.get("active_manifest"))))
    signature = _dict(manifest.get("signature_info"))
    assertions = [_dict(one) for one in _list(manifest.get("assertions"))]
    state = str(store.get("validation_state", ""))
    actions = [
        _action(_dict(action))
        for one in assertions
        if str(one.get("label", "")).startswith("c2pa.actions")
        for action in _list(_dict(one.get("data")).get("actions"))
    ]
    generator = _dict(next(iter(_list(manifest.get("claim_generator_info"))), {}))
    errors, notes = _codes(store)
    return _nothing() | {
        "present": True,
        "state": state,
        "valid": state in {"Valid", "Trusted"},
        "trusted": state == "Trusted",
        "issuer": _text(signature.get("issuer")),
        "common_name": _text(signature.get("common_name")),
        "algorithm": _text(signature.get("alg")),
        "time": _text(signature.get("time")),
        "generator": {"name": _text(generator.get("name")), "version": _text(generator.get("version"))},
        "title": _text(manifest.get("title")),
        "actions": actions[:_MOST],
        "source_types": list(dict.fromkeys(one["source_type"] for one in actions if one["source_type"]))[:_MOST],
        "label": _own(assertions, LABEL),
        "consent": _own(assertions, CONSENT),
        "watermarks": [
            _text(_dict(one.get("data")).get("alg"))
            for one in assertions
            if str(one.get("label", "")).startswith("c2pa.soft-binding")
        ][:_MOST],
        "ingredients": [
            {
                "relationship": _text(one.get("relationship")),
                "title": _text(one.get("title")),
                "has_manifest": bool(one.get("active_manifest")),
            }
            for one in map(_dict, _list(manifest.get("ingredients"))[:_MOST])
        ],
        "errors": errors,
        "notes": notes,
    }


def _action(action: dict[str, Any]) -> dict[str, str]:
    agent = action.get("softwareAgent")
    named = {"name": agent} if isinstance(agent, str) else _dict(agent)
    parameters = _dict(action.get("parameters"))
    return {
        "action": _text(action.get("action")),
        "when": _text(action.get("when")),
        "source_type": _text(action.get("digitalSourceType")),
        "agent": _text(named.get("name")),
        "agent_version": _text(named.get("version")),
        "description": _text(action.get("description") or parameters.get("description")),
    }


def _codes(store: dict[str, Any]) -> tuple[list[str], list[str]]:
    """(failures, remarks) of the active manifest and of the ingredients' changes."""
    results = _dict(store.get("validation_results"))
    groups = [_dict(results.get("activeManifest"))]
    groups += [_dict(_dict(one).get("validationDeltas")) for one in _list(results.get("ingredientDeltas"))]
    found = []
    for kind in ("failure", "informational"):
        codes = [_text(_dict(one).get("code")) for group in groups for one in _list(group.get(kind))]
        found.append(list(dict.fromkeys(codes))[:_MOST])
    return found[0], found[1]


def _own(assertions: list[dict[str, Any]], label: str) -> dict[str, Any]:
    data = _dict(next((one.get("data") for one in assertions if one.get("label") == label), {}))
    return data if len(json.dumps(data)) <= 4096 else {}


def _text(value: Any) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
