"""The whole check, table after table, as of one moment."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from compliance.audit import guard
from compliance.audit.fsck import events, rows, sides, trees
from compliance.audit.fsck.findings import Finding
from compliance.audit.keys import salt_key


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found.

    Args:
        size: events in the tree.
        root: root over them.
        findings: what is wrong; empty when all is well.
    """

    size: int
    root: bytes
    findings: tuple[Finding, ...]


def check() -> Report:
    """Check the whole log and return what is wrong; reads everything, changes nothing."""
    findings: list[Finding] = []
    path = Path(settings.AUDIT_GUARD_FILE)
    with ExitStack() as stack:
        # The guard file and the snapshot must be of one moment, or a signer in between looks like a fork.
        with guard.locked(path):
            try:
                signed = guard.read(path)
            except guard.GuardError as error:
                signed = None
                findings.append(Finding("guard file", str(path), "-", str(error)))
            stack.enter_context(rows.snapshot())
            list(rows.table("audit_head", "id", others=("id",)))  # PostgreSQL takes its snapshot at the first query
        key, seen, tree = salt_key(), events.Seen(), trees.TreeCheck()
        findings += sides.check_triggers()
        findings += _events(key, seen, tree)
        findings += tree.findings
        findings += trees.check_head(tree)
        findings += trees.check_checkpoints(tree, signed)
        findings += sides.check_days(seen)
        findings += sides.check_outbox(key, seen)
        findings += sides.check_disclosures(seen)
        return Report(tree.size, tree.reader().root(), tuple(dict.fromkeys(findings)))


def _events(key: bytes, seen: events.Seen, tree: trees.TreeCheck) -> Iterator[Finding]:
    for row in events.read():
        if row["seq"] < 0:
            yield Finding(events.TABLE, f"seq={row['seq']}", "seq", "positions start at 0")
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
