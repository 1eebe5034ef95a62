"""Sessions are sealed, their cookies are guarded, and a changed one is worth nothing."""

import json

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.people.cachekeys import blinded
from accounts.people.sessions import VaultSessionSerializer
from accounts.vault.errors import TamperedError

pytestmark = pytest.mark.django_db


def test_round_trip():
    data = {"phone": "+8613800138000", "nested": {"code": "123456"}}
    sealed = VaultSessionSerializer().dumps(data)

    assert VaultSessionSerializer().loads(sealed) == data
    assert b"138" not in sealed or b"8613800138000" not in sealed
    with pytest.raises(TamperedError):
        VaultSessionSerializer().loads(json.dumps(data).encode())


def test_a_session_of_a_lost_key_is_a_new_session(personas, settings):
    client = personas.client("anna")
    assert client.get("/account/").status_code == 200
    settings.VAULT_KEYS = "k9:" + "99" * 32

    assert SessionStore(Session.objects.get().session_key).load() == {}


def test_the_cookies_are_guarded(browser, personas, outbox):
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": personas.anna.phone})
    browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": outbox.code(personas.anna.phone)})

    for name in ("sessionid", "csrftoken"):
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_SECURE is settings.DEPLOYED


def test_cache_keys_say_nothing():
    key = blinded("allauth:rl:+8613800138000", "", 1)

    assert "8613800138000" not in key
    assert key == blinded("allauth:rl:+8613800138000", "", 1) != blinded("allauth:rl:+8613800138001", "", 1)
