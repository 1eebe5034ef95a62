"""Sequencing and signing: dense, once each, never forked, whatever fails in between."""

from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from compliance.audit import checkpoints, guard, merkle, sequencer, tree
from compliance.audit import entry as entries
from compliance.audit.checkpoint_signer import SigningRefusedError, sign_head
from compliance.audit.fsck import check
from compliance.audit.keys import log_verifier
from compliance.audit.models import Checkpoint, Day, Event, Head, Pending, Tile
from compliance.audit.sequencer import sequence, sequence_and_sign
from tests.audit_triggers import lifted
from tests.compliance.audit.support import HASH, PERSONAL, RELEASED, signed_log, write, write_one

pytestmark = pytest.mark.django_db
TABLES = (Pending, Event, Tile, Head, Checkpoint, Day)


def test_pending_events_become_dense_leaves_in_order():
    ids = write(3) + write(4)
    progress = sequence_and_sign()

    assert (progress.sequenced, progress.size, progress.signed) == (7, 7, 7)
    assert list(enumerate(ids)) == list(Event.objects.order_by("seq").values_list("seq", "event_id"))
    assert Pending.objects.count() == 0
    assert tuple(getattr(sequence_and_sign(), name) for name in ("sequenced", "size", "signed")) == (0, 7, None)


def test_an_empty_log_signs_nothing():
    progress = sequence_and_sign()

    assert (progress.sequenced, progress.size, progress.signed) == (0, 0, None)
    assert not Checkpoint.objects.exists()
    assert check().findings == ()


def test_the_columns_say_what_the_entry_says():
    event_id = write_one(event=RELEASED, subject="s", job="j", work="w", outcome="done", public={"sha256": HASH})
    sequence_and_sign()
    event = Event.objects.get(event_id=event_id)
    parsed = entries.parse(event.entry)

    assert (event.type, event.outcome, event.sha256) == ("test.released", "done", HASH)
    assert (event.actor_kind, event.subject, event.job, event.work) == ("user", "s", "j", "w")
    assert event.public == {"sha256": HASH}
    assert event.recorded_at == parsed.t
    assert event.recorded_at <= event.sequenced_at <= datetime.now(UTC)
    assert bytes(event.leaf_hash) == merkle.leaf_hash(event.entry.encode())


@pytest.mark.parametrize("batches", [[1], [255, 1], [256, 1], [100, 200, 300], [600]], ids=str)
def test_root_and_tiles_are_those_of_the_leaves(batches):
    for count in batches:
        write(count)
        sequence()
    leaves = [bytes(leaf) for leaf in Event.objects.order_by("seq").values_list("leaf_hash", flat=True)]

    assert tree.head() == (sum(batches), merkle.root_of(leaves))
    level0 = b"".join(bytes(tile.data) for tile in Tile.objects.filter(level=0).order_by("index"))
    assert level0 == b"".join(leaves)
    assert check().findings == ()


def test_a_batch_has_an_upper_limit():
    write(5)

    assert [sequence(2) for _ in range(4)] == [2, 2, 1, 0]
    assert check().findings == ()


def test_the_day_table_knows_the_range():
    signed_log(3)
    day = Day.objects.get()

    assert day.day == Event.objects.get(seq=0).recorded_at.astimezone(UTC).strftime("%Y-%m-%d")
    assert (day.min_seq, day.max_seq) == (0, 2)


def test_every_checkpoint_extends_the_one_before():
    for count in (1, 2, 300, 1, 60):
        signed_log(count)
    opened = [checkpoints.open_checkpoint(row.note, log_verifier()) for row in Checkpoint.objects.order_by("size")]
    node = tree.TileTree(opened[-1].size).node

    assert [item.size for item in opened] == [1, 3, 303, 304, 364]
    for old, new in pairwise(opened):
        proof = merkle.consistency_proof(old.size, new.size, node)
        merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)


@pytest.mark.parametrize("column", ["actor", "subject", "job", "work", "entry", "actor_kind"])
def test_an_edited_outbox_row_never_enters_the_tree(column, caplog):
    edited, intact = write(2, subject="s", job="j", work="w")
    with lifted(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_outbox SET {column} = {column} || 'x' WHERE event_id = %s", [edited])  # noqa: S608
    sequence_and_sign()

    assert [intact] == list(Event.objects.values_list("event_id", flat=True))
    assert edited in caplog.text
    assert {("audit_outbox", f"event_id={edited}")} == {(item.table, item.row) for item in check().findings}


def test_a_crash_between_head_and_signature_is_signed_by_the_next_round():
    write(3)
    sequence()

    assert sign_head() == 3
    assert check().findings == ()


def test_a_crash_between_guard_and_checkpoint_is_signed_again(settings):
    write(3)
    sequence()
    size, root = tree.head()
    guard.write(settings.AUDIT_GUARD_FILE, guard.Signed(settings.AUDIT_ORIGIN, size, root))

    assert [(item.table, item.row) for item in check().findings] == [("audit_checkpoint", "size=3")]
    assert sign_head() == 3
    assert check().findings == ()


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lose(count: int) -> None:
    """Sequence and sign so many events, then restore the backup from before; the guard file stays as it is."""
    tables = [model._meta.db_table for model in TABLES]
    execute(*(f"CREATE TABLE backup_{table} AS SELECT * FROM {table}" for table in tables))  # noqa: S608 - own names
    signed_log(count)
    with lifted():
        for table in tables:
            execute(f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM backup_{table}")  # noqa: S608


def test_a_restored_database_is_not_signed():
    signed_log(5)
    lose(5)

    with pytest.raises(SigningRefusedError, match="older backup"):
        sign_head()
    write(2)
    with pytest.raises(SigningRefusedError, match="holds 7 events, but 10 were signed"):
        sequence_and_sign()
    write(20)
    with pytest.raises(SigningRefusedError, match="not those that were signed"):
        sequence_and_sign()
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [5]
    assert {"guard file", "audit_checkpoint"} == {item.table for item in check().findings}
    with pytest.raises(CommandError, match="not those that were signed"):
        call_command("audit_sequencer", "--once")


def test_an_empty_database_beside_an_old_guard_file_is_not_signed():
    lose(3)
    with pytest.raises(SigningRefusedError):
        sequence_and_sign()


def test_a_lost_guard_file_is_not_replaced_silently(settings):
    signed_log(3)
    settings.AUDIT_GUARD_FILE.unlink()
    write(1)

    with pytest.raises(SigningRefusedError, match="is missing"):
        sequence_and_sign()
    assert [(item.table, item.column) for item in check().findings] == [("guard file", "-")]


@pytest.mark.parametrize("content", ["", "{}", "[]", "garbage", '{"origin": "o", "size": 1, "root": "00"}\n', "\xff"])
def test_a_damaged_guard_file_is_not_believed(settings, content):
    signed_log(3)
    settings.AUDIT_GUARD_FILE.write_bytes(content.encode("latin-1"))
    write(1)

    with pytest.raises(SigningRefusedError):
        sequence_and_sign()
    assert "guard file" in {item.table for item in check().findings}


def test_another_logs_guard_file_is_refused(settings):
    signed_log(3)
    settings.AUDIT_ORIGIN = "other.example/log"
    write(1)

    with pytest.raises(SigningRefusedError, match="belongs to the log"):
        sequence_and_sign()


def test_damaged_tiles_stop_sequencer_and_signer():
    signed_log(3)
    with lifted():
        Tile.objects.filter(level=0, index=0).update(data=b"x" * 96)
    write(1)

    with pytest.raises(tree.TreeError):
        sequence()
    with lifted():
        Pending.objects.all().delete()
        Checkpoint.objects.all().delete()
    with pytest.raises(SigningRefusedError):
        sign_head()


def test_two_sequencers_cannot_number_the_same_leaf():
    """The head moves by compare-and-swap: who read an older head changes nothing."""
    signed_log(2)
    write(1)
    with pytest.raises(sequencer.SequencerConflictError):
        sequencer._move_head(1, 3, b"x" * 32)
    assert sequence() == 1
    assert check().findings == ()


class Sabotage:
    """Fails the statement number `at` of those that it sees."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.at:
            raise DatabaseError(f"sabotaged: {sql[:40]}")
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_every_statement_failed_in_turn_leaves_a_sound_log():
    write_one(event=PERSONAL, personal={"name": "赵一"})
    signed_log(254)
    failures = 0
    for at in range(1, 200):
        write(2)
        sabotage = Sabotage(at)
        try:
            with connection.execute_wrapper(sabotage):
                sequence_and_sign()
        except DatabaseError:
            failures += 1
        wrong = [item for item in check().findings if "was just killed" not in item.problem]
        assert wrong == [], f"after statement {at} failed"
        if sabotage.seen < at:
            break
    sequence_and_sign()

    assert failures == at - 1 >= 15
    assert check().findings == ()
    assert Event.objects.count() == 255 + 2 * at == Head.objects.get().size


def test_the_command_says_what_it_did():
    write(2)
    out = StringIO()
    call_command("audit_sequencer", "--once", stdout=out)
    call_command("audit_sequencer", "--once", stdout=out)

    assert "2 sequenced, 2 in the tree, checkpoint 2 signed" in out.getvalue()
    assert "0 sequenced, 2 in the tree, nothing new to sign" in out.getvalue()
