"""The whole check, table after table, as of one moment."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from compliance.audit import guard
from compliance.audit.fsck import events, rows, sides, structure, trees
from compliance.audit.fsck.findings import Finding
from compliance.audit.keys import salt_key


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found.

    Args:
        size: events in the tree.
        root: root over them; empty when the database could not be read to the end.
        findings: what is wrong; empty when all is well.
    """

    size: int
    root: bytes
    findings: tuple[Finding, ...]


def check() -> Report:
    """Check the whole log and return what is wrong; reads everything, changes nothing."""
    findings = list(structure.check_pages())
    tree = trees.TreeCheck()
    try:
        findings += _check_rows(tree)
        root = tree.reader().root()
    except DatabaseError as error:
        problem = f"cannot be read to the end: {' '.join(str(error).split())}"
        findings.append(Finding("database", "-", "-", problem))
        root = b""
    return Report(tree.size, root, tuple(dict.fromkeys(findings)))


def _check_rows(tree: trees.TreeCheck) -> Iterator[Finding]:
    path = Path(settings.AUDIT_GUARD_FILE)
    with ExitStack() as stack:
        # The guard file and the snapshot must be of one moment, or a signer in between looks like a fork.
        with guard.locked(path):
            try:
                signed = guard.read(path)
            except guard.GuardError as error:
                signed = None
                yield Finding("guard file", str(path), "-", str(error))
            stack.enter_context(rows.snapshot())
            list(rows.table("audit_head", "id", integers=("id",)))  # PostgreSQL takes its snapshot at the first query
        key, seen = salt_key(), events.Seen()
        yield from structure.check_triggers()
        yield from _events(key, seen, tree)
        yield from tree.findings
        yield from trees.check_head(tree)
        yield from trees.check_checkpoints(tree, signed)
        yield from sides.check_days(seen)
        yield from sides.check_outbox(key, seen)
        yield from sides.check_disclosures(seen)


def _events(key: bytes, seen: events.Seen, tree: trees.TreeCheck) -> Iterator[Finding]:
    for row in events.read():
        if row["seq"] is None or row["seq"] < 0:
            yield Finding(events.TABLE, f"seq={row['seq']}", "seq", "positions are whole numbers from 0")
            continue
        missing = row["seq"] - tree.size
        filled = 0
        while filled < missing and (leaf := tree.leaf_in_tile(tree.size)) is not None:
            yield Finding(events.TABLE, f"seq={tree.size}", "-", "the row is missing")
            tree.add(leaf)
            filled += 1
        if filled < missing:
            # Positions beyond the tree: the row itself stands in the wrong place.
            yield Finding(events.TABLE, f"seq={row['seq']}", "seq", f"the tree ends at {tree.size}")
            continue
        leaf, wrong = events.check_row(key, row, tree.leaf_in_tile(row["seq"]), seen)
        yield from wrong
        tree.add(leaf)
    while (leaf := tree.leaf_in_tile(tree.size)) is not None:
        yield Finding(events.TABLE, f"seq={tree.size}", "-", "the row is missing")
        tree.add(leaf)
    tree.finish()
