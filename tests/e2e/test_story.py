"""One real job in a real browser: the user at a desk, the depicted persons on phones, a stranger with the file."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo import jobs
from demo.console import StoryError
from demo.outbox import Phone
from demo.seats import Person, new_number, new_resident_id
from demo.server import Server
from demo.story import PORTRAITS
from tests.e2e.conftest import logged_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def press(page: Page) -> None:
    """Press the page's one main button."""
    page.locator("main .btn-primary").first.click()


def sign_up(page: Page, phone: Phone) -> None:
    page.goto("/accounts/signup/")
    page.fill("input[name=phone]", phone.number)
    press(page)
    page.fill("input[name=code]", phone.code())
    press(page)
    page.wait_for_url(lambda address: "/accounts/" not in address)


def agree(page: Page, phone: Phone) -> None:
    """On a phone: open the link, prove the number, tick the edit, agree."""
    page.goto(phone.link(r"/c/[\w-]{20,64}/"))
    press(page)
    page.fill("input[name=code]", phone.code())
    press(page)
    assert not page.locator("input[name=edit]").is_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page is wider than a phone"
    page.check("input[name=edit]")
    page.click("button[name=answer][value=agree]")
    page.wait_for_url(re.compile("/c/receipt/"))


def when_held(officer: Person, job: str) -> str:
    """Release the job's hold as soon as there is one; return its address."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return jobs.release_hold(officer, job)
        except StoryError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def test_a_job_from_sign_up_to_the_strangers_question(
    platform: Server, visit: Callable[..., Page], phone: Callable[[str], Phone], tmp_path: Path
) -> None:
    numbers = [new_number(platform) for _ in range(3)]
    user, subjects = phone(numbers[0]), [phone(number) for number in numbers[1:]]
    desk = visit("/")
    sign_up(desk, user)

    desk.goto("/jobs/new/")
    expect(desk.locator("main")).to_contain_text("identity.required")

    desk.goto("/identity/id_card/")
    desk.fill("input[name=name]", "林晓文")
    desk.fill("input[name=number]", new_resident_id())
    press(desk)
    desk.goto("/agreements/")
    for box in desk.locator("main input[type=checkbox]").all():
        box.check()
    press(desk)

    desk.goto("/jobs/new/")
    desk.locator("form:has(input[name=engine][value=face_blend]) button[type=submit]").click()
    for role, portrait in PORTRAITS.items():
        with desk.expect_navigation():
            desk.set_input_files(f"#file-{role}", portrait)  # goes by itself; without scripts there is a button
    for place, (name, number) in enumerate(zip(["乔宫达遗产会", "唐吉遗产会"], numbers[1:], strict=True)):
        form = desk.locator("#depicted-editor form:has(input[name=phone])").nth(place)
        form.locator("input[name=name]").fill(name)
        form.locator("input[name=phone]").fill(number)
        form.locator("button").click()
        expect(desk.locator("#depicted-editor")).to_contain_text(name)
    desk.fill("input[name=purpose]", "展览宣传图")
    desk.locator("form:has(input[name=purpose]) button[type=submit]").click()
    desk.reload()
    for box in desk.locator("form[action$='/submit/'] input[type=checkbox]").all():
        box.check()
    desk.locator("form[action$='/submit/'] button[type=submit]").click()
    job = re.search(r"/jobs/([0-9a-f-]{36})/", desk.url)
    assert job is not None
    expect(desk.locator("#consent-rows")).to_contain_text("乔宫达遗产会")

    for subject in subjects:
        agree(visit("/", width="phone"), subject)

    officer = Person.of(platform, "officer", "+8613800138002")
    logged_in(officer)
    # Nobody reloads the desk's page: what it shows next came from the database by itself.
    assert when_held(officer, job[1])
    expect(desk.locator("a[href$='/download/']")).to_be_visible(timeout=90_000)

    with desk.expect_download() as download:
        desk.locator("a[href$='/download/']").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    stranger = visit("/verify/", width="phone", language="en-GB")
    stranger.set_input_files("input[type=file]", file)
    if stranger.locator("main form button[type=submit]").first.is_visible():
        stranger.locator("main form:has(input[type=file]) button[type=submit]").click()
    expect(stranger.locator("main h1")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(file.stem.removeprefix("hallmark-"))
    assert numbers[0][-8:] not in stranger.content()
