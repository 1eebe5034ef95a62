"""The second walk: the whole story of one picture, from the ID card to the regulator, every name in it a canary."""

import io
import re
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from PIL import Image

from accounts.people.services.tokens import TRAIL_READ, token_issue
from compliance.audit.actor import system
from compliance.audit.sequencer import sequence_and_sign
from compliance.review.models import Hold
from compliance.rules.documents import id_check_character
from media_jobs.jobs.models import Job, Release
from media_jobs.pipeline.runner import run_job
from tests.media_jobs.story import ART23_FACES, MONA_LISA, camera_exif
from tests.personas import CommittingClient, Outbox, Personas, client_for

NAME = "甘雀儿"
OTHER_NAME = "丹雀影"
ORGANISATION = "金丝雀传媒"
_ID = "99999919900101011"
ID_NUMBER = _ID + id_check_character(_ID)
SUBJECT_PHONE = "+8613900139771"
FILE_NAME = f"{OTHER_NAME}在海边.jpg"
PURPOSE = f"{OTHER_NAME}的画展海报"
QUESTION = f"请问{OTHER_NAME}同意了吗？"
# Not the organisation: a registered name is public, and no person's.
ANSWER = f"{OTHER_NAME}同意了"
CANARIES = (NAME, OTHER_NAME, ID_NUMBER, SUBJECT_PHONE)
PAGE_TEXT = re.compile(r'name="(reminder_version|inform_version|text_hash)" value="([0-9a-f]{64})"')


class Story:
    """The browsers of everybody in the story, and what they have found so far."""

    def __init__(self, personas: Personas, outbox: Outbox) -> None:
        self.cast, self.outbox = personas, outbox
        self.user = personas.client("anna")
        self.officer = personas.client("officer")
        self.subject = CommittingClient()
        self.path = self.receipt = ""
        self.file = b""

    @property
    def job(self) -> Job:
        return Job.objects.get()

    def work(self) -> None:
        """Let the worker do what it can; what it sends after its commit is sent."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            run_job(self.job.pk)


def prove_who_you_are(story: Story) -> None:
    story.user.post("/identity/id_card/", {"name": OTHER_NAME, "number": ID_NUMBER})  # somebody else's name first
    story.user.post("/identity/id_card/", {"name": NAME, "number": "110105194912310029"})  # not in the sandbox
    story.user.post("/identity/id_card/", {"name": NAME, "number": ID_NUMBER})
    assert story.user.get("/jobs/new/").status_code in (200, 302)


def verify_the_organisation(story: Story) -> None:
    story.user.post("/organisation/create/", {"name": ORGANISATION, "uscc": "91350100M000100Y43"})
    story.user.post("/identity/organisation/", {"name": ORGANISATION, "number": "91350100M000100Y43"})
    story.user.get("/identity/")


def accept_the_texts(story: Story) -> None:
    page = story.user.get("/agreements/").content.decode()
    fields = dict(re.findall(r'<input[^>]*name="([a-z_0-9-]+)"[^>]*value="([^"]*)"', page))
    story.user.post("/agreements/", fields)


def upload(story: Story) -> None:
    story.path = story.user.post("/jobs/new/", {"engine": "gateway"})["Location"]
    data = io.BytesIO()
    Image.open(MONA_LISA).convert("RGB").save(data, "JPEG", quality=85, exif=camera_exif())
    picture = SimpleUploadedFile(FILE_NAME, data.getvalue(), content_type="image/jpeg")
    story.user.post(f"{story.path}inputs/file/", {"file": picture})
    story.user.post(f"{story.path}declare/", {"art23_class": ART23_FACES, "depicts_declared": "persons"})
    assert FILE_NAME in story.user.get(story.path).content.decode()


def name_who_is_shown(story: Story) -> None:
    upload_id = story.job.uploads.get().pk
    story.user.post(f"/consent/uploads/{upload_id}/people/", {"name": OTHER_NAME, "phone": SUBJECT_PHONE})
    story.user.post(f"/consent/jobs/{story.job.pk}/ask/", {"purpose": PURPOSE, "publish": "1"})
    assert OTHER_NAME in story.user.get(story.path).content.decode()


def hand_it_in(story: Story) -> None:
    page = story.user.get(story.path).content.decode()
    story.user.post(f"{story.path}submit/", {**dict(PAGE_TEXT.findall(page)), "reminder": "1", "inform": "1"})
    story.work()
    assert story.job.state == "awaiting_consent", (story.job.state, story.job.reason_code)


def prove_the_number(story: Story) -> None:
    story.subject.post(story.outbox.link(SUBJECT_PHONE))
    story.subject.post("/c/code/", {"code": "000000"})


def agree(story: Story) -> None:
    answer = story.subject.post("/c/code/", {"code": story.outbox.code(SUBJECT_PHONE)})
    page = story.subject.get(answer["Location"])
    assert PURPOSE in page.content.decode()
    fields = dict(PAGE_TEXT.findall(page.content.decode()))
    answer = story.subject.post(answer["Location"], {**fields, "edit": "1", "publish": "1", "answer": "agree"})
    story.receipt = answer["Location"]
    assert story.subject.get(story.receipt).status_code == 200
    story.subject.get(f"{story.receipt.rstrip('/')}.json")


def be_held(story: Story) -> None:
    story.work()
    assert story.job.state == "held", (story.job.state, story.job.reason_code)
    hold = f"/officer/holds/{Hold.objects.get().pk}/"
    story.officer.get(hold)
    story.officer.post(f"{hold}ask/", {"text": QUESTION})
    story.user.post(f"{story.path}answer/", {"text": ANSWER})
    assert OTHER_NAME in story.officer.get(hold).content.decode()


def be_let_go_on(story: Story) -> None:
    for _ in range(3):
        if story.job.state == "held":
            hold = Hold.objects.get(state="open").pk
            story.officer.post(f"/officer/holds/{hold}/release/", {"explanation": f"{OTHER_NAME}已同意"})
            story.work()
    assert story.job.state == "released", (story.job.state, story.job.reason_code)


def download(story: Story) -> None:
    answer = story.user.get(f"{story.path}download/")
    story.file = b"".join(answer.streaming_content)
    sequence_and_sign()
    assert story.user.get(f"{story.path}proof.json").status_code == 200


def ask_what_it_is(story: Story) -> None:
    stranger = CommittingClient(REMOTE_ADDR="203.0.113.9")
    found = SimpleUploadedFile(FILE_NAME, story.file, content_type="image/jpeg")
    page = stranger.post("/verify/", {"file": found}).content
    assert Release.objects.get().work.produce_id.encode() in page
    assert not any(name.encode() in page for name in CANARIES)


def look_under_an_order(story: Story) -> None:
    regulator = client_for(story.cast.regulator)
    regulator.post("/regulator/", {"number": "网信检〔2026〕17号", "basis": "provisions-21"})
    page = regulator.get("/trail/", {"job": str(story.job.pk)}).content
    assert str(story.job.pk).encode() in page
    assert not any(name.encode() in page for name in CANARIES)
    _row, secret = token_issue(actor=system("test"), user=story.cast.regulator, label="api", scopes=[TRAIL_READ])
    program = CommittingClient(headers={"Authorization": f"Bearer {secret}"})
    answer = program.get("/api/v1/events/", {"order": "网信检〔2026〕17号", "limit": "500"}).content.decode()
    assert str(story.job.pk) in answer
    assert not any(name in answer for name in CANARIES)


def take_it_back(story: Story) -> None:
    story.subject.post(f"{story.receipt}revoke/")
    assert story.job.state == "withdrawn"
    assert story.user.get(f"{story.path}download/").status_code == 410


def export_it_all(story: Story) -> None:
    mine = story.user.post("/account/export/").json()
    assert next((row["name"], row["number"]) for row in mine["identity"]["documents"]) == (NAME, ID_NUMBER)
    assert {row["verdict"] for row in mine["identity"]["attempts"]} >= {"match"}
    assert [row["name"] for row in mine["uploads"]] == [FILE_NAME]
    assert mine["consent"] == [
        {
            "job": str(story.job.pk),
            "purpose": PURPOSE,
            "people": [
                {
                    "name": OTHER_NAME,
                    "phone": "139****9771",
                    "pictures": ["file"],
                    "answer": "no",
                    "asked_at": mine["consent"][0]["people"][0]["asked_at"],
                }
            ],
        }
    ]
    assert [row["text"] for hold in mine["review"] for row in hold["messages"]] == [QUESTION, ANSWER]
    assert mine["jobs"][0]["release"]["withdrawn_at"]
    assert {row["text"] for row in mine["accepted_texts"]} >= {"rules"}
    theirs = story.cast.client("berta").post("/account/export/").content.decode()
    assert not any(name in theirs for name in (NAME, OTHER_NAME, str(story.job.pk)))
    sequence_and_sign()


STORY: list[Callable[[Story], None]] = [
    prove_who_you_are,
    verify_the_organisation,
    accept_the_texts,
    upload,
    name_who_is_shown,
    hand_it_in,
    prove_the_number,
    agree,
    be_held,
    be_let_go_on,
    download,
    ask_what_it_is,
    look_under_an_order,
    take_it_back,
    export_it_all,
]
