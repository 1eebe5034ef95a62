"""`make shots`: a picture of every page of the demo, at 390 and 1280 px, in both languages, into shots/.

Logs in as each seat (codes come from the demo's outbox), opens every page that the seat's links lead to, and shoots it.
"""

import contextlib
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

from demo import jobs
from demo.console import Narrator
from demo.outbox import Phone
from demo.seats import Person
from demo.seats import log_in as log_in_by_form
from demo.server import ROOT, Server, running
from demo.story import PORTRAITS
from tools import scenes

WIDTHS = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]
OPTIONS += ["--disable-sync", "--no-first-run", "--disable-quic", "--hide-scrollbars"]
# Where each seat starts; every page of the same site that these link to is shot as well.
START = {
    "public": [
        *("/", "/verify/", "/accounts/login/", "/accounts/signup/", "/c/manage/", "/nothing-here/"),
        *("/rules/", "/convention/", "/agreement/", "/privacy/", "/intended-use/"),
    ],
    "user": ["/", "/jobs/", "/jobs/new/", "/handovers/", "/identity/", "/agreements/", "/account/", "/organisation/"],
    "subject": ["/c/manage/"],
    "staff": ["/", "/staff/invitations/", "/account/"],
    "officer": ["/", "/officer/holds/", "/officer/unlabelled/", "/trail/"],
    "regulator": ["/", "/regulator/", "/trail/"],
    "admin1": ["/", "/admin-desk/", "/admin-desk/propose/", "/staff/invitations/"],
}
# Links that change something, leave the session, or answer a file.
LEAVE = re.compile(r"logout|/download/|\.json|/proof|/i18n/|/thumb/|/picture/|/media/|revoke|^/static/|#")
MOST_PER_SEAT = 24


def name_of(path: str) -> str:
    """Return a file name for an address: ids shortened away, so that a page has one name in every run."""
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Fa-f]{32,64}|[A-Z0-9]{4}-[A-Z0-9-]{4,}", "id", path.strip("/"))
    return re.sub(r"[^\w-]+", "_", plain) or "home"


def log_in(page: Page, phone: Phone) -> None:
    """Log in by the code that the demo's outbox holds."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", phone.number)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", phone.code())
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def prove_number(page: Page, phone: Phone) -> None:
    """Sit down on a depicted person's seat."""
    page.goto("/c/manage/")
    page.fill("input[name=phone]", phone.number)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", phone.code())
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def pages(page: Page, start: list[str]) -> list[str]:
    """Return the addresses to shoot: the starts and what they link to, one of each kind."""
    found: list[str] = []
    kinds: set[str] = set()
    queue = list(start)
    while queue and len(found) < MOST_PER_SEAT:
        path = queue.pop(0)
        kind = name_of(path.split("?")[0])
        if kind in kinds:
            continue
        kinds.add(kind)
        try:
            answer = page.goto(path)
        except Error:  # the link answers a file
            continue
        if answer is None or "html" not in (answer.headers.get("content-type") or ""):
            continue
        found.append(path)
        links = page.eval_on_selector_all("main a[href]", "nodes => nodes.map(node => node.getAttribute('href'))")
        queue += [link for link in links if link.startswith("/") and not LEAVE.search(link) and "?" not in link]
    return found


@contextlib.contextmanager
def tab(browser: Browser, server: Server, width: str, state: dict[str, object] | None = None) -> Iterator[Page]:
    """Open a tab of that width, with a session's cookies."""
    context = browser.new_context(viewport=WIDTHS[width], base_url=server.url, storage_state=state)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def prepare(server: Server, numbers: dict[str, str]) -> dict[str, dict[str, str]]:
    """Bring jobs into the states that the story leaves behind: a draft, one that waits, one that is held, every medium.

    Returns:
        For each seat, the pages to shoot under a name of their own.
    """
    user, officer = (Person.of(server, seat, numbers[seat]) for seat in ("user", "officer"))
    subject, other = (
        Person.of(server, "乔宫达遗产会", numbers["subject"]),
        Person.of(server, "唐吉遗产会", numbers["other"]),
    )
    log_in_by_form(user)
    draft = jobs.draft_blend(user, PORTRAITS, [subject, other]).path
    held = jobs.submit(user, jobs.draft_blend(user, PORTRAITS, [subject, other]), depicts="persons")
    for person in (subject, other):
        jobs.grant(person)
    jobs.follow(Narrator(), user.browser, held)
    waiting = jobs.submit(user, jobs.draft_blend(user, PORTRAITS, [subject, other]), depicts="persons")
    listing = user.browser.open("/jobs/")
    released = next(
        job for job in re.findall(r"/jobs/([0-9a-f-]{36})/", listing.body.decode()) if state(user, job) == "released"
    )
    withdrawn = next(
        job for job in re.findall(r"/jobs/([0-9a-f-]{36})/", listing.body.decode()) if state(user, job) == "withdrawn"
    )
    number = jobs.describe(user.browser, released)["release"]["produce_id"]
    log_in_by_form(officer)
    hold = next(
        href for href, _ in officer.browser.open("/officer/holds/").links if re.search(r"/holds/[0-9a-f-]{36}/$", href)
    )
    more = scenes.prepare(user, officer, server.var / "story" / "labelled.png")
    return {
        "public": {f"/verify/{number}/": "verify_number"},
        "user": {
            **more["user"],
            draft: "job_draft",
            f"/jobs/{held}/": "job_held",
            f"/jobs/{waiting}/": "job_waiting",
            f"/jobs/{released}/": "job_released",
            f"/jobs/{withdrawn}/": "job_withdrawn",
        },
        "officer": {hold: "hold", **more["officer"]},
    }


def state(user: Person, job: str) -> str:
    """Return the state of the user's job."""
    return str(jobs.describe(user.browser, job)["state"])


def enter_order(page: Page) -> None:
    """Let a regulator's session work under an order."""
    page.goto("/regulator/")
    page.fill("input[name=number]", "演示令1号")
    page.select_option("select[name=basis]", index=1)
    page.locator("main form:has(select[name=basis]) button").click()
    page.wait_for_load_state()


def shoot(
    browser: Browser, server: Server, seat: str, phone: Phone | None, *, named: dict[str, str], folder: Path
) -> int:
    """Shoot every page of a seat; return how many pictures were made."""
    with tab(browser, server, "1280") as page:
        if phone is not None:
            (prove_number if seat == "subject" else log_in)(page, phone)
        if seat == "regulator":
            enter_order(page)
        addresses = {**{path: name_of(urlsplit(path).path) for path in pages(page, START[seat])}, **named}
        session = page.context.storage_state()
    count = 0
    for language, code in LANGUAGES.items():
        for width in WIDTHS:
            with tab(browser, server, width, session) as page:  # type: ignore[arg-type]
                page.context.add_cookies([{"name": "django_language", "value": code, "url": server.url}])
                for path, name in addresses.items():
                    page.goto(path)
                    page.wait_for_load_state()
                    page.screenshot(path=folder / f"{seat}-{name}-{width}-{language}.png", full_page=True)
                    count += 1
    return count


def shoot_answer(browser: Browser, server: Server, folder: Path) -> int:
    """Shoot what the public page answers about the demo's labelled file, and about one that it does not know."""
    count = 0
    story = server.var / "story"
    for language, code in LANGUAGES.items():
        for width in WIDTHS:
            for name, file in (("known", story / "labelled.png"), ("unknown", story / "photograph-source.png")):
                with tab(browser, server, width) as page:
                    page.context.add_cookies([{"name": "django_language", "value": code, "url": server.url}])
                    page.goto("/verify/")
                    page.set_input_files("input[type=file]", file)
                    button = page.locator("main form:has(input[type=file]) button[type=submit]")
                    if page.url.endswith("/verify/") and button.count() and button.first.is_visible():
                        button.first.click()
                    page.wait_for_load_state()
                    page.screenshot(path=folder / f"public-answer_{name}-{width}-{language}.png", full_page=True)
                    count += 1
    return count


def main() -> int:
    """Shoot the demo's instance; it must hold a story (`make demo`)."""
    cast_file = ROOT / "var" / "demo" / "story" / "cast.json"
    program = shutil.which("chromium")
    if program is None:
        print("chromium is not installed: apt-get install chromium", file=sys.stderr)
        return 1
    if not cast_file.exists():
        print("there is no story to show yet: make demo", file=sys.stderr)
        return 1
    cast: dict[str, str] = json.loads(cast_file.read_text(encoding="utf-8"))
    folder, only = ROOT / "shots", sys.argv[1:]
    if not only:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    with running(ROOT / "var" / "demo", 8000) as server, sync_playwright() as playwright:
        numbers = {**{persona["persona"]: persona["phone"] for persona in server.personas}, **cast}
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        named = prepare(server, numbers)
        for seat in [name for name in START if not only or name in only]:
            started = time.monotonic()
            phone = Phone(numbers[seat], server.var / "outbox") if seat in numbers else None
            count = shoot(browser, server, seat, phone, named=named.get(seat, {}), folder=folder)
            count += shoot_answer(browser, server, folder) if seat == "public" else 0
            print(f"  {seat:<10} {count:3} pictures, {time.monotonic() - started:.0f} s", flush=True)
        browser.close()
    print(f"shots/: {len(list(folder.iterdir()))} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
