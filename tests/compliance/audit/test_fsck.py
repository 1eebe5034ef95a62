"""One flipped byte in any column of any table of the log is named with its table and row."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from compliance.audit import checkpoints, merkle, triggers
from compliance.audit.fsck import Finding, check
from compliance.audit.keys import signing_seed
from compliance.audit.models import Checkpoint, Day, Disclosure, Event, Head, Pending, Tile
from compliance.audit.sequencer import sequence_and_sign
from compliance.audit.services import erase
from tests.audit_triggers import lifted
from tests.compliance.audit.support import HASH, PERSON, PERSONAL, RELEASED, signed_log, write, write_one

pytestmark = pytest.mark.django_db


class UndoError(Exception):
    """Takes a flip back."""


# table -> (which row, the row's name in a finding, columns)
FIELDS = {"subject": "s-1", "job": "j-1", "work": "w-1"}


@pytest.fixture
def log(db) -> dict[str, Any]:
    """Seven events of every kind, two checkpoints, two pending ones, two disclosures."""
    first = write_one(event=PERSONAL, personal={"name": "赵一", "phone": "+8613800138000"}, **FIELDS)
    signed_log(2)
    write_one(event=RELEASED, public={"sha256": HASH}, outcome="done", **FIELDS)
    signed_log(3)
    pending = write_one(event=PERSONAL, personal={"name": "钱二"}, **FIELDS)
    write(1)
    assert check().findings == ()
    day = Day.objects.get().day
    return {
        "audit_event": ("seq = 3", {"seq=3"}),
        "audit_tile": ('level = 0 AND "index" = 0', {"level=0 index=0"}),
        "audit_head": ("id = 1", {"id=1"}),
        "audit_checkpoint": ("size = 3", {"size=3"}),
        "audit_day": (f"day = '{day}'", {f"day={day}"}),
        "audit_outbox": (f"event_id = '{pending}'", {f"event_id={pending}"}),
        "audit_disclosure": (f"event_id = '{first}'", {f"event_id={first}"}),
    }


MODELS = {
    "audit_event": Event,
    "audit_tile": Tile,
    "audit_head": Head,
    "audit_checkpoint": Checkpoint,
    "audit_day": Day,
    "audit_outbox": Pending,
    "audit_disclosure": Disclosure,
}
COLUMNS = [
    (table, field.column)
    for table, model in MODELS.items()
    for field in model._meta.local_concrete_fields
    if field.column
]


def flips(value: Any, step: int) -> Iterator[Any]:
    """Yield the value with one byte flipped, at every `step`th place."""
    if isinstance(value, int):
        yield value ^ 8
    elif isinstance(value, bytes):
        for at in range(0, len(value), step):
            yield value[:at] + bytes([value[at] ^ (1 << at % 8)]) + value[at + 1 :]
    else:
        for at in range(0, len(value), step):
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def stored(table: str, column: str, where: str) -> Any:
    """Return the column as bytes on SQLite (whatever it holds), as text, int or bytes on PostgreSQL."""
    with connection.cursor() as cursor:
        raw = f'CAST("{column}" AS BLOB)' if connection.vendor == "sqlite" else f'"{column}"'
        cursor.execute(f'SELECT {raw}, "{column}" FROM {table} WHERE {where}')  # noqa: S608 - names from above
        raw, value = cursor.fetchone()
    if isinstance(value, int):
        return value
    return bytes(raw) if isinstance(raw, memoryview) else raw


def flipped(table: str, column: str, where: str, value: Any, *, text: bool) -> tuple[Finding, ...] | None:
    """Return what fsck says with this value in place; None when the database itself refuses the value."""
    place = "%s"
    if connection.vendor == "sqlite" and text:
        place = "CAST(%s AS TEXT)"
    findings: tuple[Finding, ...] | None = None
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                statement = f'UPDATE {table} SET "{column}" = {place} WHERE {where}'  # noqa: S608 - names from above
                cursor.execute(statement, [value])
            findings = tuple(item for item in check().findings if "append-only trigger" not in item.problem)
            raise UndoError
    except UndoError:
        return findings
    except DatabaseError:
        return None


def try_column(log: dict[str, Any], table: str, column: str, step: int) -> int:
    where, rows = log[table]
    value = stored(table, column, where)
    field = MODELS[table]._meta.get_field(column)
    text = field.get_internal_type() not in {"BinaryField", "BigIntegerField", "SmallIntegerField"}
    if not isinstance(value, int | bytes | str):  # PostgreSQL: a time or jsonb
        assert connection.vendor == "postgresql"
        changed = [value + timedelta(microseconds=1)] if hasattr(value, "year") else ['{"sha256": "other"}']
    else:
        changed = list(flips(value, step))
    named = 0
    for other in changed:
        findings = flipped(table, column, where, other, text=text)
        if findings is None:
            continue
        key = column in {"seq", "level", "index", "size", "day", "event_id"}
        expected = rows | ({f"{column}={other}"} if key else set())
        assert [item for item in findings if item.table == table and (item.row in expected or key)], (
            f"{table}.{column} flipped to {other!r}: {[str(item) for item in findings]}"
        )
        if not key:
            assert {item.table for item in findings} <= {table, "guard file"}, [str(item) for item in findings]
            assert any(column in item.column for item in findings), [str(item) for item in findings]
        named += 1
    return named


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=str)
def test_a_flipped_byte_is_named(log, table, column):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        with lifted():
            named = try_column(log, table, column, step=61)
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")

    assert named >= 1 or (connection.vendor == "postgresql" and (table, column) == ("audit_head", "id"))
    assert check().findings == ()


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.parametrize("table", MODELS)
def test_bytes_of_every_column(log, table):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            with lifted():
                for column in [column for name, column in COLUMNS if name == table]:
                    assert try_column(log, table, column, step=7) >= 1
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("table", MODELS)
def test_a_removed_row_is_named(log, table):
    where, rows = log[table]
    if table == "audit_checkpoint":
        where, rows = "size = 7", {"size=7"}
    with lifted(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {where}")  # noqa: S608 - names from above
    findings = check().findings

    if table == "audit_outbox":  # its disclosure is left over
        assert [(item.table, item.column) for item in findings] == [("audit_disclosure", "event_id")]
    else:
        assert [item for item in findings if item.table == table and item.row in rows], [str(item) for item in findings]


def test_the_last_event_removed_with_its_head_moved_back_is_found(log):
    """Who edits everything in the database still has the signed checkpoints and the guard file against them."""
    with lifted():
        Event.objects.filter(seq=6).delete()
        Tile.objects.filter(level=0, index=0).update(data=bytes(Tile.objects.get(level=0, index=0).data)[:-32])
        Day.objects.update(max_seq=5)
        Checkpoint.objects.filter(size=7).delete()
        size_six = check().root
        Head.objects.update(size=6, root=size_six)
    findings = check().findings

    assert {"guard file", "audit_checkpoint"} == {item.table for item in findings}


def test_a_consistent_rewrite_of_an_entry_is_found(log):
    """Entry, leaf hash, tile and head rewritten together: the signed checkpoint stands against it."""
    event = Event.objects.get(seq=3)
    entry = event.entry.replace('"outcome":"done"', '"outcome":"gone"')
    data = bytearray(bytes(Tile.objects.get(level=0, index=0).data))
    data[96:128] = merkle.leaf_hash(entry.encode())
    with lifted():
        Event.objects.filter(seq=3).update(entry=entry, outcome="gone", leaf_hash=merkle.leaf_hash(entry.encode()))
        Tile.objects.filter(level=0, index=0).update(data=bytes(data))
        Head.objects.update(root=check().root)
    findings = check().findings

    assert [(item.table, item.row if item.table != "guard file" else item.column) for item in findings] == [
        ("audit_checkpoint", "size=7"),
        ("guard file", "root"),
    ]


def test_an_erased_disclosure_is_in_order_and_a_deleted_one_is_not(log):
    first, second = sorted(Disclosure.objects.values_list("event_id", flat=True))
    erase(actor=PERSON, event_id=first)
    sequence_and_sign()
    assert check().findings == ()

    Disclosure.objects.filter(pk=second).delete()
    assert [("audit_disclosure", f"event_id={second}")] == [(item.table, item.row) for item in check().findings]


def test_disclosures_swapped_between_events_are_named(log):
    first, second = sorted(Disclosure.objects.values_list("event_id", flat=True))
    with lifted():
        sealed = {row.pk: row.sealed for row in Disclosure.objects.all()}
        Disclosure.objects.filter(pk=first).update(sealed=sealed[second])

    assert [("audit_disclosure", f"event_id={first}", "sealed")] == [
        (item.table, item.row, item.column) for item in check().findings
    ]


def test_rows_that_do_not_belong_are_named(log):
    event = Event.objects.get(seq=3)
    event.seq, event.event_id = 99, "f" * 32
    event.save(force_insert=True)
    Tile.objects.create(level=2, index=5, data=b"x" * 32)
    Day.objects.create(day="2020-01-01", min_seq=0, max_seq=1)

    assert {("audit_event", "seq=99"), ("audit_tile", "level=2 index=5"), ("audit_day", "day=2020-01-01")} == {
        (item.table, item.row) for item in check().findings
    }


def test_a_missing_trigger_is_named(log):
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON audit_event"
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")

    assert [str(item) for item in check().findings] == [
        "audit_event row - column -: the append-only trigger audit_event_no_update is missing or disabled"
    ]


def test_an_event_that_nobody_sequences_is_named(log, settings):
    settings.AUDIT_OUTBOX_PATIENCE_SECONDS = 0

    findings = check().findings

    assert len([item for item in findings if "does a sequencer run?" in item.problem]) == 2


def test_the_command_names_and_fails(log):
    out = StringIO()
    call_command("audit_fsck", stdout=out)
    assert out.getvalue().startswith("OK  7 events, root ")

    with lifted():
        Event.objects.filter(seq=3).update(outcome="other")
    with pytest.raises(CommandError, match="1 wrong in a log of 7 events"):
        call_command("audit_fsck", stdout=out)
    assert "WRONG  audit_event row seq=3 column outcome: is 'other', the entry says 'done'" in out.getvalue()


OTHER_TYPE = {"text": "CAST({0} AS BLOB)", "blob": "CAST({0} AS TEXT)", "integer": "CAST(CAST({0} AS TEXT) AS BLOB)"}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=str)
def test_a_value_of_another_type_is_named(log, table, column):
    """SQLite keeps a type with every value: one flipped bit makes text of a hash, and every byte is as before."""
    where, _ = log[table]
    with lifted(), connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            cursor.execute(f'SELECT typeof("{column}") FROM {table} WHERE {where}')  # noqa: S608 - names from above
            other = OTHER_TYPE[cursor.fetchone()[0]].format(f'"{column}"')
            cursor.execute(f'UPDATE {table} SET "{column}" = {other} WHERE {where}')  # noqa: S608 - names from above
            findings = check().findings
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")

    assert table in {item.table for item in findings}, [str(item) for item in findings]


@pytest.mark.parametrize("gone", sorted(triggers.expected(connection.vendor)))
def test_a_trigger_that_was_replaced_by_one_that_allows_everything_is_named(log, gone):
    table, rest = gone.split("_no_")
    verb = {"replace": "INSERT"}.get(rest, rest.upper())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {gone}")
            cursor.execute(f"CREATE TRIGGER {gone} BEFORE {verb} ON {table} BEGIN SELECT 1; END")
        else:
            function = "audit_no_truncate" if rest == "truncate" else gone
            body = "BEGIN RETURN OLD; END"
            cursor.execute(f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")

    assert f"{table} row - column -: the append-only trigger {gone} does not do what it should: it was replaced" in [
        str(item) for item in check().findings
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"size": -1}, {"size": True}, {"size": 7.0}, {"size": "7"}, {"size": 10**30}, {"root": "00" * 32}, {"root": 5},
        {"root": ""}, {"origin": 5}, {"origin": "other.example/log"}, {"origin": None}, {"size": 0}, {"size": 3},
        {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
def test_an_edited_guard_file_is_named(log, settings, changes):
    path = settings.AUDIT_GUARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}) + "\n")

    assert "guard file" in {item.table for item in check().findings}


@pytest.mark.parametrize("seqs", [(2, 3), (0, 6)], ids=str)
def test_swapped_rows_are_named(log, seqs):
    first, second = (Event.objects.get(seq=seq) for seq in seqs)
    with lifted():
        Event.objects.filter(seq__in=seqs).delete()
        first.seq, second.seq = second.seq, first.seq
        first.save(force_insert=True)
        second.save(force_insert=True)

    assert {f"seq={seq}" for seq in seqs} <= {item.row for item in check().findings if item.table == "audit_event"}


def test_a_truncated_table_is_named(log):
    for table in MODELS:
        with lifted(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above
            named = {item.table for item in check().findings}
            transaction.set_rollback(True)
        # An emptied outbox leaves the disclosures of what waited in it.
        assert ("audit_disclosure" if table == "audit_outbox" else table) in named


def test_a_checkpoint_that_somebody_else_signed_is_named(log, settings):
    other = checkpoints.sign(checkpoints.Checkpoint(settings.AUDIT_ORIGIN, 3, b"\1" * 32), b"\7" * 32)
    with lifted():
        Checkpoint.objects.filter(size=3).update(note=other, root=b"\1" * 32)

    assert ("audit_checkpoint", "size=3", "note") in {(item.table, item.row, item.column) for item in check().findings}


def test_a_forked_checkpoint_that_we_signed_is_named(log, settings):
    """The key is in the wrong hands: the tree still says what was in it at that size."""
    forged = checkpoints.sign(checkpoints.Checkpoint(settings.AUDIT_ORIGIN, 5, b"\1" * 32), signing_seed())
    Checkpoint.objects.create(size=5, root=b"\1" * 32, note=forged)

    assert ("audit_checkpoint", "size=5", "note") in {(item.table, item.row, item.column) for item in check().findings}


def test_an_entry_no_parser_can_hold_is_named(log):
    """Hash, tile and column fit; only the text is deeper than a parser goes."""
    nested = '{"c":' + "[" * 2000 + "]" * 2000 + "}"
    leaf = merkle.leaf_hash(nested.encode())
    data = bytearray(bytes(Tile.objects.get(level=0, index=0).data))
    data[96:128] = leaf
    with lifted():
        Event.objects.filter(seq=3).update(entry=nested, leaf_hash=leaf)
        Tile.objects.filter(level=0, index=0).update(data=bytes(data))
        Pending.objects.filter(pk=Pending.objects.order_by("pk")[0].pk).update(entry=nested)
    named = {(item.table, item.column) for item in check().findings}

    assert ("audit_event", "entry") in named
    assert ("audit_outbox", "entry or seal") in named


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_flipped_bytes_of_the_database_file_are_named(tmp_path, settings):
    """Bits of the file itself: headers, cell pointers, types, indexes. Only space that holds nothing may differ."""
    script = [sys.executable, "-c", FLIPS]
    variables = {"HALLMARK_VAR": str(tmp_path), "DATABASE_URL": "", "AUDIT_GUARD_FILE": str(tmp_path / "guard.json")}
    environment = {**os.environ, **variables, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        script, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=170
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("every flip named\n"), done.stdout


FLIPS = """
import random, sqlite3, django
from pathlib import Path
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from compliance.audit.fsck import check
from tests.compliance.audit.support import PERSONAL, signed_log, write, write_one

call_command("migrate", "audit", verbosity=0)
write_one(event=PERSONAL, personal={"name": "x"}, subject="s-1", job="j-1", work="w-1")
signed_log(20)
write_one(event=PERSONAL, personal={"name": "y"})
write(2)
assert check().findings == ()
connection.close()
source = Path(settings.DATABASES["default"]["NAME"])
with sqlite3.connect(source) as plain:
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = plain.execute(
        "SELECT pgoffset, name FROM dbstat WHERE name GLOB '*audit_*' AND pagetype IN ('leaf', 'internal')"
    ).fetchall()
plain.close()
data, chance = source.read_bytes(), random.Random(20261122)
copy = source.with_name("flipped.sqlite3")
connection.settings_dict["NAME"] = str(copy)


def used(page):
    head = data[page : page + 12]
    cells, content = int.from_bytes(head[3:5], "big"), int.from_bytes(head[5:7], "big")
    taken = {*range((12 if head[0] in (2, 5) else 8) + 2 * cells), *range(content, 4096)}
    free = int.from_bytes(head[1:3], "big")
    while free:
        taken -= set(range(free + 4, free + int.from_bytes(data[page + free + 2 : page + free + 4], "big")))
        free = int.from_bytes(data[page + free : page + free + 2], "big")
    return sorted(taken)


for page, name in pages * 6:
    at, flipped = page + chance.choice(used(page)), bytearray(data)
    flipped[at] ^= 1 << chance.randrange(8)
    for end in ("-wal", "-shm"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)
    copy.write_bytes(flipped)
    if not check().findings:
        print("nobody noticed byte", at - page, "of a page of", name)
    connection.close()
print("every flip named")
"""
