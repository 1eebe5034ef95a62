"""Pure: which subtrees stand outside a range of leaves, so that range and subtrees together give the root."""

from collections.abc import Iterator

from compliance.audit.merkle import split


def outside(first: int, count: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield (lo, hi) of every maximal subtree without a leaf of the range, from left to right.

    Args:
        first: first leaf of the range.
        count: leaves in the range.
        size: leaves in the tree.
    """
    yield from _walk(0, size, first, first + count)


def _walk(lo: int, hi: int, first: int, end: int) -> Iterator[tuple[int, int]]:
    if hi <= first or lo >= end:
        yield lo, hi
    elif lo < first or hi > end:
        middle = lo + split(hi - lo)
        yield from _walk(lo, middle, first, end)
        yield from _walk(middle, hi, first, end)
