#!/usr/bin/env python3
"""Check a proof from a Hallmark log, offline and without trusting the platform that made it.

    python3 hallmark_verify.py PROOF.json [--vkey KEY] [--file RELEASED.jpg]
    python3 hallmark_verify.py RANGE.jsonl [--vkey KEY]

PROOF.json proves one event (`hallmark-proof@v1`): the entry is in the log, at that position, under a checkpoint that
the log's key signed; disclosed values and a file, if given, are those the entry committed to.
RANGE.jsonl proves a whole range of entries (`hallmark-range@v1`): none is missing, none was added or changed, and,
if an older checkpoint is given, the log only grew since.

Give --vkey with the key from a place you trust (the provider's /log/vkey page, a filing): the key inside the
proof only shows that the parts fit together. Needs Python 3.9 or newer and the package `cryptography`.

Exit codes: 0 verified, 1 not verified (the line that starts with FAILED says what), 3 unreadable input, 10 usage.
Formats: RFC 6962, RFC 9162, c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # said in main(), where it has an exit code
    InvalidSignature = Ed25519PublicKey = None  # type: ignore[assignment, misc]

VERIFIED, NOT_VERIFIED, UNREADABLE, USAGE = 0, 1, 3, 10
COMMITMENT = b"hallmark/audit/commitment/v1\x00"


class NotVerifiedError(Exception):
    """Read, and not true: the proof does not prove."""


class UnreadableError(Exception):
    """Not a proof at all."""


def b64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise NotVerifiedError(f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise NotVerifiedError(f"{what} is not canonical base64")
    return data


def hash_of(text: str, what: str) -> bytes:
    data = b64(text, what)
    if len(data) != 32:
        raise NotVerifiedError(f"{what} has {len(data)} bytes instead of 32")
    return data


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def number(text: str, what: str) -> int:
    if not re.match(r"(0|[1-9][0-9]{0,18})\Z", text):
        raise NotVerifiedError(f"{what} {text[:30]!r} is not a number")
    return int(text)


def strict_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a name stands twice")
    return data


def parse_json(text: str) -> Any:
    """Return JSON data; ValueError for text that is none, that nests without end, or that no file can hold."""
    try:
        data = json.loads(text, object_pairs_hook=strict_object)
        json.dumps(data, ensure_ascii=False).encode()  # half of a surrogate pair can be escaped, not encoded
    except RecursionError:
        raise ValueError("it nests too deep") from None
    return data


def load(text: str, what: str) -> dict[str, Any]:
    try:
        data = parse_json(text)
    except ValueError as error:
        raise UnreadableError(f"{what} is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise UnreadableError(f"{what} is not a JSON object")
    return data


def member(data: dict[str, Any], name: str, kind: type, what: str) -> Any:
    if not isinstance(data.get(name), kind) or isinstance(data[name], bool):
        raise UnreadableError(f"{what} has no {name!r}")
    return data[name]


def parse_vkey(vkey: str) -> tuple[str, bytes, bytes]:
    """Return name, key id and public key of `name+hex+base64`, Ed25519 only."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = b64(encoded, "the key")
    if not name or len(key) != 33 or key[0] != 1:
        raise NotVerifiedError("the key is not an Ed25519 log key")
    computed = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if computed.hex() != key_id:
        raise NotVerifiedError("the key's id does not belong to the key")
    return name, computed, key[1:]


def open_checkpoint(note: str, vkey: str, what: str = "the checkpoint") -> tuple[int, bytes]:
    """Return size and root of a checkpoint after checking the log's signature."""
    name, key_id, public = parse_vkey(vkey)
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise NotVerifiedError(f"{what} is not a signed note")
    body, signed = note[: at + 1], False
    for line in note[at + 2 : -1].split("\n"):
        match = re.match("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})\\Z", line)
        data = b64(match.group(2), "a signature") if match else b""
        if match is None or len(data) < 5:
            raise NotVerifiedError(f"{what} has a malformed signature line")
        if match.group(1) != name or data[:4] != key_id:
            continue  # witnesses and other keys
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(data[4:], body.encode())
        except (InvalidSignature, ValueError):
            raise NotVerifiedError(f"the signature of {name} under {what} is wrong") from None
        signed = True
    if not signed:
        raise NotVerifiedError(f"{what} is not signed by {vkey}")
    lines = body.split("\n")
    if len(lines) < 4 or lines[0] != name:
        raise NotVerifiedError(f"{what} belongs to another log: {lines[0][:60]!r}")
    return number(lines[1], "the size of " + what), hash_of(lines[2], "the root of " + what)


def climb(fn: int, sn: int, proof: Sequence[bytes], start: bytes) -> tuple[bytes, bytes]:
    old = new = start
    for item in proof:
        if sn == 0:
            raise NotVerifiedError("the proof is too long")
        if fn & 1 or fn == sn:
            old, new = node_hash(item, old), node_hash(item, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, item)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise NotVerifiedError("the proof is too short")
    return old, new


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    if not 0 <= index < size:
        raise NotVerifiedError(f"position {index} is not in a log of {size} entries")
    if climb(index, size - 1, proof, leaf)[1] != root:
        raise NotVerifiedError(
            f"the entry is not at position {index} of the signed log (the proof leads to another root)"
        )


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    if not 0 < old <= new:
        raise NotVerifiedError(f"a log of {new} entries cannot follow one of {old}")
    if old == new:
        if proof or old_root != new_root:
            raise NotVerifiedError("two checkpoints of one size differ")
        return
    path = proof if old & (old - 1) else [old_root, *proof]
    if not path:
        raise NotVerifiedError("the consistency proof is empty")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first, second = climb(fn, sn, path[1:], path[0])
    if first != old_root or second != new_root:
        raise NotVerifiedError(f"the log of {new} entries does not extend the one of {old}: it was rewritten")


def parse_tlog_proof(text: str) -> tuple[int, list[bytes], str]:
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise NotVerifiedError("tlog_proof is not a c2sp.org/tlog-proof@v1")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not lines[0].startswith("index "):
        raise NotVerifiedError("tlog_proof has no index")
    index = number(lines.pop(0)[6:], "index")
    return index, [hash_of(line, f"hash {at} of the proof") for at, line in enumerate(lines)], checkpoint


def parse_entry(text: str, what: str) -> dict[str, Any]:
    try:
        data = parse_json(text)
    except ValueError as error:
        raise NotVerifiedError(f"{what} is not JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("p"), dict) or not isinstance(data.get("c"), dict):
        raise NotVerifiedError(f"{what} is not an entry of a Hallmark log")
    return data


def check_disclosure(item: dict[str, Any], entry: dict[str, Any]) -> None:
    parts = [item.get(name) for name in ("field", "salt", "value")]
    field, salt, value = (part if isinstance(part, str) else "" for part in parts)
    if not field or not re.match("[0-9a-f]{64}\\Z", salt):
        raise NotVerifiedError("a disclosure is field, salt (64 hex digits) and value")
    computed = hashlib.sha256(COMMITMENT + field.encode() + b"\x00" + bytes.fromhex(salt) + value.encode()).hexdigest()
    if entry["c"].get(field) != computed:
        raise NotVerifiedError(f"the disclosed {field} is not the one the entry committed to")


def verify_proof(bundle: dict[str, Any], vkey: str, file: str | None) -> list[str]:
    """Check one event; return the lines to print."""
    entry_text = member(bundle, "entry", str, "the proof")
    proof_text = member(bundle, "tlog_proof", str, "the proof")
    index, path, note = parse_tlog_proof(proof_text)
    size, root = open_checkpoint(note, vkey)
    check_inclusion(index, size, leaf_hash(entry_text.encode()), path, root)
    entry = parse_entry(entry_text, "the entry")
    said = [
        "signed log    {}, {} entries".format(note.split("\n")[0], size),
        f"position      {index}",
        "event         {}, outcome {}".format(entry.get("type"), entry.get("outcome")),
        "recorded      {}".format(entry.get("t")),
        "event id      {}".format(entry.get("id")),
    ]
    said += [f"  {name:<11} {value}" for name, value in sorted(entry["p"].items())]
    wanted = entry["p"].get("sha256")
    if "file_sha256" in bundle and bundle["file_sha256"] != wanted:
        raise NotVerifiedError(f"file_sha256 of the proof is not the sha256 in the entry ({wanted})")
    if file is not None:
        found = file_hash(file)
        if found != wanted:
            raise NotVerifiedError(f"the file's SHA-256 is {found}, the entry names {wanted}")
        said.append(f"file          {file} is the file that the entry names")
    disclosures = bundle.get("disclosures", [])
    if not isinstance(disclosures, list) or not all(isinstance(item, dict) for item in disclosures):
        raise UnreadableError("disclosures is not a list of objects")
    for item in disclosures:
        check_disclosure(item, entry)
        said.append("disclosed     {} = {}".format(item["field"], item["value"]))
    return said


def file_hash(path: str) -> str:
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from None
    return digest.hexdigest()


def split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def range_root(lo: int, hi: int, first: int, leaves: list[bytes], outside: list[bytes]) -> bytes:
    """Return the root over lo..hi from the range's leaves and the hashes of the subtrees outside it."""
    end = first + len(leaves)
    if hi <= first or lo >= end:
        if not outside:
            raise NotVerifiedError("the proof of the range is too short")
        return outside.pop(0)
    if hi - lo == 1:
        return leaves[lo - first]
    middle = lo + split(hi - lo)
    left = range_root(lo, middle, first, leaves, outside)
    return node_hash(left, range_root(middle, hi, first, leaves, outside))


def verify_range(header: dict[str, Any], lines: list[str], vkey: str) -> list[str]:
    """Check a range of entries; return the lines to print."""
    first, count = member(header, "first", int, "the header"), member(header, "count", int, "the header")
    note = member(header, "checkpoint", str, "the header")
    outside = [hash_of(item, "a hash outside the range") for item in member(header, "outside", list, "the header")]
    size, root = open_checkpoint(note, vkey)
    if len(lines) != count or count < 1:
        raise NotVerifiedError(f"the header promises {count} entries, the file holds {len(lines)}")
    if first < 0 or first + count > size:
        raise NotVerifiedError(f"entries {first} to {first + count - 1} are not in a log of {size}")
    for at, line in enumerate(lines, start=first):
        parse_entry(line, f"entry {at}")
    computed = range_root(0, size, first, [leaf_hash(line.encode()) for line in lines], outside)
    if outside or computed != root:
        raise NotVerifiedError(f"entries {first} to {first + count - 1} are not what the signed log holds there")
    said = [
        "signed log    {}, {} entries".format(note.split("\n")[0], size),
        f"entries       {first} to {first + count - 1}, complete",
    ]
    if "old_checkpoint" in header:
        old_size, old_root = open_checkpoint(
            member(header, "old_checkpoint", str, "the header"), vkey, "the old checkpoint"
        )
        proof = [hash_of(item, "a consistency hash") for item in member(header, "consistency", list, "the header")]
        check_consistency(old_size, size, old_root, root, proof)
        said.append(f"extends       the checkpoint of {old_size} entries")
    return said


def read_text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not UTF-8 text") from None


def say(line: str) -> None:
    """Print one line: what comes out of a bundle can neither start a line of its own nor steer a terminal."""
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def run(args: argparse.Namespace) -> list[str]:
    text = read_text(args.bundle)
    lines = text.split("\n")
    # A range has one object a line; a proof may be spread over many.
    is_range = lines[0].startswith("{") and '"hallmark-range@v1"' in lines[0]
    bundle = load(lines[0] if is_range else text, args.bundle)
    wanted = "hallmark-range@v1" if is_range else "hallmark-proof@v1"
    if bundle.get("format") != wanted:
        raise UnreadableError(f"{args.bundle} is not a {wanted}: its format is {bundle.get('format')!r}")
    own: str = member(bundle, "vkey", str, args.bundle)
    if args.vkey is not None and args.vkey.strip() != own:
        raise NotVerifiedError(f"the proof was made for the key {own}, you trust {args.vkey.strip()}")
    if is_range:
        if args.file is not None:
            raise UnreadableError("--file belongs to the proof of one event")
        said = verify_range(bundle, lines[1:-1] if lines[-1] == "" else lines[1:], own)
    else:
        said = verify_proof(bundle, own, args.file)
    if args.vkey is None:
        said.append(f"key           {own}")
        said.append("              taken from the proof itself: compare it with the one the provider publishes")
    else:
        said.append("key           the one you gave")
    return said


def main(argv: Sequence[str] | None = None) -> int:
    parser = Parser(
        prog="hallmark_verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", help="PROOF.json or RANGE.jsonl")
    parser.add_argument("--vkey", help="the log's key, from a place you trust")
    parser.add_argument("--file", help="a file that must be the one the entry names by its SHA-256")
    args = parser.parse_args(argv)
    if Ed25519PublicKey is None:
        sys.stderr.write("The package `cryptography` is missing: python3 -m pip install cryptography\n")
        return USAGE
    try:
        code, said = VERIFIED, ["VERIFIED", *run(args)]
    except UnreadableError as error:
        code, said = UNREADABLE, [f"UNREADABLE    {error}"]
    except NotVerifiedError as error:
        code, said = NOT_VERIFIED, [f"FAILED        {error}"]
    for line in said:
        say(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
