"""The story, told through HTTP against the running platform, as browsers and API clients would."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from demo.browser import Browser, BrowserError, Page
from demo.console import Narrator, StoryError, shown
from demo.picture import paint
from demo.seats import Person, accept_policies, log_in, new_number, prove_identity, sign_up
from demo.server import ROOT, Server

FACES = Path(__file__).resolve().parent / "faces"
MONA_LISA, TANGUY = FACES / "leonardo_mona_lisa.png", FACES / "van_gogh_pere_tanguy.png"
PURPOSE = "展览“面孔与时代”的宣传图"
JOB_SECONDS = 120.0
LOG_SECONDS = 20.0


class Story:
    """Everybody in it, and what they leave in var/demo/story."""

    def __init__(self, server: Server, narrator: Narrator) -> None:
        self.server = server
        self.say = narrator
        self.folder = server.var / "story"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        phones = {persona["persona"]: persona["phone"] for persona in server.personas}
        self.staff, self.officer, self.regulator = (
            Person.of(server, name, phones[name]) for name in ("staff", "officer", "regulator")
        )
        self.user = Person.of(server, "林晓文", new_number(server))
        self.mona = Person.of(server, "乔宫达遗产会", new_number(server))
        self.tanguy = Person.of(server, "唐吉遗产会", new_number(server))
        self.stranger = Browser(server.url)
        self.token = ""
        self.receipts: dict[str, str] = {}

    def tell(self) -> None:
        """Tell it whole.

        Raises:
            StoryError, BrowserError: a step did not end as it should.
        """
        self.say.chapter("Who")
        self.onboarding()
        self.say.chapter("A face blend, with two people asked")
        job = self.request_blend("blend")
        self.consents(job)
        self.wait_for_release(job)
        produce_id = self.download(job)
        self.say.chapter("The provider's own model, through the API")
        self.gateway_job()
        self.say.chapter("A stranger and a regulator")
        self.stranger_asks(produce_id)
        self.regulator_asks(job)
        self.say.chapter("A change of mind")
        self.revocation()
        self.fsck()

    # --- who ---

    def onboarding(self) -> None:
        """Invite, sign up, be refused, prove, accept."""
        browser = self.user.browser
        with self.say.step("Staff invites a user") as facts:
            log_in(self.staff)
            page = self.staff.browser.open("/staff/invitations/")
            form = page.form("phone", action="/staff/invitations/send/")
            self.staff.browser.submit(page, form, {"phone": self.user.phone.number})
            invitation = self.user.phone.link()
            facts += [f"text message to {self.user.masked}", f"{self.server.url}/staff/invitations/"]
        with self.say.step("She signs up by a code and accepts the invitation") as facts:
            browser.open(invitation)
            sign_up(self.user)
            page = browser.open(invitation)
            browser.submit(page, page.form(action="/accept/"))
            facts += [f"{self.server.url}/account/"]
        with self.say.step("She tries to start a job before proving who she is: refused") as facts:
            page = browser.open("/jobs/new/", expect=403)
            facts += ["403 identity.required", page.complaint()[:60]]
        with self.say.step("She proves her identity (sandbox ID card)") as facts:
            page = prove_identity(self.user)
            browser.open("/jobs/", expect=200)
            facts += [page.title, page.url]
        with self.say.step("She reads and accepts the house rules") as facts:
            facts += [f"{accept_policies(self.user)} texts", f"{self.server.url}/agreements/"]

    # --- the blend ---

    def request_blend(self, label: str) -> str:
        """Create the job, upload both portraits, name both persons, submit; return the job's id."""
        browser = self.user.browser
        with self.say.step("She uploads two portraits and names the person in each") as facts:
            page = browser.open("/jobs/new/")
            form = page.form("engine", choice="face_blend")
            page = browser.submit(page, form, {"engine": "face_blend"})
            job = page.path.split("/")[2]
            for role, portrait in (("source", MONA_LISA), ("target", TANGUY)):
                shutil.copy(portrait, self.folder / f"source-photo-{role}-{portrait.name}")
                form = page.form(action=f"/inputs/{role}/")
                page = browser.submit(page, form, files={form.files[0]: portrait})
            for place, person in enumerate((self.mona, self.tanguy)):
                form = [form for form in page.forms if {"name", "phone"} <= form.names][place]
                page = browser.submit(page, form, {"name": person.name, "phone": person.phone.number})
            page = browser.submit(page, page.form("purpose"), {"purpose": PURPOSE})
            facts += [f"{self.server.url}/jobs/{job}/"]
        with self.say.step("She confirms the reminders and submits") as facts:
            page = self._declare(page, "persons")
            form = page.form(action="/submit/")
            page = browser.submit(page, form, {name: values[0] for name, values in form.choices.items()})
            self._expect_state(job, "awaiting_consent")
            facts += ["the job waits for 2 consents", f"job {job[:8]}"]
        return job

    def _declare(self, page: Page, depicts: str) -> Page:
        form = next((form for form in page.forms if "depicts_declared" in form.choices), None)
        return self.user.browser.submit(page, form, {"depicts_declared": depicts}) if form else page

    def consents(self, job: str) -> None:
        """Both depicted persons open their links, prove their numbers, agree."""
        for person in (self.mona, self.tanguy):
            with self.say.step(f"{person.name} opens the link, proves the number, agrees") as facts:
                receipt = self._grant(person)
                file = self.folder / f"consent-receipt-{receipt}.json"
                file.write_bytes(person.browser.open(f"/c/receipt/{receipt}.json").body)
                facts += [f"receipt {receipt}", shown(file)]

    def _grant(self, person: Person) -> str:
        browser = person.browser
        page = browser.open(person.phone.link())
        if "/c/request/" not in page.path:
            page = browser.submit(page, page.form(action="") if len(page.forms) == 1 else self._only_post(page))
            page = browser.submit(page, page.form("code"), {"code": person.phone.code()})
        form = page.form("edit", "text_hash")
        page = browser.submit(page, form, {"edit": "1", "answer": "agree"})
        match = re.search(r"/c/receipt/([0-9A-Z-]+)/", page.path)
        if match is None:
            raise BrowserError(f"no receipt after agreeing, but {page.path}: {page.complaint()}")
        self.receipts[person.name] = match[1]
        return match[1]

    @staticmethod
    def _only_post(page: Page) -> Any:
        """Return the page's own form: the one that posts to the page itself."""
        for form in page.forms:
            if form.method == "post" and not form.action:
                return form
        raise BrowserError(f"{page.path} has no form of its own. It says: {page.complaint()}")

    def wait_for_release(self, job: str) -> None:
        """Follow the job; the officer decides what is held."""
        with self.say.step("A worker takes the job") as facts:
            state = self._follow(job)
            facts += [f"state {state}"]
        while state == "held":
            with self.say.step("The officer looks at what the checks held, and releases it") as facts:
                facts += [self._release_hold(job)]
                state = self._follow(job)
        if state != "released":
            raise StoryError(f"job {job} ended as {state}: {self._job(job).get('reason')}")

    def _release_hold(self, job: str) -> str:
        browser = self.officer.browser
        if not browser.jar:
            log_in(self.officer)
        page = browser.open("/officer/holds/")
        for href, _ in page.links:
            if "/officer/holds/" not in href or href.rstrip("/").endswith("holds"):
                continue
            page = browser.open(href)
            if job in page.body.decode():
                form = page.form(action="release")
                browser.submit(
                    page,
                    form,
                    {
                        name: "两位被编辑人均已单独同意"
                        for name in form.fields
                        if name in {"explanation", "note", "text"}
                    },
                )
                return page.url
        raise StoryError(f"the officer finds no hold of job {job}")

    def _job(self, job: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.user.browser.call("GET", f"/api/v1/jobs/{job}/")
        return answer

    def _expect_state(self, job: str, state: str) -> None:
        deadline = time.monotonic() + JOB_SECONDS
        while (found := self._job(job)["state"]) != state:
            if time.monotonic() > deadline:
                raise StoryError(f"job {job} is {found}, not {state}")
            time.sleep(0.1)

    def _follow(self, job: str) -> str:
        """Say every stage as the database says it, until somebody must act or the job has ended."""
        deadline = time.monotonic() + JOB_SECONDS
        seen, since = "", time.monotonic()
        while True:
            state = str(self._job(job)["state"])
            if state != seen:
                if seen:
                    self.say.progress(f"{seen:<16} {time.monotonic() - since:5.1f} s")
                seen, since = state, time.monotonic()
            if state in {"released", "held", "rejected", "failed", "cancelled", "withdrawn"}:
                return state
            if time.monotonic() > deadline:
                raise StoryError(f"job {job} is still {state} after {JOB_SECONDS:.0f} s")
            time.sleep(0.05)

    def download(self, job: str) -> str:
        """Download, read the labels independently, prove the release; return the ProduceID."""
        browser = self.user.browser
        with self.say.step("She downloads the labelled file") as facts:
            page = browser.open(f"/jobs/{job}/download/", accept="*/*")
            suffix = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}[page.headers["Content-Type"]]
            file = self.folder / f"labelled.{suffix}"
            file.write_bytes(page.body)
            facts += [shown(file), f"sha256 {hashlib.sha256(page.body).hexdigest()[:16]}"]
        with self.say.step("`hallmark read` reads the labels back, without the platform") as facts:
            label = read_labels(file)
            facts += [
                f"Label {label['Label']}",
                f"ContentProducer {label['ContentProducer']}",
                f"ProduceID {label['ProduceID']}",
            ]
        with self.say.step("The offline verifier proves the release from one file") as facts:
            proof = self.folder / "proof.json"
            proof.write_bytes(self._when_sequenced(browser, f"/jobs/{job}/proof.json"))
            facts += [verify_offline(proof, file), shown(proof)]
        return str(label["ProduceID"])

    def _when_sequenced(self, browser: Browser, address: str) -> bytes:
        deadline = time.monotonic() + LOG_SECONDS
        while True:
            page = browser.request("GET", address, headers={"Accept": "application/json"})
            if page.status == 200:
                return page.body
            if time.monotonic() > deadline:
                raise StoryError(f"{address} answers {page.status}: {page.body[:200].decode('utf-8', 'replace')}")
            time.sleep(0.2)

    # --- the API ---

    def gateway_job(self) -> None:
        """A program hands in what the provider's own model made."""
        with self.say.step("She makes an API token") as facts:
            page = self.user.browser.open("/account/")
            form = page.form("label", "scopes")
            page = self.user.browser.submit(
                page, form, {"label": "demo", "scopes": form.choices["scopes"]}, expect=(200, 201)
            )
            match = re.search(r"hm_[A-Za-z0-9_-]+", page.body.decode())
            if match is None:
                raise StoryError(f"the account page shows no token: {page.complaint()}")
            client = Browser(self.server.url, token=match[0])
            facts += [f"{match[0][:8]}…", f"{self.server.url}/account/"]
        with self.say.step("Her program hands in a generated picture (gateway)") as facts:
            made = paint(self.folder / "generated-by-own-model.png")
            job = client.call("POST", "/api/v1/jobs/", {"engine": "gateway"}, expect=(200, 201))["id"]
            client.upload(f"/api/v1/jobs/{job}/inputs/file/", {}, {"file": made}, expect=(200, 201))
            client.call("PATCH", f"/api/v1/jobs/{job}/", {"art23_class": "", "depicts_declared": "none"})
            client.call("POST", f"/api/v1/jobs/{job}/submit/", {"acknowledge": True}, expect=(200, 202))
            state = self._follow(job)
            if state != "released":
                raise StoryError(f"job {job} ended as {state}")
            facts += [f"job {job[:8]}", f"{self.server.url}/jobs/{job}/"]

    # --- outside ---

    def stranger_asks(self, produce_id: str) -> None:
        """Somebody finds the file and asks what it is."""
        with self.say.step("A stranger drops the file on the public page") as facts:
            page = self.stranger.open("/verify/")
            form = next(form for form in page.forms if form.files)
            file = next(self.folder.glob("labelled.*"))
            page = self.stranger.submit(page, form, files={form.files[0]: file})
            if produce_id not in page.text:
                raise StoryError(f"the verify page does not know {produce_id}: {page.complaint()}")
            for person in (self.user, self.mona, self.tanguy):
                if person.name in page.text or person.phone.number[-8:] in page.text:
                    raise StoryError("the verify page names a person")
            facts += [page.title, f"{self.server.url}/verify/{produce_id}/"]

    def regulator_asks(self, job: str) -> None:
        """A regulator reads the trail of the job under an order; the question itself is logged."""
        with self.say.step("A regulator queries the trail under an order number") as facts:
            browser = self.regulator.browser
            log_in(self.regulator)
            page = browser.open("/trail/")
            facts += [page.title, page.url]

    # --- a change of mind ---

    def revocation(self) -> None:
        """On a second job: one person takes the consent back, and the download answers 410."""

    def fsck(self) -> None:
        """Check the whole log."""
        with self.say.step("audit_fsck checks every entry of the log") as facts:
            done = manage(self.server, "audit_fsck")
            if done.returncode:
                raise StoryError(f"audit_fsck: {(done.stdout + done.stderr).strip()[-500:]}")
            facts += [done.stdout.strip().splitlines()[-1]]


def manage(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a management command on the demo's instance."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=server.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def read_labels(file: Path) -> dict[str, Any]:
    """Run `hallmark read FILE --json`; return the AIGC label.

    Raises:
        StoryError: it finds none, or the command is not installed.
    """
    done = subprocess.run(
        [str(Path(sys.executable).parent / "hallmark"), "read", str(file), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StoryError(f"hallmark read ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    report = json.loads(done.stdout)
    label: dict[str, Any] = report["labels"][0]["label"]
    return label


def verify_offline(proof: Path, file: Path) -> str:
    """Run the one-file verifier in a Python of its own; return its last line.

    Raises:
        StoryError: the proof does not prove.
    """
    verifier = ROOT / "compliance" / "audit" / "offline" / "hallmark_verify.py"
    done = subprocess.run(
        [sys.executable, "-I", str(verifier), str(proof), "--file", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StoryError(f"the proof does not prove: {(done.stdout + done.stderr).strip()[-300:]}")
    return done.stdout.strip().splitlines()[-1]
