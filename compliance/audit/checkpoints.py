"""Pure: checkpoints (c2sp.org/tlog-checkpoint): origin, size and root, signed as a note; and the witness request."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.audit import merkle, notes

MAX_WITNESS_PROOF = 63
_ORIGIN = re.compile(r"[^\s+]+\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z", re.ASCII)


class CheckpointError(ValueError):
    """A checkpoint body that is malformed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its name, its size and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def parse_size(text: str) -> int:
    """Return a decimal without sign and leading zeros.

    Raises:
        CheckpointError: anything else.
    """
    if not _SIZE.match(text):
        raise CheckpointError(f"{text!r} is not a size")
    return int(text)


def parse_hash(text: str) -> bytes:
    """Return a hash from standard base64.

    Raises:
        CheckpointError: not canonical base64 of 32 bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointError(f"{text!r} is not base64") from error
    if len(data) != merkle.HASH_BYTES or base64.b64encode(data).decode() != text:
        raise CheckpointError(f"{text!r} is not the base64 of 32 bytes")
    return data


def encode_hash(value: bytes) -> str:
    """Return a hash as standard base64."""
    return base64.b64encode(value).decode()


def body(checkpoint: Checkpoint) -> str:
    """Return the checkpoint's text: three lines, each ending with a newline.

    Raises:
        CheckpointError: the origin is not a schemeless URL, the size negative, the root not 32 bytes.
    """
    if not _ORIGIN.match(checkpoint.origin) or "://" in checkpoint.origin:
        raise CheckpointError("an origin is a schemeless URL without space and plus sign")
    if checkpoint.size < 0 or len(checkpoint.root) != merkle.HASH_BYTES:
        raise CheckpointError("a checkpoint has a size and a root of 32 bytes")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def parse_body(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text; extension lines after the third are allowed.

    Raises:
        CheckpointError: malformed.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise CheckpointError("a checkpoint has origin, size and root, each on a line of its own")
    return Checkpoint(lines[0], parse_size(lines[1]), parse_hash(lines[2]))


def sign(checkpoint: Checkpoint, seed: bytes) -> str:
    """Return the checkpoint as a note signed under the origin's name."""
    return notes.sign(body(checkpoint), checkpoint.origin, seed)


def open_checkpoint(
    note: str, log: notes.Verifier, *, origin: str | None = None, cosigners: Sequence[notes.Verifier] = ()
) -> Checkpoint:
    """Return the checkpoint that the log's key signed.

    Args:
        note: the signed note.
        log: the log's key.
        origin: what the first line must say; None: the key's name.
        cosigners: witnesses' keys; a wrong signature of one rejects the note, an absent one does not.

    Raises:
        notes.NoteError: the log did not sign it.
        CheckpointError: malformed, or of another log.
    """
    verified = notes.verify(note, [log, *cosigners])
    if verified.by(log) is None:
        raise notes.NoteError("the log's own signature is missing")
    checkpoint = parse_body(verified.text)
    if checkpoint.origin != (origin or log.name):
        raise CheckpointError(f"a checkpoint of {checkpoint.origin!r}")
    return checkpoint


def witness_path(origin: str) -> str:
    """Return the lower-case hex SHA-256 of the origin, the name under which witnesses keep a log."""
    return hashlib.sha256(origin.encode()).hexdigest()


def witness_request(old: int, proof: Sequence[bytes], note: str) -> str:
    """Return the body of `POST /add-checkpoint` (c2sp.org/tlog-witness).

    Raises:
        CheckpointError: more than 63 hashes, or a proof from size 0.
    """
    if len(proof) > MAX_WITNESS_PROOF or (old == 0 and proof):
        raise CheckpointError("a witness takes at most 63 hashes, and none from size 0")
    lines = [f"old {old}", *(base64.b64encode(item).decode() for item in proof)]
    return "\n".join(lines) + "\n\n" + note


def parse_witness_request(text: str) -> tuple[int, list[bytes], str]:
    """Return old size, consistency proof and the signed checkpoint of a witness request.

    Raises:
        CheckpointError: malformed.
    """
    head, blank, note = text.partition("\n\n")
    first, *rest = head.split("\n")
    if not blank or not first.startswith("old "):
        raise CheckpointError("a witness request is `old N`, hashes, a blank line and a checkpoint")
    old, proof = parse_size(first[4:]), [parse_hash(line) for line in rest]
    if len(proof) > MAX_WITNESS_PROOF or (old == 0 and proof):
        raise CheckpointError("a witness takes at most 63 hashes, and none from size 0")
    return old, proof, note
