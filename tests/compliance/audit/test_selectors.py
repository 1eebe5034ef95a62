"""What authorised readers see, and the proofs they can hand on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from compliance.audit import checkpoints, merkle, selectors, tlogproof
from compliance.audit import entry as entries
from compliance.audit.keys import log_verifier
from compliance.audit.models import Checkpoint, Day, Event
from compliance.audit.sequencer import sequence, sequence_and_sign
from compliance.audit.services import erase
from compliance.rules.errors import DomainError
from tests.audit_triggers import lifted
from tests.compliance.audit.support import HASH, PERSON, PERSONAL, RELEASED, signed_log, write, write_one

pytestmark = pytest.mark.django_db


def seqs(**filters) -> list[int]:
    return [row.seq for row in selectors.events(**filters).rows]


def code_of(call, *arguments, **options) -> str:
    with pytest.raises(DomainError) as refused:
        call(*arguments, **options)
    assert refused.value.way_out
    return refused.value.code


def test_filters():
    write(2, job="j-1")
    write_one(subject="s-1", job="j-2", work="w-1")
    write_one(event=RELEASED, public={"sha256": HASH}, outcome="done", job="j-1")
    sequence_and_sign()

    assert seqs() == [3, 2, 1, 0]
    assert seqs(job="j-1") == [3, 1, 0]
    assert seqs(job="j-1", types=["test.released"]) == [3]
    assert seqs(actor=PERSON.id) == [3, 2]
    assert seqs(subject="s-1") == [2]
    assert seqs(work="w-1") == [2]
    assert seqs(outcome="done") == [3]
    assert seqs(sha256=HASH.upper()) == [3]
    assert seqs(types=["test.released", "test.plain"]) == [3, 2, 1, 0]
    assert seqs(job="j-3") == []


def test_pages_by_keyset_pinned_to_a_checkpoint():
    signed_log(10)
    first = selectors.events(limit=4)
    signed_log(5)  # the log grows while somebody reads
    with CaptureQueriesContext(connection) as queries:
        second = selectors.events(limit=4, size=first.size, before_seq=first.next_before)
    third = selectors.events(limit=4, size=first.size, before_seq=second.next_before)

    assert [row.seq for row in first.rows] == [9, 8, 7, 6]
    assert [row.seq for row in second.rows] == [5, 4, 3, 2]
    assert [row.seq for row in third.rows] == [1, 0]
    assert (first.next_before, second.next_before, third.next_before) == (6, 2, None)
    assert "OFFSET" not in queries.captured_queries[-1]["sql"].upper()


def test_what_no_checkpoint_covers_is_not_shown():
    signed_log(2)
    write(3)
    sequence()

    assert seqs() == [1, 0]
    assert selectors.head().size == 5
    assert selectors.latest_checkpoint().size == 2


def test_a_time_range_goes_through_the_day_table():
    """Events recorded on three days; the range cuts the first and the last one."""
    signed_log(6)
    start = datetime(2026, 5, 1, 22, tzinfo=UTC)
    with lifted():
        for seq in range(6):
            Event.objects.filter(seq=seq).update(recorded_at=start + timedelta(hours=6 * seq))
        Day.objects.all().delete()
        for day, low, high in [("2026-05-01", 0, 0), ("2026-05-02", 1, 4), ("2026-05-03", 5, 5)]:
            Day.objects.create(day=day, min_seq=low, max_seq=high)

    assert seqs(since=start + timedelta(hours=12)) == [5, 4, 3, 2]
    assert seqs(until=start + timedelta(hours=18)) == [2, 1, 0]
    assert seqs(since=start + timedelta(hours=12), until=start + timedelta(hours=24)) == [3, 2]
    assert seqs(since=start + timedelta(days=30)) == []
    assert seqs(until=start) == []


def test_sentences_in_the_readers_language():
    event_id = write_one(public={"number": 7, "kind": "x"})
    write_one(public={})
    sequence_and_sign()

    with translation.override("en"):
        assert selectors.event(event_id).sentence == "Number 7 of x"
        assert selectors.events().rows[0].sentence == "Number — of —"
        assert selectors.sentence("gone.type", {}) == "gone.type"


def test_a_jobs_events_with_those_still_pending():
    first, second = write(2, job="j-1")
    write(1, job="j-2")
    sequence()
    third = write_one(job="j-1")
    rows = selectors.job_events("j-1")

    assert [(first, 0, False), (second, 1, False), (third, None, True)] == [
        (row.event_id, row.seq, row.pending) for row in rows
    ]
    assert selectors.event(third).pending
    assert selectors.event("0" * 32) is None


def test_a_proof_bundle_proves():
    ids = signed_log(20)
    bundle = selectors.proof_bundle(ids[7])
    proof = tlogproof.parse(bundle["tlog_proof"])
    checkpoint = checkpoints.open_checkpoint(proof.checkpoint, log_verifier())

    assert bundle["vkey"] == log_verifier().vkey
    assert entries.parse(bundle["entry"]).id == ids[7]
    assert "disclosures" not in bundle
    merkle.verify_inclusion(
        proof.index, checkpoint.size, merkle.leaf_hash(bundle["entry"].encode()), proof.hashes, checkpoint.root
    )


def test_a_proof_waits_for_tree_and_checkpoint():
    (event_id,) = write(1)

    assert code_of(selectors.proof_bundle, event_id) == "audit.not_sequenced"
    sequence()
    assert code_of(selectors.proof_bundle, event_id) == "audit.not_signed"
    sequence_and_sign()
    assert selectors.proof_bundle(event_id)["entry"]
    assert code_of(selectors.proof_bundle, "0" * 32) == "audit.not_found"


def test_only_what_is_asked_for_is_disclosed():
    event_id = write_one(event=PERSONAL, subject="s-1", personal={"name": "赵一", "phone": "+8613800138000"})
    sequence_and_sign()
    bundle = selectors.proof_bundle(event_id, disclose=["name", "subject"])

    assert [(item["field"], item["value"]) for item in bundle["disclosures"]] == [("name", "赵一"), ("subject", "s-1")]
    assert "138" not in str(bundle["disclosures"])
    assert code_of(selectors.proof_bundle, event_id, disclose=["job"]) == "audit.not_disclosed"
    with transaction.atomic():
        erase(actor=PERSON, event_id=event_id)
    assert code_of(selectors.proof_bundle, event_id, disclose=["name"]) == "audit.not_disclosed"
    assert selectors.proof_bundle(event_id, disclose=["subject"])["disclosures"]


def test_consistency():
    signed_log(5)
    signed_log(8)
    old, new = Checkpoint.objects.order_by("size")
    merkle.verify_consistency(5, 13, bytes(old.root), bytes(new.root), selectors.consistency(5, 13))

    assert selectors.consistency(13, 13) == []
    for wrong in ((0, 5), (6, 5), (5, 14)):
        assert code_of(selectors.consistency, *wrong) == "audit.bad_range"


@pytest.mark.parametrize("wrong", [(-1, 1), (0, 0), (0, 6), (5, 1)], ids=str)
def test_a_range_must_be_in_the_signed_log(wrong):
    signed_log(5)
    assert code_of(selectors.range_bundle, *wrong) == "audit.bad_range"
