"""Raw rows: bytes as the database holds them, because a damaged one must be named, not crash a converter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

PAGE = 2048


def text(value: Any) -> str | None:
    """Return a text column's value, None when it is not even UTF-8."""
    if isinstance(value, str):
        return value
    try:
        return bytes(value).decode() if value is not None else None
    except UnicodeDecodeError:
        return None


def table(name: str, key: str, *, texts: Sequence[str] = (), others: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in the order of its key, a page at a time.

    Args:
        name: table.
        key: the key column, which must be one of `texts` or `others`.
        texts: columns read as text; None where a value is not UTF-8.
        others: integers and binary columns.
    """
    columns = [*texts, *others]
    selected = ", ".join(_as_text(column) if column in texts else column for column in columns)
    last: Any = None
    while True:
        where = "" if last is None else f"WHERE {name}.{key} > %s"
        query = f"SELECT {selected}, {name}.{key} FROM {name} {where} ORDER BY {name}.{key} LIMIT {PAGE}"  # noqa: S608 - own names
        with connection.cursor() as cursor:
            cursor.execute(query, [] if last is None else [last])
            found = cursor.fetchall()
        for row in found:
            last = row[-1]
            values = dict(zip(columns, row, strict=False))
            values |= {column: text(values[column]) for column in texts}
            values |= {column: bytes(values[column]) for column in others if isinstance(values[column], memoryview)}
            yield values
        if len(found) < PAGE:
            return


def _as_text(column: str) -> str:
    # SQLite would refuse a row whose text is not UTF-8, and turn times into objects: read bytes there.
    return f"CAST({column} AS BLOB)" if connection.vendor == "sqlite" else f"CAST({column} AS text)"


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as of one moment, without holding up writers."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Not transaction.atomic(): that begins IMMEDIATE and would stop every writer for the length of the check.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT 1 FROM audit_head LIMIT 1")
            cursor.fetchall()
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
