"""An invitation works once, for a week, for its addressee, and for whoever may hand out the seat."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from accounts.people.actors import actor_for
from accounts.people.models import Invitation, Membership, User
from accounts.people.services.organisations import organisation_create
from compliance.rules.errors import DomainError
from tests.personas import PHONES, client_for, make_user

pytestmark = pytest.mark.django_db
PHONE = "+8613800138121"


@pytest.fixture
def newcomer(db):
    return make_user("newcomer", phone=PHONE)


@pytest.fixture
def link(personas, outbox):
    personas.client("staff").post("/staff/invitations/send/", {"phone": PHONE})
    return outbox.link(PHONE)


def test_staff_invite_and_the_newcomer_comes_in_by_the_link(personas, outbox, browser, link):
    page = browser.get(link)
    assert page.status_code == 200
    sign_up = re.search(r'href="(/accounts/signup/\?next=[^"]+)"', page.content.decode())[1]

    browser.post(sign_up, {"phone": PHONE, "next": link})
    response = browser.post("/accounts/phone/verify/", {"action": "verify", "code": outbox.code(PHONE), "next": link})
    assert response["Location"] == link
    browser.post(f"{link}accept/")

    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.accepted_by) == ("accepted", User.objects.with_phone(PHONE))


def test_it_works_once(newcomer, link):
    client = client_for(newcomer)
    assert client.post(f"{link}accept/").status_code == 302
    again = client.post(f"{link}accept/")

    assert again.status_code == 410
    assert b"people.invitation_gone" in again.content
    assert client.get(link).status_code == 410


def test_it_expires(newcomer, link):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client_for(newcomer).get(link).status_code == 410
    assert client_for(newcomer).post(f"{link}accept/").status_code == 410
    assert Invitation.objects.get().state == "sent"


def test_it_is_for_its_addressee(personas, link):
    response = personas.client("anna").post(f"{link}accept/")

    assert response.status_code == 403
    assert b"people.invitation_for_another" in response.content
    assert Invitation.objects.get().state == "sent"


def test_an_unproven_number_is_not_the_addressee(link):
    unproven = make_user("x", phone=PHONE, verified=False)

    assert client_for(unproven).post(f"{link}accept/").status_code == 403


def test_resending_kills_the_old_link_and_revives_an_expired_one(personas, outbox, newcomer, link):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    personas.client("staff").post(f"/invitations/{Invitation.objects.get().pk}/resend/")
    fresh = outbox.link(PHONE)

    assert fresh != link
    assert client_for(newcomer).get(link).status_code == 410
    assert client_for(newcomer).post(f"{fresh}accept/").status_code == 302
    assert Invitation.objects.get().times_sent == 2


def test_withdrawn(personas, newcomer, link):
    url = f"/invitations/{Invitation.objects.get().pk}/revoke/"
    assert personas.client("staff").post(url).status_code == 302

    assert client_for(newcomer).get(link).status_code == 410
    assert personas.client("staff").post(url).status_code == 410


def test_one_open_invitation_per_address(personas, outbox, link):
    response = personas.client("staff").post("/staff/invitations/send/", {"phone": "138 0013 8121"})

    assert response.status_code == 409
    assert len(outbox.all(PHONE)) == 1


def test_nobody_is_flooded(personas, link):
    url = f"/invitations/{Invitation.objects.get().pk}/resend/"
    answers = [personas.client("staff").post(url).status_code for _ in range(6)]

    assert answers == [302, 302, 302, 302, 429, 429]


def test_by_email(personas, outbox):
    EmailAddress.objects.create(user=personas.berta, email="b@example.cn", verified=True, primary=True)
    personas.client("staff").post("/staff/invitations/send/", {"email": "B@example.cn"})
    assert outbox.last()["channel"] == "email"

    assert personas.client("berta").post(f"{outbox.link('b@example.cn')}accept/").status_code == 302


def test_an_administrator_makes_an_officer_and_the_log_is_told(personas, outbox, newcomer):
    personas.client("admin1").post("/staff/invitations/send/", {"phone": PHONE, "role": "officer"})
    client_for(newcomer).post(f"{outbox.link(PHONE)}accept/")

    newcomer.refresh_from_db()
    assert newcomer.role == "officer"


@pytest.mark.parametrize("role", ["regulator", "admin"])
def test_nobody_invites_a_regulator_or_an_administrator(personas, outbox, role):
    response = personas.client("admin1").post("/staff/invitations/send/", {"phone": PHONE, "role": role})

    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_staff_cannot_hand_out_staff_seats(personas, outbox):
    personas.client("staff").post("/staff/invitations/send/", {"phone": PHONE, "role": "officer"})

    assert Invitation.objects.get().role == "user"  # the field does not exist for them


def test_a_seat_is_not_taken_twice(personas, outbox):
    personas.client("admin1").post("/staff/invitations/send/", {"phone": PHONES["regulator"], "role": "staff"})
    response = personas.client("regulator").post(f"{outbox.link(PHONES['regulator'])}accept/")

    assert response.status_code == 409
    assert Invitation.objects.get().state == "sent"  # nothing half-done


def test_the_table_names_nobody(personas, link):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_invitation")
        row = " ".join(str(value) for value in cursor.fetchone())

    assert PHONE not in row
    assert link.split("/")[2] not in row


class TestOrganisation:
    @pytest.fixture
    def owned(self, personas):
        return organisation_create(
            actor=actor_for(personas.anna), user=personas.anna, name="示例科技有限公司", uscc="91350100M000100Y43"
        )

    def test_its_owner_invites_a_colleague(self, personas, outbox, owned):
        personas.client("anna").post("/organisation/invite/", {"phone": PHONES["berta"]})
        page = personas.client("berta").get(outbox.link(PHONES["berta"]))
        assert "示例科技有限公司" in page.content.decode()

        personas.client("berta").post(f"{outbox.link(PHONES['berta'])}accept/")

        assert Membership.objects.get(user=personas.berta).organisation == owned
        assert "Berta" in personas.client("anna").get("/organisation/").content.decode()

    def test_members_do_not_invite(self, personas, outbox, owned):
        Membership.objects.create(user=personas.berta, organisation=owned)

        assert personas.client("berta").post("/organisation/invite/", {"phone": PHONE}).status_code == 403
        assert not Invitation.objects.exists()

    def test_other_owners_do_not_see_its_invitations(self, personas, outbox, owned):
        personas.client("anna").post("/organisation/invite/", {"phone": PHONE})
        invitation = Invitation.objects.get()
        organisation_create(actor=actor_for(personas.berta), user=personas.berta, name="B", uscc="")

        for action in ("resend", "revoke"):
            assert personas.client("berta").post(f"/invitations/{invitation.pk}/{action}/").status_code == 404
            assert personas.client("officer").post(f"/invitations/{invitation.pk}/{action}/").status_code == 404
        assert personas.client("anna").post(f"/invitations/{invitation.pk}/revoke/").status_code == 302

    def test_one_organisation_per_account(self, personas, owned):
        with pytest.raises(DomainError) as refusal:
            organisation_create(actor=actor_for(personas.anna), user=personas.anna, name="B", uscc="")
        assert refusal.value.code == "people.already_member"

    def test_the_only_owner_leaves_last(self, personas, owned):
        Membership.objects.create(user=personas.berta, organisation=owned)

        assert personas.client("anna").post("/organisation/leave/").status_code == 409
        assert personas.client("berta").post("/organisation/leave/").status_code == 302
        assert personas.client("anna").post("/organisation/leave/").status_code == 302
        assert not Membership.objects.exists()

    @pytest.mark.parametrize("uscc", ["", "123", "91350100m000100y43x"])
    def test_a_code_of_another_shape_is_refused(self, personas, uscc):
        response = personas.client("anna").post("/organisation/create/", {"name": "A", "uscc": uscc})

        assert response.status_code == 422
        assert not Membership.objects.exists()
