"""Pure: the tiles of c2sp.org/tlog-tiles: 256 hashes each, their paths, and entry bundles.

A tile of level L > 0 holds roots of full tiles of the level below; a tile of width 0 does not exist.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance.audit import merkle

WIDTH = 256
MAX_LEVEL = 63
MAX_ENTRY = 65535
MAX_PATH = 64  # far beyond any index of 63 bits; Python refuses to read numbers of thousands of digits
_LEVEL = re.compile(r"(0|[1-9][0-9]?)\Z", re.ASCII)
_INDEX = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z", re.ASCII)


class TileError(ValueError):
    """A path or a bundle that tlog-tiles does not allow."""


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    """One tile: level, index and how many hashes (1..256) it holds."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`tile/<L>/<N>[.p/<W>]`."""
        return f"tile/{self.level}/{index_path(self.index, self.width)}"


def index_path(index: int, width: int = WIDTH) -> str:
    """Return the index in groups of three digits, all but the last prefixed with x: 1234067 is x001/x234/067."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + partial


def parse_index(path: str) -> tuple[int, int]:
    """Return index and width of the part after `tile/<L>/`.

    Raises:
        TileError: it is not a canonical index path.
    """
    match = _INDEX.match(path) if len(path) <= MAX_PATH else None
    if not match:
        raise TileError(f"{path!r} is not a tile index")
    index = int(match[1].replace("x", "").replace("/", ""))
    width = int(match[2]) if match[2] else WIDTH
    if width > WIDTH - 1 and match[2]:
        raise TileError(f"a partial tile has at most {WIDTH - 1} hashes")
    if index_path(index, width) != path:
        raise TileError(f"{path!r} is not the canonical path")
    return index, width


def parse(level: str, path: str) -> TileId:
    """Return the tile that `tile/<level>/<path>` names.

    Raises:
        TileError: level or path are not canonical.
    """
    if not _LEVEL.match(level) or int(level) > MAX_LEVEL:
        raise TileError(f"{level!r} is not a tile level")
    index, width = parse_index(path)
    return TileId(int(level), index, width)


def entries_path(seq: int, size: int) -> str:
    """Return the path of the entry bundle that holds entry seq in a log of that size."""
    if not 0 <= seq < size:
        raise TileError(f"entry {seq} is not in a log of {size}")
    index = seq // WIDTH
    return f"tile/entries/{index_path(index, min(WIDTH, size - index * WIDTH))}"


def width_at(level: int, index: int, size: int) -> int:
    """Return how many hashes the tile holds in a tree of that size; 0 when it does not exist."""
    return max(0, min(WIDTH, (size >> 8 * level) - index * WIDTH))


def tile_set(size: int) -> Iterator[TileId]:
    """Yield every tile of a tree of that size: full ones and at most one partial one a level."""
    level = 0
    while count := size >> 8 * level:
        for index in range(-(-count // WIDTH)):
            yield TileId(level, index, width_at(level, index, size))
        level += 1


def hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        TileError: not a whole number of 32-byte hashes between 1 and 256.
    """
    if not data or len(data) % merkle.HASH_BYTES or len(data) > WIDTH * merkle.HASH_BYTES:
        raise TileError(f"a tile of {len(data)} bytes")
    return [data[i : i + merkle.HASH_BYTES] for i in range(0, len(data), merkle.HASH_BYTES)]


def subtree(data: bytes, level: int, index: int) -> bytes:
    """Return the hash of subtree (level, index) from the tile that holds it.

    Args:
        data: the tile of level `level // 8` and index `index >> (8 - level % 8)`.
        level: height of the subtree.
        index: position of the subtree on that height.

    Raises:
        TileError: the tile does not reach that far.
    """
    count = 1 << level % 8
    start = index * count % WIDTH
    row = hashes(data)[start : start + count]
    if len(row) < count:
        raise TileError(f"the tile ends before subtree {level}/{index}")
    return merkle.perfect_root(row)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: uint16 big-endian length || entry, concatenated.

    Raises:
        TileError: an entry of more than 65,535 bytes.
    """
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry has at most {MAX_ENTRY} bytes")
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def decode_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        TileError: it ends inside an entry.
    """
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) < length:
            raise TileError("the bundle ends inside an entry")
        entries.append(entry)
        at += 2 + length
    return entries
