"""Signing up and logging in, as a browser does it: codes come from the outbox."""

import pytest
from allauth.account.models import EmailAddress

from accounts.people.models import User
from tests.personas import PHONES, CommittingClient

pytestmark = pytest.mark.django_db
PHONE = "+8613800138111"
EMAIL = "anna@example.cn"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def signed_in_as(client: CommittingClient) -> str:
    return client.session.get("_auth_user_id", "")


def sign_up(client, outbox, *, phone="", email=""):
    page = client.post("/accounts/signup/", {"phone": phone, "email": email})["Location"]
    return client.post(page, {"action": "verify", "code": outbox.code(phone or email)})


class TestSignUp:
    def test_by_phone(self, browser, outbox):
        response = browser.post("/accounts/signup/", {"phone": "138 0013 8111", "email": ""}, follow=True)

        assert response.redirect_chain[-1][0] == "/accounts/phone/verify/"
        assert b"one-time-code" in response.content
        assert b'inputmode="numeric"' in response.content
        assert not User.objects.get().phone_verified
        assert signed_in_as(browser) == ""

        browser.post("/accounts/phone/verify/", {"action": "verify", "code": outbox.code(PHONE)})

        user = User.objects.get()
        assert signed_in_as(browser) == str(user.pk)
        assert (user.phone, user.phone_verified, user.role) == (PHONE, True, "user")
        assert not user.has_usable_password()

    def test_by_email_alone(self, browser, outbox):
        browser.post("/accounts/signup/", {"phone": "", "email": "Anna@Example.cn"})
        assert signed_in_as(browser) == ""
        assert outbox.last()["channel"] == "email"

        browser.post("/accounts/confirm-email/", {"action": "verify", "code": outbox.code(EMAIL)})

        user = User.objects.get()
        assert signed_in_as(browser) == str(user.pk)
        assert EmailAddress.objects.get(user=user, verified=True).email == EMAIL

    def test_by_phone_with_an_address_that_is_proven_afterwards(self, browser, outbox):
        response = sign_up(browser, outbox, phone=PHONE, email=EMAIL)

        assert response["Location"] == "/accounts/confirm-email/"
        assert not EmailAddress.objects.exists()  # nothing unproven is stored

        browser.post("/accounts/confirm-email/", {"action": "verify", "code": outbox.code(EMAIL)})

        assert EmailAddress.objects.get().verified
        assert b"a***@example.cn" in browser.get("/account/").content

    @pytest.mark.parametrize(
        ("phone", "email"), [("", ""), ("12345", ""), ("", "nobody"), ("010-62781234", ""), ("", "x" * 160 + "@a.cn")]
    )
    def test_what_is_no_way_in_is_refused_on_the_page(self, browser, outbox, phone, email):
        response = browser.post("/accounts/signup/", {"phone": phone, "email": email})

        assert response.status_code == 200
        assert b'role="alert"' in response.content
        assert not User.objects.filter(role="user").exists()
        assert outbox.all() == []

    def test_a_taken_number_looks_the_same_and_its_owner_is_told(self, browser, outbox, personas):
        fresh = CommittingClient().post("/accounts/signup/", {"phone": PHONE}, follow=True)
        taken = browser.post("/accounts/signup/", {"phone": PHONES["anna"]}, follow=True)

        assert taken.redirect_chain == fresh.redirect_chain
        assert outbox.last(PHONES["anna"])["purpose"] == "account.exists"
        assert User.objects.count() == 8
        assert browser.post("/accounts/phone/verify/", {"action": "verify", "code": "000000"}).status_code == 200
        assert signed_in_as(browser) == ""

    def test_a_taken_address_looks_the_same_and_its_owner_is_told(self, browser, outbox, personas):
        EmailAddress.objects.create(user=personas.anna, email=EMAIL, verified=True, primary=True)
        fresh = CommittingClient().post("/accounts/signup/", {"email": "new@example.cn"}, follow=True)
        taken = browser.post("/accounts/signup/", {"email": EMAIL}, follow=True)

        assert taken.redirect_chain == fresh.redirect_chain
        assert outbox.last(EMAIL)["purpose"] == "account.exists"

    def test_it_stops_by_order(self, browser, outbox, registration_stopped):
        response = browser.post("/accounts/signup/", {"phone": PHONE})

        assert "Art. 21" in response.content.decode() or "第二十一条" in response.content.decode()
        assert not User.objects.filter(role="user").exists()

    def test_somebody_elses_address_beside_my_number_opens_nothing(self, browser, outbox):
        """Else: sign up with my number and your address, wait until you log in by e-mail, and share your account."""
        sign_up(browser, outbox, phone=PHONE, email=EMAIL)  # the attacker never proves the address
        victim = CommittingClient()
        victim.post("/accounts/login/", {"login": EMAIL})

        assert outbox.last(EMAIL)["purpose"] == "account.unknown"


class TestLogIn:
    @pytest.mark.parametrize("written", ["13800138101", "+86 138 0013 8101", "138-0013-8101"])
    def test_by_phone(self, browser, outbox, personas, written):
        response = browser.post("/accounts/login/", {"login": written})
        assert response["Location"] == "/accounts/login/code/confirm/"

        browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": outbox.code(PHONES["anna"])})

        assert signed_in_as(browser) == str(personas.anna.pk)

    def test_by_email(self, browser, outbox, personas):
        EmailAddress.objects.create(user=personas.anna, email=EMAIL, verified=True, primary=True)
        browser.post("/accounts/login/", {"login": "ANNA@example.cn"})
        browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": outbox.code(EMAIL)})

        assert signed_in_as(browser) == str(personas.anna.pk)

    def test_goes_back_to_where_it_was_asked(self, browser, outbox, personas):
        assert browser.get("/account/")["Location"] == "/accounts/login/?next=/account/"
        confirm = browser.post("/accounts/login/?next=/account/", {"login": PHONES["anna"], "next": "/account/"})
        page = browser.get(confirm["Location"])
        assert b'name="next"' in page.content

        response = browser.post(
            confirm["Location"], {"action": "verify", "code": outbox.code(PHONES["anna"]), "next": "/account/"}
        )

        assert response["Location"] == "/account/"

    def test_an_unknown_number_looks_the_same_and_is_told_the_truth(self, browser, outbox, personas):
        known = CommittingClient().post("/accounts/login/", {"login": PHONES["anna"]})
        unknown = browser.post("/accounts/login/", {"login": PHONE})

        assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
        assert outbox.last(PHONE)["purpose"] == "account.unknown"
        assert browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": ""}).status_code == 200

    @pytest.mark.parametrize("phone", [PHONES["anna"], PHONE])
    def test_resend_answers_alike_for_known_and_unknown_numbers(self, browser, outbox, personas, phone):
        browser.post("/accounts/login/", {"login": phone})
        response = browser.post("/accounts/login/code/confirm/", {"action": "resend"})

        assert (response.status_code, response["Location"]) == (302, "/accounts/login/code/confirm/")

    def test_a_resent_code_replaces_the_first(self, browser, outbox, personas):
        browser.post("/accounts/login/", {"login": PHONES["anna"]})
        first = outbox.code(PHONES["anna"])
        browser.post("/accounts/login/code/confirm/", {"action": "resend"})
        second = outbox.code(PHONES["anna"])
        if first != second:
            browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": first})
            assert signed_in_as(browser) == ""

        browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": second})

        assert signed_in_as(browser) == str(personas.anna.pk)

    def test_five_wrong_codes_end_it(self, browser, outbox, personas):
        browser.post("/accounts/login/", {"login": PHONES["anna"]})
        code = outbox.code(PHONES["anna"])
        for _ in range(5):
            browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": wrong(code)})

        browser.post("/accounts/login/code/confirm/", {"action": "verify", "code": code})

        assert signed_in_as(browser) == ""

    def test_a_closed_account_stays_outside(self, browser, outbox, personas):
        User.objects.filter(pk=personas.anna.pk).update(is_active=False)
        browser.post("/accounts/login/", {"login": PHONES["anna"]})
        response = browser.post(
            "/accounts/login/code/confirm/", {"action": "verify", "code": outbox.code(PHONES["anna"])}, follow=True
        )

        assert response.request["PATH_INFO"] == "/accounts/inactive/"
        assert signed_in_as(browser) == ""

    def test_messages_to_one_number_are_limited(self, browser, outbox, personas):
        for _ in range(5):
            response = CommittingClient().post("/accounts/login/", {"login": PHONES["anna"]})

        assert b'role="alert"' in response.content
        assert len(outbox.all(PHONES["anna"])) == 3

    def test_messages_from_one_address_are_limited(self, browser, outbox, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_phone": "1/30s/key,3/m/ip"}
        for number in range(5):
            response = CommittingClient().post("/accounts/signup/", {"phone": f"1380013812{number}"})

        assert response.status_code == 429
        assert b'role="alert"' in response.content
        assert len(outbox.all()) == 3
        assert User.objects.count() == 3  # what was refused left no account behind

    def test_eight_people_behind_one_address_get_in(self, outbox, personas):
        for phone in [*PHONES.values(), PHONE]:
            CommittingClient().post("/accounts/login/", {"login": phone})

        assert len(outbox.all()) == 8

    def test_log_out(self, personas):
        client = personas.client("anna")
        assert client.get("/accounts/logout/").status_code == 200
        client.post("/accounts/logout/")

        assert signed_in_as(client) == ""


class TestChange:
    def test_the_phone(self, outbox, personas):
        client = personas.client("anna")
        client.post("/accounts/phone/change/", {"phone": PHONE})
        assert User.objects.get(pk=personas.anna.pk).phone == PHONES["anna"]

        client.post("/accounts/phone/verify/", {"action": "verify", "code": outbox.code(PHONE)})

        assert User.objects.get(pk=personas.anna.pk).phone == PHONE
        assert User.objects.with_phone(PHONES["anna"]) is None

    def test_not_to_somebody_elses_phone(self, outbox, personas):
        client = personas.client("anna")
        client.post("/accounts/phone/change/", {"phone": PHONES["berta"]})
        client.post("/accounts/phone/verify/", {"action": "verify", "code": outbox.code(PHONES["berta"])})

        assert User.objects.get(pk=personas.anna.pk).phone == PHONES["anna"]

    def test_the_email_and_its_removal(self, outbox, personas):
        client = personas.client("anna")
        client.post("/accounts/email/", {"email": EMAIL, "action_add": "1"})
        client.post("/accounts/confirm-email/", {"action": "verify", "code": outbox.code(EMAIL)})
        assert EmailAddress.objects.get(user=personas.anna).verified

        client.post("/accounts/email/", {"email": EMAIL, "action_remove": "1"})

        assert not EmailAddress.objects.exists()

    def test_the_last_way_in_stays(self, browser, outbox):
        sign_up(browser, outbox, email=EMAIL)
        browser.post("/accounts/email/", {"email": EMAIL, "action_remove": "1"})

        assert EmailAddress.objects.filter(verified=True).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/change/",
        "/accounts/password/reset/",
        "/accounts/password/set/",
        "/accounts/reauthenticate/",
        "/accounts/signup/passkey/",
    ],
)
def test_there_are_no_password_pages(personas, path):
    assert personas.client("anna").get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/email/", "/accounts/phone/change/"],
)
def test_every_page_wears_the_house_style(browser, personas, path):
    pages = [client.get(path) for client in (browser, personas.client("anna"))]
    styled = [page for page in pages if page.status_code == 200 and b"hallmark/hallmark.css" in page.content]
    assert styled
    assert all(page in styled or page.status_code == 302 for page in pages)


def test_the_sandbox_says_where_codes_go(browser, db, settings):
    assert str(settings.OUTBOX_DIR) in browser.get("/accounts/login/").content.decode()
