"""Every main page: nothing for a visitor's console, nothing for axe, nothing wider than a phone, in both languages."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from demo.outbox import Phone
from demo.seats import Person, accept_policies, new_number, prove_identity, sign_up
from demo.server import Server
from tests.e2e.conftest import PATIENCE, logged_in
from tests.media_jobs.labelling.pictures import encoded, foreign, small
from tools import scenes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = [
    *("/", "/verify/", "/accounts/login/", "/accounts/signup/", "/c/manage/"),
    *("/rules/", "/convention/", "/agreement/", "/privacy/"),
]
SEATS = {
    "staff": ("+8613800138001", ["/staff/invitations/", "/account/"]),
    "officer": ("+8613800138002", ["/officer/holds/", "/officer/unlabelled/", "/trail/"]),
    "admin": ("+8613800138003", ["/admin-desk/", "/admin-desk/propose/"]),
    "regulator": ("+8613800138005", ["/regulator/"]),
}
USER = [
    "/jobs/",
    "/identity/",
    "/identity/id_card/",
    "/agreements/",
    "/account/",
    "/organisation/",
]


def log_in(page: Page, phone: Phone) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", phone.number)
        page.locator("main .btn-primary").first.click()
        if page.locator("input[name=code]").count() or time.monotonic() > deadline:
            break
        page.wait_for_timeout(4000)
    page.fill("input[name=code]", phone.code())
    page.locator("main .btn-primary").first.click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def look(page: Page, path: str) -> list[str]:
    """Return what is wrong with the page as it stands."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    found = [
        f"{path}: {violation['id']}: {violation['help']} ({violation['nodes'][0]['html'][:120]})"
        for violation in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{path}: wider than its window of {page.evaluate('window.innerWidth')} px")
    if page.locator("h1").count() != 1:
        found.append(f"{path}: {page.locator('h1').count()} main headings")
    return found


@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_public_pages(visit: Callable[..., Page], width: str, language: str) -> None:
    page = visit("/", width=width, language=language)

    assert "\n".join(problem for path in PUBLIC for problem in look(page, path)) == ""
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh-CN" else "en")


@pytest.mark.parametrize("seat", SEATS)
def test_pages_of_the_seats(visit: Callable[..., Page], phone: Callable[[str], Phone], seat: str) -> None:
    number, paths = SEATS[seat]
    page = visit("/", width="phone")
    log_in(page, phone(number))

    assert "\n".join(problem for path in paths for problem in look(page, path)) == ""


def test_pages_of_a_new_user(visit: Callable[..., Page], phone: Callable[[str], Phone], platform: Server) -> None:
    own = phone(new_number(platform))
    page = visit("/accounts/signup/", width="phone")
    page.fill("input[name=phone]", own.number)
    page.locator("main .btn-primary").first.click()
    page.fill("input[name=code]", own.code())
    page.locator("main .btn-primary").first.click()
    page.wait_for_url(lambda address: "/accounts/" not in address)

    assert "\n".join(problem for path in USER for problem in look(page, path)) == ""


def test_pages_of_every_medium_and_of_a_hand_over(
    visit: Callable[..., Page], phone: Callable[[str], Phone], platform: Server, tmp_path: Path
) -> None:
    user = Person.of(platform, "安娜", new_number(platform))
    sign_up(user)
    prove_identity(user)
    accept_policies(user)
    officer = Person.of(platform, "officer", SEATS["officer"][0])
    logged_in(officer)
    labelled = tmp_path / "theirs.png"
    labelled.write_bytes(foreign(encoded(small(), "png"), "png"))

    shown = scenes.prepare(user, officer, labelled)

    for person, seat, more in ((user, "user", ["/jobs/new/", "/handovers/"]), (officer, "officer", [])):
        page = visit("/", width="phone")
        log_in(page, phone(person.phone.number))
        assert "\n".join(problem for path in [*more, *shown[seat]] for problem in look(page, path)) == ""


def test_the_way_in_works_without_scripts(visit: Callable[..., Page], phone: Callable[[str], Phone]) -> None:
    page = visit("/", scripts=False)

    log_in(page, phone("+8613800138004"))

    page.goto("/admin-desk/")
    assert page.locator("h1").count() == 1


def test_the_language_switch_stays(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.locator("form[action='/i18n/setlang/'] button").first.click()

    page.goto("/verify/")

    assert page.locator("html").get_attribute("lang") == "en"
