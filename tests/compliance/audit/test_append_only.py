"""The database refuses to rewrite the log, outside the one moment when the test suite empties it."""

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.audit import triggers
from compliance.audit.fsck import check
from compliance.audit.models import Disclosure, Pending, Tile
from tests.audit_triggers import lifted
from tests.compliance.audit.support import PERSONAL, signed_log, write, write_one

pytestmark = pytest.mark.django_db
CHANGES = {
    "audit_event": "outcome = 'other'",
    "audit_tile": "data = data",
    "audit_head": "size = size",
    "audit_checkpoint": "note = 'other'",
    "audit_day": "max_seq = max_seq - 1",
    "audit_outbox": "actor = 'other'",
    "audit_disclosure": "sealed = 'other'",
}


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


@pytest.fixture
def log(db):
    write_one(event=PERSONAL, personal={"name": "赵一"})
    signed_log(300)
    write(2)


@pytest.mark.parametrize("table", CHANGES)
def test_no_row_is_updated(log, table):
    assert f"{table} is append-only: UPDATE refused" in refused(f"UPDATE {table} SET {CHANGES[table]}")  # noqa: S608 - names from above


@pytest.mark.parametrize("table", [table for table in CHANGES if table != "audit_disclosure"])
def test_no_row_is_deleted(log, table):
    assert f"{table} is append-only: DELETE refused" in refused(f"DELETE FROM {table}")  # noqa: S608 - names from above


@pytest.mark.postgres_only
@pytest.mark.parametrize("table", CHANGES)
def test_no_table_is_truncated(log, table):
    assert f"{table} is append-only: TRUNCATE refused" in refused(f"TRUNCATE {table}")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("table", CHANGES)
def test_no_row_is_replaced(log, table):
    """REPLACE deletes without firing DELETE triggers."""
    assert "append-only" in refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 - names from above


def test_a_partial_tile_only_grows(log):
    assert "append-only" in refused("UPDATE audit_tile SET data = substr(data, 1, 32) WHERE level = 0")
    with connection.cursor() as cursor:
        cursor.execute('SELECT data FROM audit_tile WHERE level = 0 AND "index" = 1')
        data = bytes(cursor.fetchone()[0])
        cursor.execute('UPDATE audit_tile SET data = %s WHERE level = 0 AND "index" = 1', [data + b"x" * 32])
    changed = bytes([data[0] ^ 1]) + data[1:] + b"x" * 64
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Tile.objects.filter(level=0, index=1).update(data=changed)


def test_an_outbox_row_leaves_only_into_the_tree(log):
    with pytest.raises(DatabaseError, match="DELETE refused"), transaction.atomic():
        Pending.objects.all().delete()


def test_a_disclosure_moves_to_another_key_and_is_not_edited(log, settings):
    assert "append-only" in refused("UPDATE audit_disclosure SET sealed = sealed")
    assert "append-only" in refused("UPDATE audit_disclosure SET sealed = sealed || 'x'")
    assert "append-only" in refused("UPDATE audit_disclosure SET event_id = 'other'")
    settings.VAULT_KEYS = f"new:{'7' * 64},{settings.VAULT_KEYS}"
    row = Disclosure.objects.get()
    Disclosure.objects.filter(pk=row.pk).update(sealed=row.sealed)

    assert check().findings == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM audit_disclosure")
        assert cursor.fetchone()[0].startswith("v1.new.")


def test_they_are_armed():
    assert triggers.expected(connection.vendor) == triggers.present(connection)


def test_lifting_is_only_for_the_body():
    with lifted():
        assert not triggers.present(connection)
    assert triggers.expected(connection.vendor) == triggers.present(connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_flush_lifts_them_and_arms_them_again(turn):
    """The second turn finds the tables emptied by the flush after the first, and the triggers armed."""
    assert triggers.expected(connection.vendor) == triggers.present(connection)
    assert not Pending.objects.exists()
    write(1)
    assert "append-only" in refused("DELETE FROM audit_outbox")
