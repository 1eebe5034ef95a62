"""record() and erase(): in the caller's transaction or not at all."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.people.models import User
from compliance.audit import entry as entries
from compliance.audit.actor import ANONYMOUS, Actor
from compliance.audit.events import DISCLOSURE_ERASED, register
from compliance.audit.models import Disclosure, Event, Pending
from compliance.audit.sequencer import sequence_and_sign
from compliance.audit.services import erase, record
from compliance.rules.errors import DomainError
from tests.compliance.audit.support import HASH, PERSON, PERSONAL, PLAIN, RELEASED, write_one

SALT = bytes.fromhex("11" * 32)


@pytest.fixture(autouse=True)
def _salt(settings):
    settings.AUDIT_SALT_KEY = SALT.hex()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_outside_a_transaction():
    with pytest.raises(RuntimeError, match="atomic"):
        record(event=PLAIN, actor=PERSON)

    assert Pending.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_after_a_rollback():
    def change() -> None:
        User.objects.create()
        record(event=PERSONAL, actor=PERSON, personal={"name": "赵一", "phone": "+8613800138000"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change()

    assert User.objects.count() == Pending.objects.count() == Disclosure.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_event_commits_with_the_change():
    with transaction.atomic():
        user = User.objects.create()
        event_id = record(event=PLAIN, actor=PERSON, subject=user.id)

    assert Pending.objects.get().event_id == event_id
    assert Pending.objects.get().subject == str(user.id)


@pytest.mark.django_db
def test_one_statement_without_personal_fields_and_two_with():
    with CaptureQueriesContext(
        connection,
    ) as plain:
        record(event=PLAIN, actor=PERSON, job="j")
    with CaptureQueriesContext(connection) as personal:
        record(event=PERSONAL, actor=PERSON, personal={"name": "赵一"})

    assert [query["sql"].split()[0] for query in plain] == ["INSERT"]
    assert [query["sql"].split()[0] for query in personal] == ["INSERT", "INSERT"]


@pytest.mark.django_db
def test_the_entry_is_canonical_and_names_nobody():
    event_id = record(
        event=RELEASED, actor=PERSON, subject="s-1", job="j-1", work="w-1", outcome="done", public={"sha256": HASH}
    )
    text = Pending.objects.get(pk=event_id).entry
    data = json.loads(text)

    assert set(data) == {"v", "id", "t", "type", "outcome", "p", "c"}
    assert (data["v"], data["id"], data["type"], data["outcome"]) == (1, event_id, "test.released", "done")
    assert data["p"] == {"sha256": HASH}
    assert set(data["c"]) == {"actor", "subject", "job", "work"}
    assert text == json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert not any(word in text for word in (PERSON.id, "s-1", "j-1", "w-1"))
    salt = entries.pointing_salt(SALT, event_id, "actor")
    assert data["c"]["actor"] == entries.commitment("actor", salt, f"user:{PERSON.id}")


@pytest.mark.django_db
def test_two_entries_about_one_person_share_nothing():
    commitments = [
        entries.parse(Pending.objects.get(pk=record(event=PLAIN, actor=PERSON, subject="s", job="j")).entry).commitments
        for _ in range(2)
    ]
    assert not set(commitments[0].values()) & set(commitments[1].values())


@pytest.mark.django_db
def test_absent_pointers_are_not_committed_to():
    event_id = record(event=PLAIN, actor=ANONYMOUS)
    assert set(entries.parse(Pending.objects.get(pk=event_id).entry).commitments) == {"actor"}


@pytest.mark.django_db
def test_event_ids_sort_by_time():
    ids = [record(event=PLAIN, actor=PERSON) for _ in range(200)]
    assert sorted(ids) == ids
    assert len(set(ids)) == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"public": {"undeclared": "x"}},
        {"personal": {"name": "x"}},
        {"public": {"number": 1.5}},
        {"public": {"number": None}},
        {"public": {"number": 2**60}},
        {"public": {"kind": "x" * 5000}},
        {"public": {"kind": "\ud800"}},
        {"job": "x" * 65},
        {"actor": Actor("user", "x\x00")},
        {"outcome": "x" * 65},
    ],
    ids=str,
)
def test_what_an_entry_cannot_hold(fields):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own message
        record(**{"event": PLAIN, "actor": PERSON, **fields})

    assert Pending.objects.count() == 0


@pytest.mark.django_db
def test_a_file_hash_has_64_characters_at_most():
    with pytest.raises(ValueError, match="64"):
        record(event=RELEASED, actor=PERSON, public={"sha256": "a" * 65})


@pytest.mark.django_db
def test_personal_values_are_sealed_and_committed_to():
    event_id = record(event=PERSONAL, actor=PERSON, personal={"name": "赵一", "phone": "+8613800138000"})
    opened = json.loads(Disclosure.objects.get(pk=event_id).sealed)
    commitments = entries.parse(Pending.objects.get(pk=event_id).entry).commitments
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM audit_disclosure")
        stored = cursor.fetchone()[0]

    assert "赵一" not in stored
    assert "13800138000" not in stored
    for field, (salt, value) in opened.items():
        assert commitments[field] == entries.commitment(field, bytes.fromhex(salt), value)
    assert {field: value for field, (_, value) in opened.items()} == {"name": "赵一", "phone": "+8613800138000"}


@pytest.mark.django_db
def test_erasing_keeps_the_tree_and_is_an_event():
    event_id = write_one(event=PERSONAL, personal={"name": "赵一"})
    sequence_and_sign()
    before = Event.objects.get(event_id=event_id)
    erasing = erase(actor=PERSON, event_id=event_id)
    sequence_and_sign()

    assert not Disclosure.objects.exists()
    assert Event.objects.get(event_id=event_id).leaf_hash == before.leaf_hash
    assert Event.objects.get(event_id=erasing).type == DISCLOSURE_ERASED.name
    assert Event.objects.get(event_id=erasing).subject == event_id
    with pytest.raises(DomainError) as refused:
        erase(actor=PERSON, event_id=event_id)
    assert refused.value.code == "audit.no_disclosure"


@pytest.mark.parametrize(
    "arguments",
    [
        {"number": 940, "name": "test.other"},
        {"number": 943, "name": "test.plain"},
        {"number": 943, "name": "Test plain"},
        {"number": 943, "name": "test.x", "personal": ("actor",)},
        {"number": 943, "name": "test.x", "public": ("a",), "personal": ("a",)},
        {"number": 943, "name": "test.x", "public": ("not a name",)},
    ],
    ids=str,
)
def test_the_registry_refuses(arguments):
    with pytest.raises(ValueError):  # noqa: PT011
        register(sentence="", **arguments)
