"""Check the tree: rebuild every tile from the leaves as they pass by, then head, checkpoints and guard file."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from compliance.audit import checkpoints, guard, merkle, notes, tiles, tree
from compliance.audit.fsck import rows
from compliance.audit.fsck.findings import Finding
from compliance.audit.keys import log_verifier

HASH = merkle.HASH_BYTES


class TreeCheck:
    """Takes leaves in order; compares every tile with what it must hold."""

    def __init__(self) -> None:
        self.size = 0
        self.findings: list[Finding] = []
        self.corrected: dict[tuple[int, int], bytes] = {}
        self._rows: list[list[bytes]] = [[]]
        self._counts = [0]
        self._leaf_tile: tuple[int, bytes] = (-1, b"")

    def leaf_in_tile(self, seq: int) -> bytes | None:
        """Return the hash that the stored tree has at seq, None where it does not reach."""
        index, at = seq // tiles.WIDTH, seq % tiles.WIDTH * HASH
        if self._leaf_tile[0] != index:
            self._leaf_tile = (index, _stored(0, index) or b"")
        found = self._leaf_tile[1][at : at + HASH]
        return found if len(found) == HASH else None

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        self.size += 1
        self._push(0, leaf)

    def _push(self, level: int, value: bytes) -> None:
        if level == len(self._rows):
            self._rows.append([])
            self._counts.append(0)
        row = self._rows[level]
        row.append(value)
        if len(row) == tiles.WIDTH:
            self._compare(level, self._counts[level], row)
            self._counts[level] += 1
            self._rows[level] = []
            self._push(level + 1, merkle.perfect_root(row))

    def finish(self) -> None:
        """Check the partial tiles, and that there are no others."""
        for level, row in enumerate(self._rows):
            if row:
                self._compare(level, self._counts[level], row)
        for key, index in _tile_keys():
            if not _belongs(key, index, self.size):
                self._say(key, index, "level or index", f"a tree of {self.size} has no such tile")

    def _compare(self, level: int, index: int, row: list[bytes]) -> None:
        expected, found = b"".join(row), _stored(level, index)
        if found == expected:
            return
        self.corrected[level, index] = expected
        if found is None:
            self._say(level, index, "-", "the tile is missing")
        elif len(found) != len(expected):
            self._say(level, index, "data", f"has {len(found)} bytes instead of {len(expected)}")
        else:
            at = next(at for at in range(len(row)) if found[at * HASH : (at + 1) * HASH] != row[at])
            self._say(level, index, "data", f"hash {at} is wrong")

    def _say(self, level: object, index: object, column: str, problem: str) -> None:
        self.findings.append(Finding("audit_tile", f"level={level} index={index}", column, problem))

    def reader(self) -> tree.TileTree:
        """Return the tree as the leaves give it."""
        reader = tree.TileTree(self.size)
        reader.preload(self.corrected)
        return reader


def _belongs(level: object, index: object, size: int) -> bool:
    if not isinstance(level, int) or not isinstance(index, int) or not 0 <= level <= tiles.MAX_LEVEL or index < 0:
        return False
    return tiles.width_at(level, index, size) > 0


def _stored(level: int, index: int) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute('SELECT data FROM audit_tile WHERE level = %s AND "index" = %s', [level, index])
        row = cursor.fetchone()
    if row is None:
        return None
    return b"" if isinstance(row[0], str) else bytes(row[0] or b"")  # text has the bytes of no hash


def _tile_keys() -> list[tuple[object, object]]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT level, "index" FROM audit_tile ORDER BY level, "index"')
        return list(cursor.fetchall())


def check_head(check: TreeCheck) -> Iterator[Finding]:
    """Check the one head row."""
    found = list(rows.table("audit_head", "id", integers=("id", "size"), blobs=("root",)))
    if not found and not check.size:
        return
    if [row["id"] for row in found] != [1]:
        yield Finding("audit_head", "id=1", "id", "there must be exactly this one row")
    for row in found:
        where = f"id={row['id']}"
        if row["size"] != check.size:
            yield Finding("audit_head", where, "size", f"is {row['size']}, there are {check.size} events")
        if row["root"] != check.reader().root():
            yield Finding("audit_head", where, "root", "is not the root of the tree")


def check_checkpoints(check: TreeCheck, signed: guard.Signed | None) -> Iterator[Finding]:
    """Check every checkpoint's signature, its root in the tree, its consistency with the one before; the guard file."""
    reader, log = check.reader(), log_verifier()
    before: checkpoints.Checkpoint | None = None
    sizes = set()
    for row in rows.table("audit_checkpoint", "size", texts=("note",), integers=("size",), blobs=("root",)):
        size, where = row["size"], f"size={row['size']}"
        if size is None:
            yield Finding("audit_checkpoint", where, "size", "is not a whole number")
            continue
        sizes.add(size)
        try:
            stated = checkpoints.open_checkpoint(row["note"] or "", log)
        except (notes.NoteError, checkpoints.CheckpointError) as error:
            yield Finding("audit_checkpoint", where, "note", str(error))
            continue
        if stated.size != size:
            yield Finding("audit_checkpoint", where, "size", f"the signed note says {stated.size}")
        if stated.root != row["root"]:
            yield Finding("audit_checkpoint", where, "root", "is not the root in the signed note")
        if not 0 < stated.size <= check.size:
            yield Finding("audit_checkpoint", where, "note", f"the tree has {check.size} events")
            continue
        if reader.root(stated.size) != stated.root:
            yield Finding("audit_checkpoint", where, "note", "the tree has another root at this size")
        elif before is not None and before.size <= stated.size:
            try:
                proof = merkle.consistency_proof(before.size, stated.size, reader.node)
                merkle.verify_consistency(before.size, stated.size, before.root, stated.root, proof)
            except merkle.ProofError as error:
                yield Finding("audit_checkpoint", where, "note", f"does not extend {before.size}: {error}")
        before = stated
    yield from _check_guard(check, reader, signed, sizes)


def _check_guard(
    check: TreeCheck, reader: tree.TileTree, signed: guard.Signed | None, sizes: set[int]
) -> Iterator[Finding]:
    path = str(Path(settings.AUDIT_GUARD_FILE))
    if signed is None:
        if sizes:
            yield Finding("guard file", path, "-", "is missing, but checkpoints were signed")
        return
    if signed.origin != settings.AUDIT_ORIGIN:
        yield Finding("guard file", path, "origin", f"belongs to the log {signed.origin}")
    if signed.size > check.size:
        yield Finding("guard file", path, "size", f"{signed.size} events were signed, there are {check.size}")
    elif reader.root(signed.size) != signed.root:
        yield Finding("guard file", path, "root", f"the tree of {signed.size} events has another root")
    if signed.size not in sizes:
        problem = "was signed and is not there; if a signer was just killed, audit_sequencer --once brings it back"
        yield Finding("audit_checkpoint", f"size={signed.size}", "-", problem)
    if sizes and max(sizes) > signed.size:
        yield Finding("guard file", path, "size", f"is {signed.size}, but {max(sizes)} was signed")
