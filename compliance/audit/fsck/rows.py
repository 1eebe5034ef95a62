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


def table(
    name: str, key: str, *, texts: Sequence[str] = (), integers: Sequence[str] = (), blobs: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in the order of its key, a page at a time.

    Args:
        name: table.
        key: the key column.
        texts: columns read as text; None where a value is not UTF-8.
        integers: columns of whole numbers.
        blobs: binary columns.

    A value of another type than its column's comes as None: SQLite keeps the type with the value, where one flipped
    bit changes it and leaves the content alone.
    """
    columns = [*texts, *integers, *blobs]
    kinds = {**dict.fromkeys(texts, "text"), **dict.fromkeys(integers, "integer"), **dict.fromkeys(blobs, "blob")}
    selected = ", ".join(_raw(column, kinds[column]) for column in columns)
    pages = _stream if connection.vendor == "sqlite" else _by_key
    for row in pages(name, key, selected):
        values = dict(zip(columns, row, strict=False))
        values |= {column: text(values[column]) for column in texts}
        values |= {column: bytes(values[column]) for column in blobs if values[column] is not None}
        yield values


def _stream(name: str, key: str, selected: str) -> Iterator[tuple[Any, ...]]:
    # SQLite hands rows out as it finds them; turning pages by key would have to read keys that are no text.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selected} FROM {name} ORDER BY {name}.{key}")  # noqa: S608 - own names
        while found := cursor.fetchmany(PAGE):
            yield from found


def _by_key(name: str, key: str, selected: str) -> Iterator[tuple[Any, ...]]:
    last: Any = None
    while True:
        where = "" if last is None else f"WHERE {name}.{key} > %s"
        query = f"SELECT {selected}, {name}.{key} FROM {name} {where} ORDER BY {name}.{key} LIMIT {PAGE}"  # noqa: S608 - own names
        with connection.cursor() as cursor:
            cursor.execute(query, [] if last is None else [last])
            found = cursor.fetchall()
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1][-1]


def _raw(column: str, kind: str) -> str:
    column = connection.ops.quote_name(column)
    if connection.vendor != "sqlite":
        return f"CAST({column} AS text)" if kind == "text" else column
    # SQLite would refuse a row whose text is not UTF-8, and turn times into objects: read bytes there.
    value = f"CAST({column} AS BLOB)" if kind == "text" else column
    return f"CASE WHEN typeof({column}) = '{kind}' THEN {value} END"


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
