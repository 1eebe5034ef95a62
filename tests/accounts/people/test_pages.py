"""Who may open what; what a person sees, exports and ends of their own account."""

import json
from uuid import UUID

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts.people.models import ApiToken
from accounts.people.tokens import TokenAuthentication, has_scope
from tests.personas import PHONES, client_for

NOBODY = UUID(int=1)  # a constant: pytest-xdist collects in two processes

pytestmark = pytest.mark.django_db
SEATS = ("anna", "staff", "officer", "regulator", "admin1")
EVERYBODY = set(SEATS)
MATRIX = {
    "/account/": EVERYBODY,
    "/accounts/email/": EVERYBODY,
    "/accounts/phone/change/": EVERYBODY,
    "/organisation/": {"anna"},
    "/staff/invitations/": {"staff", "admin1"},
    "/admin-desk/": {"admin1"},
    "/admin-desk/propose/": {"admin1"},
}


@pytest.mark.parametrize("path", MATRIX)
def test_each_page_opens_for_its_seats_only(personas, browser, path):
    assert browser.get(path)["Location"].startswith("/accounts/login/?next=")
    for name in SEATS:
        response = personas.client(name).get(path)
        expected = 200 if name in MATRIX[path] else 403
        assert (name, response.status_code) == (name, expected)
        assert b"hallmark/hallmark.css" in response.content


@pytest.mark.parametrize(
    ("path", "seats"),
    [
        ("/account/profile/", EVERYBODY),
        ("/account/export/", EVERYBODY),
        ("/account/end-sessions/", EVERYBODY),
        ("/account/tokens/", EVERYBODY),
        ("/organisation/create/", {"anna"}),
        ("/organisation/invite/", {"anna"}),
        ("/organisation/leave/", {"anna"}),
        ("/staff/invitations/send/", {"staff", "admin1"}),
        (f"/admin-desk/{NOBODY}/open/", {"admin1"}),
    ],
)
def test_changes_are_posts_by_the_right_seat(personas, browser, path, seats):
    assert browser.post(path)["Location"].startswith("/accounts/login/?next=")
    for name in SEATS:
        client = personas.client(name)
        assert client.get(path).status_code == 405
        if name not in seats:
            assert client.post(path, {}).status_code == 403


def test_without_the_token_of_the_page_nothing_changes(personas):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(personas.anna)

    assert client.post("/account/end-sessions/").status_code == 403


def test_strangers_get_three_answers_at_the_door(browser):
    page = browser.get("/").content.decode()

    assert page.count("panel-title") == 3
    assert "/accounts/signup/" in page


@pytest.mark.parametrize("name", SEATS)
def test_everybody_else_gets_to_a_desk(personas, name):
    response = personas.client(name).get("/")

    assert response.status_code == 302
    assert response["Location"] != "/"


def test_the_admins_desk(personas):
    assert personas.client("admin1").get("/")["Location"] == "/admin-desk/"


def test_the_account_page_shows_masked_numbers_only(personas):
    page = personas.client("anna").get("/account/").content.decode()

    assert "138****8101" in page
    assert PHONES["anna"][3:] not in page


@pytest.mark.parametrize("path", ["/nothing/", f"/admin-desk/{NOBODY}/"])
def test_what_is_not_there_says_so_in_house_style(personas, path):
    response = personas.client("admin1").get(path)

    assert response.status_code == 404
    assert b"hallmark/hallmark.css" in response.content


def test_name_and_language_are_kept(personas):
    client = personas.client("anna")
    response = client.post("/account/profile/", {"display_name": "安娜", "language": "en"})

    assert response.cookies["django_language"].value == "en"
    personas.anna.refresh_from_db()
    assert (personas.anna.display_name, personas.anna.language) == ("安娜", "en")
    assert "See and change what we keep of you" in client.get("/account/").content.decode()


def test_the_export_holds_what_we_keep(personas):
    response = personas.client("anna").post("/account/export/")
    data = json.loads(response.content)

    assert response["Content-Disposition"].startswith("attachment")
    assert data["account"]["phone"] == PHONES["anna"]
    assert data["account"]["display_name"] == "Anna"
    assert "token_hash" not in response.content.decode()


def test_logging_out_everywhere_ends_every_session(personas):
    laptop, phone = personas.client("anna"), personas.client("anna")
    other = personas.client("berta")
    laptop.post("/account/end-sessions/")

    assert phone.get("/account/").status_code == 302
    assert laptop.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200


class TestTokens:
    @pytest.fixture
    def secret(self, personas):
        response = personas.client("anna").post("/account/tokens/", {"label": "上传脚本", "scopes": ["jobs.read"]})
        assert response.status_code == 201
        return next(word for word in response.content.decode().replace("<", '"').replace(">", '"').split('"')
                    if word.startswith("hm_") and len(word) > 20)  # fmt: skip

    def who(self, secret, scheme="Bearer"):
        request = APIRequestFactory().get("/api/v1/jobs/", HTTP_AUTHORIZATION=f"{scheme} {secret}")
        return TokenAuthentication().authenticate(request)

    def test_it_is_shown_once_and_kept_as_a_hash(self, personas, secret):
        assert secret not in personas.client("anna").get("/account/").content.decode()
        assert secret not in str(ApiToken.objects.values().get())

    def test_it_stands_for_its_owner(self, personas, secret):
        user, token = self.who(secret)

        assert user == personas.anna
        assert token.scopes == ["jobs.read"]
        assert ApiToken.objects.get().last_used_at is not None
        assert self.who(secret, "bearer")[0] == personas.anna
        assert self.who(secret, "Basic") is None

    def test_its_scope_holds(self, secret):
        request = APIRequestFactory().get("/")
        request.user, request.auth = self.who(secret)

        assert has_scope("jobs.read")().has_permission(request, None)
        assert not has_scope("jobs.write")().has_permission(request, None)

    @pytest.mark.parametrize("bad", ["hm_nothing", "", "hm_é"])
    def test_another_text_is_nobody(self, secret, bad):
        with pytest.raises(AuthenticationFailed):
            self.who(bad) or self.who("x y")

    def test_revoked_it_is_nobody(self, personas, secret):
        token = ApiToken.objects.get()
        assert personas.client("berta").post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
        assert self.who(secret)
        personas.client("anna").post(f"/account/tokens/{token.pk}/revoke/")

        with pytest.raises(AuthenticationFailed):
            self.who(secret)

    def test_a_closed_account_has_no_tokens(self, personas, secret):
        personas.anna.is_active = False
        personas.anna.save()

        with pytest.raises(AuthenticationFailed):
            self.who(secret)

    @pytest.mark.parametrize(
        ("name", "scope"), [("anna", "trail.read"), ("regulator", "jobs.write"), ("staff", "jobs.read")]
    )
    def test_a_seat_gives_no_more_than_it_has(self, personas, name, scope):
        response = personas.client(name).post("/account/tokens/", {"label": "x", "scopes": [scope]})

        assert response.status_code == 422
        assert not ApiToken.objects.exists()

    def test_ten_are_enough(self, personas):
        client = client_for(personas.regulator)
        answers = [
            client.post("/account/tokens/", {"label": "x", "scopes": ["trail.read"]}).status_code for _ in range(11)
        ]

        assert answers == [201] * 10 + [409]
