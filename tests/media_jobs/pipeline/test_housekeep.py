"""What is cleared away now and then."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.people import ratelimit
from accounts.people.models import RateBucket
from media_jobs.pipeline.sweeper import housekeep
from tests.personas import Personas


def test_ended_sessions_and_idle_limits_go_and_live_ones_stay(personas: Personas) -> None:
    live, ended = personas.client("anna"), personas.client("berta")
    now = timezone.now()
    Session.objects.filter(pk=ended.session.session_key).update(expire_date=now - timedelta(minutes=1))
    ratelimit.take(name="test.idle", key="a", capacity=3, per_seconds=60)
    RateBucket.objects.update(updated_at=now - timedelta(days=2))
    ratelimit.take(name="test.live", key="b", capacity=3, per_seconds=60)

    done = housekeep()

    assert (done["sessions"], done["limits"]) == (1, 1)
    assert Session.objects.filter(pk=live.session.session_key).exists()
    assert RateBucket.objects.count() == 1
