"""Phones, messages, one-time codes, rate limits, personas: what the other rooms build on."""

import json
import os
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.people import codes, messages, phones, ratelimit
from accounts.people.actors import actor_for
from accounts.people.models import OneTimeCode, RateBucket, RegulatorAppointment, Role, User
from accounts.people.selectors import display_name
from compliance.audit.actor import ANONYMOUS, Actor
from compliance.rules.errors import DomainError

PHONE = "+8613800138141"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13800138000", "+8613800138000"),
        (" 138-0013 8000 ", "+8613800138000"),
        ("+86 13800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+85251234567", "+85251234567"),
        ("+14155552671", "+14155552671"),
    ],
)
def test_one_written_form(raw, expected):
    assert phones.normalise(raw) == expected


@pytest.mark.parametrize("raw", ["", "110", "12345678901", "010-62781234", "+86", "anna@example.cn", "1380013800O"])
def test_no_mobile_number(raw):
    with pytest.raises(DomainError) as refusal:
        phones.normalise(raw)
    assert refusal.value.code == "people.phone_invalid"
    assert raw not in str(refusal.value) or not raw


@pytest.mark.parametrize(
    ("phone", "expected"),
    [("+8613800138000", "138****8000"), ("+14155552671", "+1******2671"), ("", ""), ("12", "****")],
)
def test_masked(phone, expected):
    assert phones.mask(phone) == expected


@pytest.mark.django_db
class TestMessages:
    def test_they_leave_when_the_transaction_has_committed(self, outbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            messages.send(to_phone=PHONE, purpose="test", body="你好")
            assert outbox.all() == []

        message = outbox.last(PHONE)
        assert set(message) == {"to", "channel", "purpose", "body", "at"}
        assert (message["channel"], message["purpose"], message["body"]) == ("sms", "test", "你好")
        (path,) = outbox.folder.glob("*.json")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_they_stay_when_it_rolled_back(self, outbox, django_capture_on_commit_callbacks):
        def change_one_s_mind() -> None:
            with transaction.atomic():
                messages.send(to_phone=PHONE, purpose="test", body="x")
                raise RuntimeError("no")

        with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError, match="no"):
            change_one_s_mind()

        assert outbox.all() == []

    def test_mail_lands_in_the_same_outbox(self, outbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            messages.send(to_email="a@example.cn", purpose="test", subject="主题", body="正文")

        message = outbox.last("a@example.cn")
        assert (message["channel"], message["purpose"]) == ("email", "test")
        assert "正文" in message["body"]

    def test_an_unknown_carrier_refuses(self, outbox, settings):
        settings.SMS_BACKEND = "pigeon"

        with pytest.raises(ImproperlyConfigured, match="pigeon"):
            messages.send(to_phone=PHONE, purpose="test", body="x")

    @pytest.mark.parametrize("to", [{}, {"to_phone": PHONE, "to_email": "a@example.cn"}])
    def test_one_addressee(self, to):
        with pytest.raises(ValueError, match="one"):
            messages.send(**to, purpose="test", body="x")


@pytest.mark.django_db
class TestCodes:
    @pytest.fixture
    def code(self, outbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            codes.code_issue(purpose="consent", key="7", phone=PHONE)
        return outbox.code(PHONE)

    def check(self, code, purpose="consent", key="7"):
        return codes.code_check(purpose=purpose, key=key, code=code)

    def test_the_right_one_works_once(self, code):
        assert self.check(f" {code[:3]} {code[3:]} ")
        assert not self.check(code)

    def test_it_opens_nothing_else(self, code):
        assert not self.check(code, key="8")
        assert not self.check(code, purpose="identity")
        assert self.check(code)

    def test_five_attempts(self, code):
        for _ in range(5):
            assert not self.check("x")
        assert not self.check(code)

    def test_ten_minutes(self, code):
        OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert not self.check(code)

    def test_a_newer_one_replaces_it(self, code, outbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            codes.code_issue(purpose="consent", key="7", phone=PHONE)
        newer = outbox.code(PHONE)

        assert newer == code or not self.check(code)
        assert self.check(newer)

    def test_the_table_holds_neither_code_nor_phone(self, code):
        row = str(OneTimeCode.objects.values().get())

        assert code not in row
        assert PHONE not in row

    def test_five_messages_to_one_number(self, code):
        for _ in range(4):
            codes.code_issue(purpose="consent", key="9", phone=PHONE)
        with pytest.raises(DomainError) as refusal:
            codes.code_issue(purpose="another", key="10", phone=PHONE)
        assert refusal.value.status == 429


@pytest.mark.django_db(transaction=True)
def test_an_attempt_cannot_be_rolled_back(outbox):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        codes.code_check(purpose="consent", key="7", code="000000")


@pytest.mark.django_db
class TestRateLimit:
    def take(self, key="k", capacity=3, per_seconds=60):
        ratelimit.take(name="test", key=key, capacity=capacity, per_seconds=per_seconds)

    def test_a_bucket_empties_and_refills(self):
        for _ in range(3):
            self.take()
        with pytest.raises(DomainError) as refusal:
            self.take()
        assert (refusal.value.code, refusal.value.status) == ("people.rate_limited", 429)
        assert 0 < refusal.value.params["seconds"] <= 21

        RateBucket.objects.update(updated_at=timezone.now() - timedelta(seconds=21))
        self.take()
        with pytest.raises(DomainError):
            self.take()

    def test_buckets_are_apart_and_anonymous(self):
        for _ in range(3):
            self.take(key=PHONE)
        self.take(key="another")

        assert PHONE not in str(list(RateBucket.objects.values()))

    def test_idle_buckets_go(self):
        self.take()
        RateBucket.objects.update(updated_at=timezone.now() - timedelta(days=2))

        assert ratelimit.forget_idle() == 1


@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_together_they_take_no_more_than_there_is():
    taken: list[int] = []

    def grab() -> None:
        try:
            taken.append(_grab())
        finally:
            connection.close()

    threads = [threading.Thread(target=grab) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(taken) == 5


def _grab() -> int:
    """Return how many of ten tokens a greedy process gets."""
    taken = 0
    for _ in range(10):
        try:
            ratelimit.take(name="race", key="k", capacity=5, per_seconds=3600)
            taken += 1
        except DomainError:
            continue
    return taken


@pytest.mark.slow
@pytest.mark.sqlite_only  # threads on the in-memory test database lock each other's tables; files do not
def test_processes_together_take_no_more_than_there_is(tmp_path):
    environment = {**os.environ, "HALLMARK_VAR": str(tmp_path)}
    shell = [sys.executable, "manage.py"]
    subprocess.run([*shell, "migrate", "-v0"], env=environment, check=True, timeout=120)
    code = "from tests.accounts.people.test_services import _grab; print('took', _grab())"
    racers = [
        subprocess.Popen([*shell, "shell", "-v0", "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [racer.communicate(timeout=120)[0] for racer in racers]

    assert sum(int(answer.split()[-1]) for answer in answers) == 5


@pytest.mark.django_db
def test_actors_and_names(personas):
    assert actor_for(AnonymousUser()) == ANONYMOUS
    for name in ("anna", "staff", "officer", "regulator", "admin1"):
        user = getattr(personas, name)
        assert actor_for(user) == Actor(user.role, str(user.pk))
    assert display_name(personas.anna) == "Anna"
    personas.anna.display_name = ""
    assert display_name(personas.anna) == "138****8101"


@pytest.mark.django_db
def test_personas_are_seeded_once_and_the_regulator_by_two(outbox):
    out = StringIO()
    call_command("seed_personas", json=True, stdout=out)
    first = json.loads(out.getvalue())
    call_command("seed_personas", stdout=StringIO())

    assert [(row["persona"], row["seat"]) for row in first] == [
        ("staff", "staff"),
        ("officer", "officer"),
        ("admin1", "admin"),
        ("admin2", "admin"),
        ("regulator", "regulator"),
    ]
    assert User.objects.count() == 5
    appointment = RegulatorAppointment.objects.get()
    assert appointment.state == "opened"
    assert appointment.proposed_by != appointment.decided_by
    assert all(phones.normalise(row["phone"]) == row["phone"] for row in first)
    assert set(User.objects.values_list("role", flat=True)) == set(Role.values) - {"user"}
