"""Check what holds the rows: the database's own structures, its triggers."""

from collections.abc import Iterator

from django.db import DatabaseError, connection

from compliance.audit import triggers
from compliance.audit.fsck.findings import Finding


def check_triggers() -> Iterator[Finding]:
    """Check that the database still refuses to rewrite the log, word for word as migration 0002 told it to."""
    present = triggers.present(connection)
    for name, body in sorted(triggers.expected(connection.vendor).items()):
        if name not in present:
            yield _about(name, "is missing or disabled")
        elif present[name] != body:
            yield _about(name, "does not do what it should: it was replaced")


def _about(name: str, problem: str) -> Finding:
    return Finding(name.split("_no_", maxsplit=1)[0], "-", "-", f"the append-only trigger {name} {problem}")


def check_pages() -> Iterator[Finding]:
    """Check pages and indexes of the log's tables: an index that lost a row hides it from every query.

    SQLite only; on PostgreSQL that is the work of data checksums and amcheck.
    """
    if connection.vendor != "sqlite":
        return
    for table in triggers.TABLES:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA integrity_check('{table}')")
                said = [str(row[0]) for row in cursor.fetchall()]
        except DatabaseError as error:
            said = [str(error)]
        for line in said:
            if line != "ok":
                yield Finding(table, "-", "-", f"the database file is damaged: {' '.join(line.split())}")
