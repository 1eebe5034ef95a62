"""Pure: offline proofs (c2sp.org/tlog-proof@v1): index, hashes from leaf to root, and the checkpoint, in one text."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.audit import checkpoints

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


class TlogProofError(ValueError):
    """A proof text that is malformed."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """One proof.

    Args:
        index: 0-based position of the entry.
        hashes: from leaf to root.
        checkpoint: the signed note, as text.
        extra: bytes that nothing signs (this log carries none).
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None


def dump(index: int, hashes: Sequence[bytes], checkpoint: str, extra: bytes | None = None) -> str:
    """Return the proof as text."""
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {base64.b64encode(extra).decode()}")
    lines += [f"index {index}", *(base64.b64encode(item).decode() for item in hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint


def parse(text: str) -> TlogProof:
    """Return the proof.

    Raises:
        TlogProofError: malformed.
    """
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or not checkpoint or lines.pop(0) != HEADER:
        raise TlogProofError(f"a proof starts with {HEADER} and ends with a checkpoint")
    extra = None
    if lines and lines[0].startswith("extra "):
        try:
            extra = base64.b64decode(lines.pop(0)[6:], validate=True)
        except (binascii.Error, ValueError) as error:
            raise TlogProofError("the extra line is not base64") from error
    if not lines or not lines[0].startswith("index "):
        raise TlogProofError("the index line is missing")
    try:
        index = checkpoints.parse_size(lines.pop(0)[6:])
        hashes = tuple(checkpoints.parse_hash(line) for line in lines)
    except checkpoints.CheckpointError as error:
        raise TlogProofError(str(error)) from error
    if len(hashes) > MAX_HASHES:
        raise TlogProofError(f"a proof has at most {MAX_HASHES} hashes")
    return TlogProof(index, hashes, checkpoint, extra)
