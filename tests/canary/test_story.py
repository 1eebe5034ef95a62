"""Nobody's name is kept in the open by the whole story, and nobody can be followed through the log's entries."""

import hashlib
import json
import logging
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from compliance.audit import events as registry
from compliance.audit.models import Event
from tests.canary import scan
from tests.canary.story import CANARIES, STORY, Story
from tests.media_jobs.story import media
from tests.personas import Outbox, Personas

__all__ = ["media"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def story(personas: Personas, outbox: Outbox, media: Path, caplog: pytest.LogCaptureFixture) -> Story:
    caplog.set_level(logging.INFO)
    return Story(personas, outbox)


def test_the_story_names_nobody_and_ties_no_two_entries_together(
    story: Story, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for step in STORY:
        step(story)
        names = [("media", str(path.relative_to(media)).encode()) for path in media.rglob("*")]
        said = [("log line", caplog.text.encode())]
        found = scan.find(CANARIES, [*scan.everything(), *names, *said])
        assert (step.__name__, found) == (step.__name__, [])

    rows = list(Event.objects.order_by("seq"))
    assert {"identity.verified", "consent.granted", "review.hold_asked", "job.released", "consent.revoked"} <= {
        row.type for row in rows
    }
    released = next(row for row in rows if row.type == "job.released")
    assert scan.find(CANARIES, [("released file", story.file)]) == []
    assert_unlinkable(rows, {released.public["sha256"], released.public["produce_id"]})


def assert_unlinkable(rows: list[Event], once: set[str]) -> None:
    """Check what somebody learns who holds all entries and nothing else.

    No pseudonymous id stands in any entry; no two entries share a commitment; no id or canary is committed to without
    a salt; a text that looks like an id is the same for everybody (a version of a published text) or stands once.
    """
    entries = [row.entry for row in rows]
    ids = {getattr(row, name) for row in rows for name in ("actor", "subject", "job", "work")} - {""}
    ids = {value for value in ids if len(value) > 12}
    assert not [(value, entry) for value in ids for entry in entries if value in entry]

    committed = Counter(value for entry in entries for value in json.loads(entry)["c"].values())
    assert not [value for value, times in committed.items() if times > 1]
    guesses = {
        hashlib.sha256(prefix + text.encode()).hexdigest()
        for text in [*ids, *CANARIES]
        for prefix in (b"", b"hallmark/audit/commitment/v1\x00", bytes(32))
    }
    assert not guesses & committed.keys()

    published = {"policy.published", "policy.accepted"}
    seen = Counter(
        value
        for row in rows
        if row.type not in published
        for name, value in row.public.items()
        if isinstance(value, str) and re.search(r"[0-9a-f]{16}", value) and not name.endswith("_version")
    )
    assert set(seen) == once
    assert set(seen.values()) == {1}


# What may stand readable although it tells one thing from every other: what a release is about, texts and orders that
# are published for everybody, the provider's own numbers.
SINGULAR = {
    ("job.released", "sha256"), ("job.released", "size"), ("job.released", "produce_id"),
    ("policy.published", "sha256"), ("policy.accepted", "sha256"), ("keys.rotated", "key"), ("keys.rotated", "rows"),
    ("switch.stopped", "order_number"), ("switch.resumed", "order_number"), ("service.added", "service"),
    ("service.changed", "service"), ("verify.counted", "day"), ("verify.counted", "count"),
}  # fmt: skip
# Few values, shared by many: kinds, states, reasons, versions, small counts.
SHARED = {
    "active", "after", "agreement_version", "art23_class", "asker", "attempt", "authority", "basis", "before",
    "channel", "container", "count", "decision", "depicts", "duty_version", "edit", "engine", "engine_version",
    "inform_version", "kind",
    "level", "mime", "missing", "name", "phase", "provider_code",
    "publish", "reason", "reminder_version", "result", "returned", "role", "rule", "scope", "scopes",
    "seat", "stage", "verdict", "version", "where", "which",
}  # fmt: skip


def test_every_readable_field_was_looked_at() -> None:
    """A new public field must be argued for above: does it tell one person, picture or letter from all others?"""
    readable = {
        (event.name, field)
        for event in registry.all_events()
        if not event.name.startswith("test.")
        for field in event.public
    }

    assert {(name, field) for name, field in readable if field not in SHARED} <= SINGULAR


def test_the_broker_is_looked_through(settings: Any) -> None:
    """The scanner knows the doorbell's messages wherever they wait."""
    from celery import current_app

    current_app.send_task("pipeline.run_job", args=["canary-in-a-message"], ignore_result=True)

    places = {finding.where for finding in scan.find(["canary-in-a-message"], scan.broker())}
    assert places, django_settings.CELERY_BROKER_URL.split(":")[0]
