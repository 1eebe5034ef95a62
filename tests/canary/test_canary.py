"""Nobody's name, number or address can be read from what the platform keeps; and this test would notice.

To extend it: add a step to WALK. A step gets the walk's state, acts through screens, and every step is followed by a
look at everything that is kept.
"""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from accounts.people.models import User
from tests.canary import scan
from tests.personas import CommittingClient, Outbox, Personas

pytestmark = pytest.mark.django_db

NAME = "甘雀儿"
ID_NUMBER = "110105194912310029"
PHONE = "+8613900139777"
OTHER_PHONE = "+8613900139778"
EMAIL = "canary.bird@example.cn"
CANARIES = (NAME, ID_NUMBER, PHONE, OTHER_PHONE, EMAIL)
DJANGOS_OWN = "django.contrib.sessions.serializers.JSONSerializer"


class Walk:
    """A person's browser, the staff's, and the outbox between them."""

    def __init__(self, personas: Personas, outbox: Outbox) -> None:
        self.person = CommittingClient()
        self.staff = personas.client("staff")
        self.admin = personas.client("admin1")
        self.outbox = outbox


def sign_up(walk: Walk) -> None:
    walk.person.post("/accounts/signup/", {"phone": PHONE, "email": EMAIL})


def prove_the_number(walk: Walk) -> None:
    walk.person.get("/accounts/phone/verify/")
    walk.person.post("/accounts/phone/verify/", {"action": "verify", "code": walk.outbox.code(PHONE)})


def prove_the_address(walk: Walk) -> None:
    walk.person.get("/accounts/confirm-email/")
    walk.person.post("/accounts/confirm-email/", {"action": "verify", "code": walk.outbox.code(EMAIL)})
    assert b"c***@example.cn" in walk.person.get("/account/").content


def say_the_name(walk: Walk) -> None:
    walk.person.post("/account/profile/", {"display_name": NAME, "language": "zh-hans"})
    assert NAME in walk.person.get("/account/").content.decode()


def found_an_organisation(walk: Walk) -> None:
    walk.person.post("/organisation/create/", {"name": "示例科技", "uscc": "91350100M000100Y43"})
    walk.person.post("/organisation/invite/", {"phone": OTHER_PHONE})
    assert b"139****9778" in walk.person.get("/organisation/").content


def be_invited(walk: Walk) -> None:
    walk.staff.post("/staff/invitations/send/", {"email": EMAIL})
    walk.person.post(f"{walk.outbox.link(EMAIL)}accept/")


def log_in_again(walk: Walk) -> None:
    walk.person.post("/accounts/logout/")
    walk.person.post("/accounts/login/", {"login": EMAIL})
    walk.person.get("/accounts/login/code/confirm/")


def prove_it_again(walk: Walk) -> None:
    walk.person.post("/accounts/login/code/confirm/", {"action": "verify", "code": walk.outbox.code(EMAIL)})
    assert walk.person.get("/account/").status_code == 200


def change_the_number(walk: Walk) -> None:
    walk.person.post("/accounts/phone/change/", {"phone": OTHER_PHONE})


def ask_in_vain(walk: Walk) -> None:
    stranger = CommittingClient()
    stranger.post("/accounts/login/", {"login": "+8613900139776"})
    stranger.post("/accounts/signup/", {"phone": PHONE})


def appoint_a_regulator(walk: Walk) -> None:
    walk.admin.post(
        "/admin-desk/propose/",
        {
            "authority": "cac",
            "region": "福建",
            "letter_number": "1",
            "letter_reference": "1",
            "holder_name": NAME,
            "holder_phone": "13900139779",
        },
    )


def export_it_all(walk: Walk) -> None:
    assert NAME in walk.person.post("/account/export/").content.decode()


WALK: list[Callable[[Walk], None]] = [
    sign_up,
    prove_the_number,
    prove_the_address,
    say_the_name,
    found_an_organisation,
    be_invited,
    log_in_again,
    prove_it_again,
    change_the_number,
    ask_in_vain,
    appoint_a_regulator,
    export_it_all,
]


@pytest.fixture
def walk(personas: Personas, outbox: Outbox) -> Walk:
    return Walk(personas, outbox)


def test_nothing_that_is_kept_names_anybody(walk: Walk) -> None:
    for step in WALK:
        step(walk)
        assert (step.__name__, scan.find(CANARIES)) == (step.__name__, [])

    assert User.objects.with_phone(PHONE), "the walk did not get where it should"
    assert len(walk.outbox.all(EMAIL)) >= 3


def test_with_djangos_own_sessions_it_would_be_seen(walk: Walk, settings: Any) -> None:
    settings.SESSION_SERIALIZER = DJANGOS_OWN
    sign_up(walk)

    findings = scan.find(CANARIES)

    assert {finding.canary for finding in findings} == {PHONE, EMAIL}
    assert {finding.where for finding in findings} == {"django_session.session_data"}
    assert any("zlib" in finding.way or "base64" in finding.way for finding in findings)


def test_a_number_in_a_cache_key_would_be_seen(settings: Any) -> None:
    planted = "+8613900139700"  # not one of the walk's: workers may share a cache server
    plain = {name: value for name, value in settings.CACHES["default"].items() if name != "KEY_FUNCTION"}
    cache.set(planted, 1, 60)
    assert scan.find([planted], scan.cache_rows()) == []

    settings.CACHES = {"default": plain}
    cache.set(planted, 1, 60)

    assert {finding.where for finding in scan.find([planted], scan.cache_rows())} == {"cache default"}
    cache.delete(planted)


def test_session_rows_exist_and_are_sealed(walk: Walk) -> None:
    sign_up(walk)
    rows = [layer for _, value in scan.database() for layer, _ in scan.reveal(value) if b"v1.dev" in layer]

    assert Session.objects.exists()
    assert rows


@pytest.mark.parametrize(
    "hidden",
    [
        PHONE.encode(),
        PHONE[3:].encode("utf-16-le"),
        NAME.encode("gb18030"),
        json.dumps({"name": NAME}).encode(),
        EMAIL.upper().encode(),
        base64.b64encode(PHONE.encode()),
        base64.urlsafe_b64encode(zlib.compress(NAME.encode())).rstrip(b"="),
        b"."
        + base64.urlsafe_b64encode(zlib.compress(json.dumps({"a": {"n": NAME}}).encode())).rstrip(b"=")
        + b":1x:sig",
        base64.b64encode(base64.b64encode(zlib.compress(base64.b64encode(ID_NUMBER.encode())))),
        EMAIL.encode().hex().encode(),
    ],
)
def test_the_scanner_sees_through_encodings(hidden: bytes) -> None:
    assert scan.find(CANARIES, [("here", hidden)])


def test_the_scanner_sees_nothing_in_sealed_values(settings: Any) -> None:
    from accounts.vault.fields import blind_index, seal_text

    sealed = [seal_text(text, aad="x") for text in CANARIES] + [blind_index("x", text) for text in CANARIES]

    assert scan.find(CANARIES, [("here", value.encode()) for value in sealed]) == []
