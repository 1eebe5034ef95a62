"""Pure: the Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1.

A subtree hash is asked by (level, index): the root over the 2**level leaves from index * 2**level on. Every hash that
comes from outside is checked to have exactly 32 bytes; the algorithms of the RFC alone accept one published bad case.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
Node = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof that does not prove; the message says where it fails."""


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below size (size >= 2)."""
    return 1 << (size - 1).bit_length() - 1


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """Return a subtree reader over leaf hashes kept in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])
    return lambda level, index: levels[level][index]


def range_root(lo: int, hi: int, node: Node) -> bytes:
    """Return the hash of leaves lo..hi-1, where lo is a multiple of a power of two that is at least hi - lo."""
    size = hi - lo
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, lo >> level)
    middle = lo + split(size)
    return node_hash(range_root(lo, middle, node), range_root(middle, hi, node))


def root(size: int, node: Node) -> bytes:
    """Return the root of the tree of that size."""
    return range_root(0, size, node) if size else EMPTY_ROOT


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return root(len(leaves), nodes_of(leaves))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes from leaf to root (RFC 9162 section 2.1.3.1).

    Raises:
        ProofError: index is not in the tree.
    """
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    lo, hi = 0, size
    while hi - lo > 1:
        middle = lo + split(hi - lo)
        if index < middle:
            proof.append(range_root(middle, hi, node))
            hi = middle
        else:
            proof.append(range_root(lo, middle, node))
            lo = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the hashes that show that the tree of `new` leaves extends that of `old` (RFC 9162 section 2.1.4.1).

    Raises:
        ProofError: not 0 < old <= new. (Every tree extends the empty one: there is nothing to prove.)
    """
    if not 0 < old <= new:
        raise ProofError(f"there is no proof from size {old} to size {new}")
    proof: list[bytes] = []
    lo, hi, whole = 0, new, True
    while old != hi:
        middle = lo + split(hi - lo)
        if old <= middle:
            proof.append(range_root(middle, hi, node))
            hi = middle
        else:
            proof.append(range_root(lo, middle, node))
            lo, whole = middle, False
    if not whole:
        proof.append(range_root(lo, hi, node))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Check an inclusion proof (RFC 9162 section 2.1.3.2).

    Raises:
        ProofError: the leaf is not shown to be at that index of that tree.
    """
    _check_hashes(leaf, root_hash, *proof)
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    (value,) = _climb(index, size - 1, proof, leaf, extending=False)
    if value != root_hash:
        raise ProofError("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check a consistency proof (RFC 9162 section 2.1.4.2).

    Raises:
        ProofError: the new tree is not shown to extend the old one.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 < old <= new:
        raise ProofError(f"there is no proof from size {old} to size {new}")
    if old == new:
        if proof:
            raise ProofError("equal sizes need an empty proof")
        if old_root != new_root:
            raise ProofError("equal sizes have different roots")
        return
    if not proof:
        raise ProofError("the proof is empty")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first, second = _climb(fn, sn, path[1:], path[0], extending=True)
    if first != old_root:
        raise ProofError("the proof leads to another old root")
    if second != new_root:
        raise ProofError("the proof leads to another new root")


def _climb(fn: int, sn: int, proof: Sequence[bytes], start: bytes, *, extending: bool) -> tuple[bytes, ...]:
    """Walk to the root; extending also keeps the hash of the old tree, which ignores what stands right of it."""
    old = new = start
    for item in proof:
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            old, new = node_hash(item, old), node_hash(item, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, item)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ProofError("the proof is too short")
    return (old, new) if extending else (new,)


def _check_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise ProofError(f"a hash has {len(value)} bytes instead of 32")
