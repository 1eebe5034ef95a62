"""The tree in the tile table: read any subtree, integrate new leaves."""

from collections.abc import Mapping, Sequence

from django.db import connection

from compliance.audit import merkle, tiles
from compliance.audit.models import Head, Tile

HASH = merkle.HASH_BYTES


class TreeError(Exception):
    """The tile table does not hold the tree that the head promises: run audit_fsck."""


class TileTree:
    """Reads subtrees of the first `size` leaves from the tile table; every tile is read once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def preload(self, known: Mapping[tuple[int, int], bytes]) -> None:
        """Take these tiles, by (level, index), instead of those in the table."""
        self._tiles.update(known)

    def tile(self, level: int, index: int) -> bytes:
        """Return the tile as it was when the tree had `size` leaves.

        Raises:
            TreeError: it is missing or too short.
        """
        width = tiles.width_at(level, index, self.size) * HASH
        if (level, index) not in self._tiles:
            data = Tile.objects.filter(level=level, index=index).values_list("data", flat=True).first()
            self._tiles[level, index] = bytes(data or b"")[:width]
        data = self._tiles[level, index]
        if not width or len(data) < width:
            raise TreeError(f"tile {level}/{index} does not hold {width // HASH} hashes")
        return data

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of subtree (level, index)."""
        return tiles.subtree(self.tile(level // 8, index >> 8 - level % 8), level, index)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves (all of them by default)."""
        return merkle.root(self.size if size is None else size, self.node)


def head() -> tuple[int, bytes]:
    """Return size and root that the sequencer committed last; the empty tree before."""
    row = Head.objects.filter(pk=1).values_list("size", "root").first()
    return (row[0], bytes(row[1])) if row else (0, merkle.EMPTY_ROOT)


def integrate(size: int, leaves: Sequence[bytes]) -> bytes:
    """Write the tiles that `leaves` touch, in the caller's transaction, and return the new root.

    Args:
        size: how many leaves are in the tree already.
        leaves: leaf hashes to add.

    Raises:
        TreeError: a tile that must be there is not.
    """
    before, level, start, row = TileTree(size), 0, size, list(leaves)
    after = TileTree(size + len(leaves))
    while row:
        complete: list[bytes] = []
        index, offset, at = start // tiles.WIDTH, start % tiles.WIDTH, 0
        fresh: list[tuple[int, int, bytes]] = []
        while at < len(row):
            old = before.tile(level, index) if offset else b""
            take = min(tiles.WIDTH - offset, len(row) - at)
            data = old + b"".join(row[at : at + take])
            if offset:
                _grow(level, index, data)
            else:
                fresh.append((level, index, data))
            after.preload({(level, index): data})
            if offset + take == tiles.WIDTH:
                complete.append(merkle.perfect_root(tiles.hashes(data)))
            at, index, offset = at + take, index + 1, 0
        _create(fresh)
        level, start, row = level + 1, start // tiles.WIDTH, complete
    return after.root()


def _grow(level: int, index: int, data: bytes) -> None:
    if Tile.objects.filter(level=level, index=index).update(data=data) != 1:
        raise TreeError(f"tile {level}/{index} vanished")


def _create(fresh: list[tuple[int, int, bytes]]) -> None:
    if fresh:
        with connection.cursor() as cursor:
            cursor.executemany('INSERT INTO audit_tile (level, "index", data) VALUES (%s, %s, %s)', fresh)
