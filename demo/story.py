"""The story, told through HTTP against the running platform, as browsers and API clients would."""

import hashlib
import json
import re
import shutil
import tempfile
import time
from pathlib import Path

from demo import jobs
from demo.browser import Browser
from demo.checks import manage, read_label, verify_offline
from demo.console import Narrator, StoryError, shown
from demo.picture import paint
from demo.seats import Person, accept_policies, log_in, new_number, prove_identity, sign_up
from demo.server import Server

FACES = Path(__file__).resolve().parent / "faces"
PORTRAITS = {"source": FACES / "leonardo_mona_lisa.png", "target": FACES / "van_gogh_pere_tanguy.png"}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
ORDER_NUMBER = "网信调〔2026〕017号"
OTHER_IMAGE = "23.1(5)"  # Provisions Art. 23(1)(5): made or edited picture that is not of a face
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
        # Two fictional estates speak for the painted sitters.
        self.mona = Person.of(server, "乔宫达遗产会", new_number(server))
        self.tanguy = Person.of(server, "唐吉遗产会", new_number(server))
        self.stranger = Browser(server.url)
        # For `make shots`: who can be looked at in this data.
        people = {"user": self.user, "subject": self.mona, "other": self.tanguy}
        cast = {name: person.phone.number for name, person in people.items()}
        (self.folder / "cast.json").write_text(json.dumps(cast), encoding="utf-8")

    def tell(self) -> None:
        """Tell it whole.

        Raises:
            StoryError, BrowserError: a step did not end as it should.
        """
        self.say.chapter("Who")
        self.onboarding()
        self.say.chapter("A face blend, with two people asked")
        job = self.request_blend()
        self.consents()
        jobs.finish(self.say, self.user, self.officer, job)
        produce_id = self.download(job)
        self.say.chapter("The provider's own model, through the API")
        self.gateway_job()
        self.say.chapter("A stranger and a regulator")
        self.stranger_asks(produce_id)
        self.regulator_asks(job)
        self.say.chapter("A change of mind")
        self.revocation()
        self.fsck()

    def at(self, path: str) -> str:
        """Return the whole address."""
        return f"{self.server.url}{path}"

    # --- who ---

    def onboarding(self) -> None:
        """Invite, sign up, be refused, prove, accept."""
        browser = self.user.browser
        with self.say.step("Staff invites a user") as facts:
            log_in(self.staff)
            page = self.staff.browser.open("/staff/invitations/")
            form = page.form("phone", action="/staff/invitations/send/")
            self.staff.browser.submit(page, form, {"phone": self.user.phone.number})
            invitation = self.user.phone.link("/i/")
            facts += [f"text message to {self.user.masked}", self.at("/staff/invitations/")]
        with self.say.step("She signs up by a code and accepts the invitation") as facts:
            browser.open(invitation)
            sign_up(self.user)
            page = browser.open(invitation)
            browser.submit(page, page.form(action="/accept/"))
            page = browser.open("/account/")
            form = page.form("display_name")
            browser.submit(page, form, {"display_name": self.user.name})
            facts += [self.at("/account/")]
        with self.say.step("She tries to start a job before proving who she is") as facts:
            page = browser.open("/jobs/new/", expect=403)
            if "identity.required" not in page.text:
                raise StoryError(f"the refusal does not say why: {page.complaint()}")
            facts += ["403 identity.required", self.at("/jobs/new/")]
        with self.say.step("She proves her identity (sandbox, ID card)") as facts:
            page = prove_identity(self.user)
            facts += [page.url]
        with self.say.step("She reads and accepts the house rules") as facts:
            facts += [f"{accept_policies(self.user)} texts", self.at("/agreements/")]

    # --- the blend ---

    def request_blend(self) -> str:
        """Create the job, upload both portraits, name both persons, submit; return the job's id."""
        with self.say.step("She uploads two painted portraits and names who speaks for each sitter") as facts:
            for role, portrait in PORTRAITS.items():
                shutil.copy(portrait, self.folder / f"photograph-{role}.png")
            page = jobs.draft_blend(self.user, PORTRAITS, [self.mona, self.tanguy])
            facts += [page.url]
        with self.say.step("She acknowledges the reminders and submits") as facts:
            job = jobs.submit(self.user, page, depicts="persons")
            self._until(job, "awaiting_consent")
            facts += ["the job waits for two consents", f"job {job}"]
        return job

    def _until(self, job: str, state: str) -> None:
        deadline = time.monotonic() + jobs.JOB_SECONDS
        while (found := jobs.describe(self.user.browser, job)["state"]) != state:
            if time.monotonic() > deadline or found in jobs.SETTLED:
                raise StoryError(f"job {job} is {found}, not {state}")
            time.sleep(0.1)

    def consents(self) -> None:
        """Both depicted persons open their links, prove their numbers, agree, keep their receipts."""
        for role, person in (("source", self.mona), ("target", self.tanguy)):
            with self.say.step(f"{person.name} opens the link, proves the number, agrees") as facts:
                receipt = jobs.grant(person)
                file = self.folder / f"consent-receipt-{role}.json"
                file.write_bytes(person.browser.open(f"/c/receipt/{receipt}.json").body)
                facts += [f"receipt {receipt}", shown(file)]

    def download(self, job: str) -> str:
        """Download, read the label with another program, prove the release offline; return the ProduceID."""
        browser = self.user.browser
        with self.say.step("She downloads the labelled file") as facts:
            page = browser.open(f"/jobs/{job}/download/")
            file = self.folder / f"labelled{SUFFIXES[page.headers['Content-Type']]}"
            file.write_bytes(page.body)
            digest = hashlib.sha256(page.body).hexdigest()
            if jobs.describe(browser, job)["release"]["sha256"] != digest:
                raise StoryError("the downloaded bytes are not those that were released")
            facts += [shown(file), f"sha256 {digest[:16]}…"]
        with self.say.step("`hallmark read` finds the label, without the platform") as facts:
            label = read_label(file)
            facts += [f"Label {label['Label']}", label["ContentProducer"], label["ProduceID"]]
        with self.say.step("The offline verifier proves the release") as facts:
            proof = self.folder / "proof.json"
            proof.write_bytes(self._when_sequenced(browser, f"/jobs/{job}/proof.json"))
            facts += [verify_offline(proof, file, self._log_key()), shown(proof)]
        return str(label["ProduceID"])

    def _when_sequenced(self, browser: Browser, address: str) -> bytes:
        """Return the proof once the sequencer has given the entry its place and signed a checkpoint over it."""
        deadline = time.monotonic() + LOG_SECONDS
        while True:
            page = browser.request("GET", address, headers={"Accept": "application/json"})
            if page.status == 200:
                return page.body
            if time.monotonic() > deadline:
                said = json.loads(page.body)["error"]["message"]
                raise StoryError(
                    f"{address} answers {page.status} after {LOG_SECONDS:.0f} s: {said} See sequencer.log."
                )
            time.sleep(0.2)

    def _log_key(self) -> str:
        """Return the log's verifier key, which the provider publishes."""
        return self.stranger.open("/log/vkey").body.decode().strip()

    # --- the API ---

    def gateway_job(self) -> None:
        """A program hands in what the provider's own model made."""
        browser = self.user.browser
        with self.say.step("She makes an API token") as facts:
            page = browser.open("/account/")
            form = page.form("label", "scopes")
            page = browser.submit(page, form, {"label": "demo", "scopes": form.choices["scopes"]}, expect=(200, 201))
            match = re.search(r"hm_[A-Za-z0-9_-]+", page.text)
            if match is None:
                raise StoryError(f"the account page shows no token: {page.complaint()}")
            client = Browser(self.server.url, token=match[0])
            facts += [f"{match[0][:8]}…", self.at("/account/")]
        with self.say.step("Her program hands in a generated picture: engine gateway") as facts:
            wanted = {"engine": "gateway", "art23_class": OTHER_IMAGE, "depicts": "none"}
            job = client.call("POST", "/api/v1/jobs/", wanted, expect=201)["id"]
            # The unlabelled picture stays nowhere but in the working store, whatever happens next.
            with tempfile.TemporaryDirectory() as own_model:
                made = paint(Path(own_model) / "generated.jpg")
                client.upload(f"/api/v1/jobs/{job}/inputs/file/", {}, {"file": made}, expect=201)
            versions = {
                f"{name}_version": shown_text["version"]
                for name, shown_text in jobs.describe(client, job)["to_acknowledge"].items()
            }
            client.call("POST", f"/api/v1/jobs/{job}/submit/", versions, expect=202)
            state = jobs.follow(self.say, client, job)
            if state != "released":
                raise StoryError(f"job {job} ended as {state}: {jobs.describe(client, job).get('reason')}")
            answer = client.request("GET", f"/api/v1/jobs/{job}/download/", expect=200)
            file = self.folder / f"labelled-gateway{SUFFIXES[answer.headers['Content-Type']]}"
            file.write_bytes(answer.body)
            facts += [read_label(file)["ProduceID"], shown(file)]

    # --- outside ---

    def stranger_asks(self, produce_id: str) -> None:
        """Somebody finds the file and asks what it is."""
        with self.say.step("A stranger drops the file on the public page") as facts:
            page = self.stranger.open("/verify/")
            form = page.form("file")
            page = self.stranger.submit(page, form, files={"file": next(self.folder.glob("labelled.*"))})
            if produce_id not in page.text:
                raise StoryError(f"the verify page does not know {produce_id}: {page.complaint()}")
            for person in (self.user, self.mona, self.tanguy):
                if person.name in page.text or person.phone.number[-11:] in page.text:
                    raise StoryError("the verify page names a person")
            facts += [page.title, self.at(f"/verify/{produce_id}/")]

    def regulator_asks(self, job: str) -> None:
        """A regulator reads the trail of the job under an order; the question itself is in the log."""
        browser = self.regulator.browser
        with self.say.step("A regulator enters an order and reads the job's trail") as facts:
            log_in(self.regulator)
            page = browser.open("/regulator/")
            form = page.form("number", "basis")
            basis = next(value for value in form.choices["basis"] if value)
            browser.submit(page, form, {"number": ORDER_NUMBER, "basis": basis})
            page = browser.open(f"/trail/?job={job}")
            entries = {href for href, _ in page.links if re.fullmatch(r"/trail/[0-9A-Za-z_-]{8,}/", href)}
            if not entries:
                raise StoryError(f"the trail of job {job} is empty: {page.complaint()}")
            facts += [f"order {ORDER_NUMBER}", f"{len(entries)} entries", page.url]
        with self.say.step("The officer finds that very query in the log") as facts:
            facts += [self.at(self._logged("regulator.queried"))]

    def _logged(self, event: str) -> str:
        """Return the address of the newest entry of that event, once the sequencer has given it its place."""
        deadline = time.monotonic() + LOG_SECONDS
        while time.monotonic() < deadline:
            page = self.officer.browser.open(f"/trail/?type={event}")
            for href, _ in page.links:
                if re.fullmatch(r"/trail/[0-9A-Za-z_-]{8,}/", href):
                    return href
            time.sleep(0.2)
        raise StoryError(f"{event} is not in the log")

    # --- a change of mind ---

    def revocation(self) -> None:
        """On a second job, so that the first one's files stay: a consent is taken back, the download answers 410."""
        with self.say.step("She asks both again, for a second picture; both agree") as facts:
            page = jobs.draft_blend(self.user, PORTRAITS, [self.mona, self.tanguy])
            job = jobs.submit(self.user, page, depicts="persons")
            receipts = [jobs.grant(person) for person in (self.mona, self.tanguy)]
            facts += [self.at(f"/jobs/{job}/")]
        jobs.finish(self.say, self.user, self.officer, job)
        with self.say.step(f"{self.tanguy.name} takes the consent back: the download answers 410") as facts:
            jobs.revoke(self.tanguy, receipts[1])
            page = self.user.browser.open(f"/jobs/{job}/download/", expect=410)
            facts += [f"receipt {receipts[1]}", self.at(f"/jobs/{job}/")]

    def fsck(self) -> None:
        """Check the whole log."""
        with self.say.step("audit_fsck checks every entry of the log") as facts:
            done = manage(self.server, "audit_fsck")
            if done.returncode:
                raise StoryError(f"audit_fsck: {(done.stdout + done.stderr).strip()[-500:]}")
            facts += [" ".join(done.stdout.strip().splitlines()[-1].split(", root")[0].split())]
