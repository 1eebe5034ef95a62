"""The canonical entry: what was not written by us is not read as ours."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from compliance.audit import entry

GOOD = entry.canonical(
    event_id="0" * 32,
    t=datetime(2026, 11, 22, 14, 40, 5, 7, tzinfo=timezone(timedelta(hours=8))),
    type="a.b",
    outcome="ok",
    public={"z": 1, "a": "赵", "yes": True},
    commitments={"actor": "0" * 64},
)


def test_it_reads_what_it_writes():
    parsed = entry.parse(GOOD)

    assert parsed.t == datetime(2026, 11, 22, 6, 40, 5, 7, tzinfo=UTC)
    assert parsed.public == {"z": 1, "a": "赵", "yes": True}
    assert GOOD.index('"a":"赵"') < GOOD.index('"yes":true') < GOOD.index('"z":1')


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "[]",
        "null",
        GOOD + " ",
        GOOD.replace('"v":1', '"v":2'),
        GOOD.replace('"v":1', '"v":true'),
        GOOD.replace('"v":1', '"v":1,"w":1'),
        GOOD.replace('"z":1', '"z":1.5'),
        GOOD.replace('"z":1', '"z":null'),
        GOOD.replace('"z":1', '"z":{}'),
        GOOD.replace("2026-11-22T06", "2026-11-32T06"),
        GOOD.replace("000007Z", "7Z"),
        GOOD.replace("0" * 64, "g" * 64),
        GOOD.replace("0" * 64, "0" * 63),
        GOOD.replace('"id":"0', '"id":"G'),
        GOOD.replace('"outcome":"ok"', '"outcome":1'),
        GOOD.replace("赵", "\\u8d75"),
        json.dumps(json.loads(GOOD)),
        GOOD.replace("赵", "x" * 5000),
        GOOD.replace("赵", "\ud800"),
    ],
)
def test_it_refuses_everything_else(bad):
    assert bad != GOOD
    with pytest.raises(entry.EntryError):
        entry.parse(bad)


def test_field_salt_and_value_cannot_be_shifted():
    assert entry.commitment("job", b"1" * 32, "x") != entry.commitment("jo", b"1" * 32, "x")
    assert entry.pointing_salt(b"k", "1" * 32, "job") != entry.pointing_salt(b"k", "1" * 32, "work")
    assert entry.seal(b"k", "ab", "c") != entry.seal(b"k", "a", "bc")
    with pytest.raises(entry.EntryError):
        entry.commitment("job", b"short", "x")
