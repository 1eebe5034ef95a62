"""A regulator's account needs two administrators and an official letter; code and database both say so."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.people.models import RegulatorAppointment, User
from tests.personas import PHONES

pytestmark = pytest.mark.django_db
PHONE = "+8613800138131"
LETTER = {
    "authority": "cac",
    "region": "福建省",
    "letter_number": "闽网信函〔2026〕12号",
    "letter_reference": "档案 7",
    "holder_name": "王监管",
    "holder_phone": "13800138131",
}


@pytest.fixture
def proposed(personas, outbox):
    assert personas.client("admin1").post("/admin-desk/propose/", LETTER).status_code == 302
    return RegulatorAppointment.objects.get()


def test_one_proposes_another_opens_and_the_official_logs_in(personas, outbox, browser, proposed):
    assert not User.objects.with_phone(PHONE)
    response = personas.client("admin2").post(f"/admin-desk/{proposed.pk}/open/")

    assert response.status_code == 302
    assert outbox.last(PHONE)["purpose"] == "regulator.opened"
    browser.post("/accounts/login/", {"login": PHONE})
    browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": outbox.code(PHONE)})
    regulator = User.objects.with_phone(PHONE)
    assert (regulator.role, regulator.phone_verified, regulator.display_name) == ("regulator", True, "王监管")
    assert browser.session["_auth_user_id"] == str(regulator.pk)


def test_the_proposer_cannot_open(personas, proposed):
    client = personas.client("admin1")
    response = client.post(f"/admin-desk/{proposed.pk}/open/")

    assert response.status_code == 403
    assert b"people.same_administrator" in response.content
    assert "open/" not in client.get(f"/admin-desk/{proposed.pk}/").content.decode()
    assert not User.objects.with_phone(PHONE)


def test_the_database_holds_the_rule_too(personas, proposed):
    with pytest.raises(IntegrityError), transaction.atomic():
        RegulatorAppointment.objects.update(
            state="opened", decided_by=personas.admin1, decided_at=timezone.now(), user=personas.anna
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RegulatorAppointment.objects.update(state="opened", decided_by=personas.admin2, user=None)


@pytest.mark.parametrize("name", ["anna", "staff", "officer", "regulator"])
@pytest.mark.parametrize("action", ["open", "decline"])
def test_other_seats_cannot(personas, proposed, name, action):
    assert personas.client(name).post(f"/admin-desk/{proposed.pk}/{action}/").status_code == 403
    assert RegulatorAppointment.objects.get().state == "proposed"


def test_once_only(personas, proposed):
    client = personas.client("admin2")
    client.post(f"/admin-desk/{proposed.pk}/open/")

    assert client.post(f"/admin-desk/{proposed.pk}/open/").status_code == 409
    assert client.post(f"/admin-desk/{proposed.pk}/decline/").status_code == 409
    assert User.objects.filter(role="regulator").count() == 2


@pytest.mark.parametrize("name", ["admin1", "admin2"])
def test_declined_or_withdrawn_opens_nothing(personas, proposed, name):
    personas.client(name).post(f"/admin-desk/{proposed.pk}/decline/")

    assert RegulatorAppointment.objects.get().state == "declined"
    assert personas.client("admin2").post(f"/admin-desk/{proposed.pk}/open/").status_code == 409
    assert not User.objects.with_phone(PHONE)


def test_the_scan_leaves_only_its_hash(personas, outbox):
    scan = b"%PDF-1.7 letter"
    personas.client("admin1").post(
        "/admin-desk/propose/", {**LETTER, "letter_reference": "", "letter": SimpleUploadedFile("l.pdf", scan)}
    )

    assert RegulatorAppointment.objects.get().letter_sha256 == hashlib.sha256(scan).hexdigest()


@pytest.mark.parametrize(
    "change", [{"letter_reference": ""}, {"letter_number": ""}, {"authority": "tax"}, {"holder_phone": "1"}]
)
def test_without_a_letter_there_is_no_proposal(personas, change):
    response = personas.client("admin1").post("/admin-desk/propose/", {**LETTER, **change})

    assert response.status_code == 422
    assert not RegulatorAppointment.objects.exists()


def test_a_number_that_has_an_account_is_refused(personas):
    response = personas.client("admin1").post("/admin-desk/propose/", {**LETTER, "holder_phone": PHONES["anna"]})

    assert response.status_code == 409
    assert not RegulatorAppointment.objects.exists()
