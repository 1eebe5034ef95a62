"""The `SecurityData` object of TC260-PG-202511A: written strictly, read as it occurs in the wild."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from media_jobs.labelling.aigc import MAX_JSON
from media_jobs.labelling.signing.algorithms import ECDSA_SHA256
from media_jobs.labelling.signing.messages import SHA256, Binding

LABEL, BOUND = "Md", "Bnd"  # what a signature covers: the label's fields, or these and the content
_SPELLINGS = {"Md": LABEL, "LabelMataData": LABEL, "Bnd": BOUND, "Binding": BOUND}
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){1,4096}")
_METHOD = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 16  # entries of a list that are looked at


@dataclass(frozen=True)
class Signature:
    """One `DS` entry.

    Attributes:
        algorithm: OID, "" where it is missing.
        covers: LABEL, BOUND, or "" for something else.
        value: the signature.
        key_id: "" where it is missing.
    """

    algorithm: str
    covers: str
    value: bytes
    key_id: str


@dataclass
class SecurityData:
    """What a ReservedCode says.

    Attributes:
        signatures: every `DS` entry.
        keys: {KeyID: key as in KeyValue}, KeyID "" where it is missing.
        binding: the content's digest, None where there is none or not in our form.
        foreign_binding: there is a binding in somebody else's form.
        variants: how it differs from the guide's form, "where:what".
    """

    signatures: list[Signature] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    binding: Binding | None = None
    foreign_binding: bool = False
    variants: list[str] = field(default_factory=list)

    def key(self, key_id: str) -> bytes | None:
        """The key that a signature's KeyID names; the guide's own example leaves it out of the key's entry."""
        if key_id in self.keys:
            return self.keys[key_id]
        return self.keys.get("") if key_id else next(iter(self.keys.values()), None) if len(self.keys) == 1 else None


def compose(key_id: str, public_key: bytes, *, label: bytes, bound: bytes, binding: Binding) -> str:
    """The text for a ReservedCode: JSON without spaces, always the same for the same parts.

    Args:
        key_id, public_key: of the signer.
        label, bound: its signatures (DER) over label_message and bound_message.
    """
    entries = [_signature(key_id, LABEL, label), _signature(key_id, BOUND, bound)]
    key = {"Type": "PubKey", "AlgID": ECDSA_SHA256, "KeyValue": public_key.hex(), "KeyID": key_id}
    body = {"Type": "TC260PG", "Version": 1, "PubSD": [*entries, key], "Bindings": [binding.value()]}
    return json.dumps({"SecurityData": body}, separators=(",", ":"))


def _signature(key_id: str, covers: str, value: bytes) -> dict[str, Any]:
    return {
        "Type": "DS",
        "AlgID": ECDSA_SHA256,
        "TBSData": {"Type": covers},
        "Signature": value.hex(),
        "KeyID": key_id,
    }


def parse(text: str) -> SecurityData | None:
    """Read a ReservedCode; None where no SecurityData stands in it.

    Raises:
        ValueError: it calls itself SecurityData and is not.
    """
    if len(text) > MAX_JSON or not text.lstrip().startswith("{"):
        return None
    try:
        outer = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        if '"SecurityData"' in text:
            raise ValueError("SecurityData") from None
        return None
    if "SecurityData" not in outer:
        return None
    body = outer["SecurityData"]
    if not isinstance(body, dict):
        raise ValueError("SecurityData")
    data = SecurityData()
    if body.get("Type") != "TC260PG" or body.get("Version") != 1 or isinstance(body.get("Version"), bool):
        data.variants.append("Type:" + str(body.get("Type"))[:20])
    entries = body.get("PubSD")
    if entries is None and "PubSd" in body:
        entries = body["PubSd"]
        data.variants.append("PubSD:PubSd")
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise ValueError("PubSD")
    for entry in entries:
        _take(data, entry)
    _bind(data, body)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands in it twice could mean two things to two readers."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("twice")
    return made


def _take(data: SecurityData, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise ValueError("PubSD")
    algorithm, key_id = entry.get("AlgID", ""), entry.get("KeyID", "")
    if not isinstance(algorithm, str) or not isinstance(key_id, str | int) or len(str(key_id)) > 128:
        raise ValueError("PubSD")
    if entry.get("Type") == "DS":
        covered = entry.get("TBSData")
        spelling = covered.get("Type") if isinstance(covered, dict) else None
        covers = _SPELLINGS.get(spelling, "") if isinstance(spelling, str) else ""
        if spelling != covers:
            data.variants.append("TBSData:" + str(spelling)[:20])
        data.signatures.append(Signature(algorithm, covers, _bytes(entry.get("Signature")), str(key_id)))
    elif entry.get("Type") == "PubKey":
        if str(key_id) in data.keys:
            raise ValueError("KeyID")
        data.keys[str(key_id)] = _bytes(entry.get("KeyValue"))
    else:
        data.variants.append("PubSD:" + str(entry.get("Type"))[:20])


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("hex")
    return bytes.fromhex(value)


def _bind(data: SecurityData, body: dict[str, Any]) -> None:
    name = "Bindings" if "Bindings" in body else "Binding"
    if name not in body:
        return
    entries = body[name]
    if name == "Bindings" and isinstance(entries, list) and len(entries) == 1 and isinstance(entries[0], dict):
        one = entries[0]
        method, digest = one.get("CntSel"), one.get("Hash")
        if (
            list(one) == ["CntSel", "AlgID", "Hash"]
            and one["AlgID"] == SHA256
            and isinstance(method, str)
            and isinstance(digest, str)
            and _METHOD.fullmatch(method)
            and _DIGEST.fullmatch(digest)
        ):
            data.binding = Binding(method, digest)
            return
    if entries:
        data.foreign_binding = True
        data.variants.append(f"{name}:foreign")
