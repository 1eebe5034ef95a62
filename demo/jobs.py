"""What happens to a job, each act by the person who does it: the user, a depicted person, the officer."""

import re
import time
from pathlib import Path
from typing import Any

from demo.browser import Browser, BrowserError, Page
from demo.console import Narrator, StoryError
from demo.seats import Person, log_in

PURPOSE = "展览《面孔与时代》的宣传图"
EXPLANATION = "两位被编辑人均已单独同意，画面无误导内容。"
JOB_SECONDS = 120.0
SETTLED = {"released", "held", "rejected", "failed", "cancelled", "withdrawn"}


def draft_blend(user: Person, portraits: dict[str, Path], depicted: list[Person]) -> Page:
    """Begin a face blend, upload the portraits, name the person in each, say what it is for; return the draft."""
    browser = user.browser
    page = browser.open("/jobs/new/")
    page = browser.submit(page, page.form("engine", choice="face_blend"))
    for role, portrait in portraits.items():
        form = page.form("file", action=f"/inputs/{role}/")
        page = browser.submit(page, form, files={"file": portrait})
    for place, person in enumerate(depicted):
        form = [form for form in page.forms if {"name", "phone"} <= form.names][place]
        page = browser.submit(page, form, {"name": person.name, "phone": person.phone.number})
    return browser.submit(page, page.form("purpose"), {"purpose": PURPOSE})


def submit(user: Person, page: Page, *, depicts: str) -> str:
    """Declare, tick the reminders, hand the draft in; return the job's id."""
    browser = user.browser
    declare = next((form for form in page.forms if "depicts_declared" in form.names), None)
    if declare is not None:
        page = browser.submit(page, declare, {"depicts_declared": depicts})
    form = page.form("reminder", action="/submit/")
    page = browser.submit(page, form, {name: values[0] for name, values in form.choices.items() if values})
    return page.path.split("/")[2]


def grant(person: Person) -> str:
    """Open the link of the newest message, prove the number, agree to the edit; return the receipt's number."""
    browser = person.browser
    page = browser.open(person.phone.link(r"/c/[\w-]{20,64}/"))
    if "/c/request/" not in page.path:
        own = next((form for form in page.forms if form.method == "post" and not form.action), None)
        if own is None:
            raise BrowserError(f"{page.path} offers no code. It says: {page.complaint()}")
        page = browser.submit(page, own)
        page = browser.submit(page, page.form("code"), {"code": person.phone.code()})
    page = browser.submit(page, page.form("edit", "text_hash"), {"edit": "1", "answer": "agree"})
    match = re.search(r"/c/receipt/([0-9A-Z-]+)/", page.path)
    if match is None:
        raise BrowserError(f"no receipt after agreeing, but {page.path}: {page.complaint()}")
    return match[1]


def revoke(person: Person, receipt: str) -> None:
    """Take a consent back: one click on the receipt, one to confirm."""
    page = person.browser.open(f"/c/receipt/{receipt}/revoke/")
    own = next(form for form in page.forms if form.method == "post" and not form.action)
    person.browser.submit(page, own)


def release_hold(officer: Person, job: str) -> str:
    """Find the hold of the job, explain, release; return the hold's address."""
    browser = officer.browser
    if not len(browser.jar):
        log_in(officer)
    page = browser.open("/officer/holds/")
    for href in [href for href, _ in page.links if re.search(r"/officer/holds/[0-9a-f-]{36}/$", href)]:
        page = browser.open(href)
        if job in page.body.decode():
            form = page.form("explanation", action="/release/")
            browser.submit(page, form, {"explanation": EXPLANATION}, button="/release/")
            return page.url
    raise StoryError(f"the officer finds no hold of job {job}")


def describe(browser: Browser, job: str) -> dict[str, Any]:
    """Return what the API says about the job."""
    answer: dict[str, Any] = browser.call("GET", f"/api/v1/jobs/{job}/")
    return answer


def follow(say: Narrator, browser: Browser, job: str) -> str:
    """Say every stage as the database says it, until somebody must act or the job has ended; return the state.

    Raises:
        StoryError: it moves no more.
    """
    deadline = time.monotonic() + JOB_SECONDS
    seen, since = "", time.monotonic()
    while True:
        state = str(describe(browser, job)["state"])
        if state != seen:
            if seen:
                say.progress(f"{seen:<14} {time.monotonic() - since:4.1f} s")
            seen, since = state, time.monotonic()
        if state in SETTLED:
            return state
        if time.monotonic() > deadline:
            raise StoryError(f"job {job} is still {state} after {JOB_SECONDS:.0f} s")
        time.sleep(0.05)


def finish(say: Narrator, user: Person, officer: Person, job: str) -> None:
    """Follow the job to its release; the officer decides what the checks hold.

    Raises:
        StoryError: it ends otherwise.
    """
    with say.step("A worker takes the job") as facts:
        state = follow(say, user.browser, job)
        facts += [f"now {state}"]
    while state == "held":
        with say.step("The officer looks at what the checks held, and lets it go on") as facts:
            facts += [release_hold(officer, job)]
            state = follow(say, user.browser, job)
            facts += [f"now {state}"]
    if state != "released":
        raise StoryError(f"job {job} ended as {state}: {describe(user.browser, job).get('reason')}")
