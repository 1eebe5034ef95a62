"""Law 2, walked: every service that changes something leaves its event in the same transaction, or changes nothing.

Each service is called twice against a database that really commits. First by an actor that the log cannot hold, so that
recording fails: nothing may be left behind. Then properly: every committed transaction that touched a table of the
house must also have written to the log's outbox. A new service that no line here calls is a failure.
"""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, connection, models, transaction
from django.utils import timezone

from accounts.identity import services as identity
from accounts.people.actors import actor_for
from accounts.people.models import Membership, User
from accounts.people.services import accounts, invitations, keys, organisations, regulators, tokens
from compliance.audit import services as audit
from compliance.audit.actor import Actor, system
from compliance.consent import notice
from compliance.consent import services as consents
from compliance.consent.models import ConsentRequest, Silence, Subject
from compliance.register import services as register
from compliance.regulator import services as regulator
from compliance.review import services as review
from compliance.review.checks import Verdict
from compliance.review.models import UnlabelledSupply
from compliance.rules.documents import id_check_character
from compliance.rules.errors import DomainError
from compliance.switches import services as switches
from media_jobs.handover import services as handover
from media_jobs.handover.models import Handover
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job, Work
from media_jobs.jobs.states import State
from media_jobs.pipeline import services as pipeline
from media_jobs.pipeline import wording, working
from media_jobs.uploads import services as uploads
from media_jobs.uploads.models import Upload
from tests.media_jobs.ready import make_ready
from tests.media_jobs.story import ART23_SCENES, gateway_draft, media, picture, placed_draft, placed_release, submit
from tests.personas import Outbox, Personas

__all__ = ["media"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
WORKER = system("pipeline")
_WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Counters, codes and the log itself: they hold nothing that happened to anybody.
_HOUSEKEEPING = re.compile(r"audit_|django_|people_ratebucket|people_onetimecode")
# Why a function with an actor is not called here.
EXEMPT = {
    "compliance.audit.record": "is the log",
    "compliance.consent.move": "part of the services of its room, inside their transaction",
}


class Ledger:
    """What was committed: one list of tables per transaction."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self._open: tuple[list[str], Callable[[], None]] | None = None

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if found := _WRITE.match(sql):
            self._note(found[1])
        return result

    def _note(self, table: str) -> None:
        if not connection.in_atomic_block:
            self.committed.append([table])
            return
        waiting = [entry[1] for entry in connection.run_on_commit]
        if self._open is None or self._open[1] not in waiting:
            tables: list[str] = []

            def commit() -> None:
                self.committed.append(tables)

            self._open = (tables, commit)
            transaction.on_commit(commit)
        self._open[0].append(table)

    def touching(self, since: int) -> list[list[str]]:
        """Return the transactions since then that changed something of the house."""
        return [group for group in self.committed[since:] if any(not _HOUSEKEEPING.match(table) for table in group)]

    def events(self, since: int) -> int:
        """Return how many events were committed since then."""
        return sum(group.count("audit_outbox") for group in self.committed[since:])


class Walk:
    """Calls services and remembers which."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.walked: set[str] = set()

    def __call__(self, service: Callable[..., Any], /, *, events: int = 1, **arguments: Any) -> Any:
        name = _name(service.__module__, service.__name__)
        actor: Actor = arguments.pop("actor")
        start = len(self.ledger.committed)
        # PostgreSQL itself refuses the id where the service keeps it in a column of its own.
        with pytest.raises((ValueError, DomainError, DataError)):
            service(actor=Actor(actor.kind, "x" * 65), **arguments)
        assert self.ledger.touching(start) == [], f"{name} left a change without its event"
        for argument in arguments.values():
            if isinstance(argument, models.Model):
                argument.refresh_from_db()
        start = len(self.ledger.committed)
        result = service(actor=actor, **arguments)
        for group in self.ledger.touching(start):
            assert "audit_outbox" in group, f"{name} changed {group} in a transaction without an event"
        assert self.ledger.events(start) == events, f"{name} left {self.ledger.events(start)} events"
        self.walked.add(name)
        return result


def _name(module: str, function: str) -> str:
    room = module.partition(".services")[0]
    return f"{room}.{function}"


def every_service() -> set[str]:
    """Return every public function of a services module that takes an actor, by room and name."""
    found = set()
    for file in [*ROOT.glob("*/*/services.py"), *ROOT.glob("*/*/services/*.py")]:
        room = ".".join(file.relative_to(ROOT).parts[:2])
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            takes = isinstance(node, ast.FunctionDef) and any(a.arg == "actor" for a in node.args.kwonlyargs)
            if isinstance(node, ast.FunctionDef) and takes and not node.name.startswith("_"):
                found.add(f"{room}.{node.name}")
    return found


@pytest.fixture
def walk(personas: Personas, media: Path, outbox: Outbox) -> Iterator[Walk]:
    ledger = Ledger()
    with connection.execute_wrapper(ledger):
        yield Walk(ledger)


def test_every_service_leaves_its_event(walk: Walk, personas: Personas, outbox: Outbox) -> None:
    _people(walk, personas, outbox)
    _identity(walk, personas)
    make_ready(personas.berta, number=1)
    _register(walk, personas)
    _jobs(walk, personas)
    _drafts(walk, personas)
    _unlabelled(walk, personas)
    _handover(walk, personas)
    _consent(walk, personas)
    _review(walk, personas)
    order = walk(
        regulator.order_open,
        actor=actor_for(personas.regulator),
        regulator=personas.regulator,
        number="7",
        basis="provisions-21",
    )
    walk(regulator.query_record, actor=actor_for(personas.regulator), order=order, filters={"job": "1"}, returned=0)

    assert walk.walked | set(EXEMPT) == every_service()


def _people(walk: Walk, personas: Personas, outbox: Outbox) -> None:
    anna, admin1, admin2 = personas.anna, personas.admin1, personas.admin2
    me = actor_for(anna)
    walk(accounts.account_open, actor=me, phone="+8613911110061")
    walk(accounts.phone_set, actor=me, user=anna, phone="+8613911110062", verified=True)
    walk(accounts.email_changed, actor=me, user=anna)
    walk(accounts.login_note, actor=me, user=anna, channel="phone")
    walk(accounts.profile_change, actor=me, user=anna, display_name="安娜", language="en")
    walk(accounts.sessions_end, actor=me, user=anna)
    walk(accounts.account_export, actor=me, user=anna)
    token, _secret = walk(tokens.token_issue, actor=me, user=anna, label="x", scopes=["jobs.read"])
    walk(tokens.token_revoke, actor=me, token=token)
    firm = walk(organisations.organisation_create, actor=me, user=anna, name="示例公司")
    invited = walk(
        invitations.invitation_send, actor=me, inviter=anna, phone="13800138102", organisation=firm, role="user"
    )
    walk(invitations.invitation_resend, actor=me, invitation=invited)
    berta = personas.berta
    link = outbox.link(berta.phone).split("/")[2]
    walk(invitations.invitation_accept, actor=actor_for(berta), user=berta, token=link, events=2)
    walk(organisations.organisation_leave, actor=actor_for(berta), user=berta)
    other = walk(invitations.invitation_send, actor=actor_for(admin1), inviter=admin1, phone="13911110063")
    walk(invitations.invitation_revoke, actor=actor_for(admin1), invitation=other)
    letter = {
        "authority": "cac",
        "region": "福建",
        "letter_number": "1",
        "letter_reference": "档案",
        "holder_name": "林某",
    }
    for number, decide in (("13911110064", regulators.regulator_open), ("13911110065", regulators.regulator_decline)):
        row = walk(
            regulators.regulator_propose,
            actor=actor_for(admin1),
            administrator=admin1,
            holder_phone=number,
            **letter,
        )
        count = 2 if decide is regulators.regulator_open else 1  # the account is opened too
        walk(decide, actor=actor_for(admin2), administrator=admin2, appointment=row, events=count)
    walk(keys.vault_rotate, actor=system("keys"))
    assert not Membership.objects.filter(user=berta).exists()


def _identity(walk: Walk, personas: Personas) -> None:
    anna, staff = personas.anna, actor_for(personas.staff)
    walk(identity.mobile_code_send, actor=actor_for(anna), user=anna)
    body = "99999919900101010"
    number = body + id_check_character(body)
    walk(identity.verify, actor=actor_for(anna), user=anna, channel="id_card", name="张三", number=number)
    walk(identity.attempts_reset, actor=staff, user=anna)
    walk(identity.document_release, actor=staff, user=anna, kind="resident_id", reason="别人的号码")


def _register(walk: Walk, personas: Personas) -> None:
    staff, anna = actor_for(personas.staff), personas.anna
    offered = walk(register.service_add, actor=staff, name="甲", description="x", engines=["gateway"])
    walk(register.service_set_active, actor=staff, service=offered, active=False)
    walk(register.reminder_send, actor=staff, user=anna)
    walk(register.policies_accept, actor=actor_for(anna), user=anna, events=3)
    officer = actor_for(personas.officer)
    walk(switches.switch_set, actor=officer, name="publication", stopped=True, order_number="1")
    walk(switches.switch_set, actor=officer, name="publication", stopped=False, order_number="1")


def _jobs(walk: Walk, personas: Personas) -> None:
    berta = personas.berta
    me = actor_for(berta)
    draft = walk(jobs.job_create, actor=me, owner=berta, engine="gateway")
    walk(jobs.job_configure, actor=me, job=draft, art23_class=ART23_SCENES, depicts_declared="none")
    walk(jobs.job_discard, actor=me, job=draft)
    job = placed_draft(berta)
    walk(jobs.job_submit, actor=me, job=job, engine_version="1", reminder_version="r")
    job.refresh_from_db()
    token = {"lease_owner": "t"}
    for state in (State.INPUT_REVIEW, State.SYNTHESIS, State.OUTPUT_REVIEW, State.LABELLING, State.READ_BACK):
        _lease(job)
        walk(jobs.job_move, actor=WORKER, job=job, to=state, **token)
        job.refresh_from_db()
    _lease(job)
    job.refresh_from_db()
    source = Path(job.uploads.get().absolute_path)
    digest, work = working.sha256(source), Work.objects.get(job=job)
    file = jobs.ReleaseFile(
        path=working.publish(source, produce_id=work.produce_id, sha256=digest),
        sha256=digest,
        size=source.stat().st_size,
        mime="image/jpeg",
        width=1,
        height=1,
        label_text="x",
        provider_code="x",
        report={},
    )
    walk(jobs.job_release, actor=WORKER, job=job, **token, file=file)
    job.refresh_from_db()
    walk(pipeline.download_open, actor=me, user=berta, job=job)
    subject = Actor("subject", str(berta.pk))
    walk(jobs.release_withdraw, actor=subject, job_id=job.pk, reason_code="consent.revoked")
    walk(pipeline.job_withdraw, actor=me, job=placed_release(berta))
    walk(jobs.job_cancel, actor=me, job=submit(placed_draft(berta)))
    for retry in (jobs.job_retry, pipeline.job_retry):
        failed = submit(placed_draft(berta))
        _lease(failed)
        failed.refresh_from_db()
        jobs.job_move(actor=WORKER, job=failed, to=State.FAILED, reason_code="pipeline.storage", **token)
        failed.refresh_from_db()
        extra = {"user": berta} if retry is pipeline.job_retry else {}
        walk(retry, actor=me, job=failed, **extra)


def _unlabelled(walk: Walk, personas: Personas) -> None:
    berta, officer = personas.berta, personas.officer
    me, them = actor_for(berta), actor_for(officer)
    duty = {"purpose": "x", "agreement_sha256": "a" * 64, "duty_version": "d" * 64}
    for decide in (review.unlabelled_approve, review.unlabelled_refuse):
        job = placed_draft(berta)
        request = walk(review.unlabelled_request, actor=me, job=job, applicant=berta, **duty)
        walk(decide, actor=them, officer=officer, request=request, reason="x")
        if decide is review.unlabelled_approve:
            walk(review.supply_record, actor=me, request=request, recipient=berta, sha256="0" * 64, work="w")
            UnlabelledSupply.objects.update(at=timezone.now() - timedelta(days=200))
            walk(review.supplies_forget, actor=system("sweeper"))
            walk(review.unlabelled_withdraw, actor=me, request=request)


def _handover(walk: Walk, personas: Personas) -> None:
    berta = personas.berta
    me = actor_for(berta)
    made = walk(handover.handover_make, actor=me, user=berta, file=picture(size=(320, 240)), declared=True)
    walk(handover.handover_fetch, actor=me, handover=made)
    Handover.objects.update(expires_at=timezone.now())
    walk(handover.expired_sweep, actor=system("handover"))


def _drafts(walk: Walk, personas: Personas) -> None:
    berta = personas.berta
    me = actor_for(berta)
    draft = walk(pipeline.draft_create, actor=me, user=berta, engine="gateway")
    walk(pipeline.draft_declare, actor=me, job=draft, art23_class=ART23_SCENES, depicts_declared="none")
    upload = walk(pipeline.input_store, actor=me, job=draft, role="file", file=picture(), events=2)  # and its faces
    walk(pipeline.input_remove, actor=me, upload=upload)
    upload = walk(uploads.upload_store, actor=me, job=draft, role="file", file=picture())
    walk(uploads.faces_set, actor=me, upload=upload, faces=[])
    copy = walk(pipeline.draft_duplicate, actor=me, user=berta, job=draft, events=3)  # the draft, its file, its faces
    walk(uploads.upload_remove, actor=me, upload=Upload.objects.get(job=copy))
    walk(pipeline.draft_discard, actor=me, job=copy)
    full = gateway_draft(berta)
    texts = pipeline.Acknowledged(wording.version(wording.REMINDER), wording.version(wording.INFORM))
    handed = walk(pipeline.job_submit, actor=me, user=berta, job=full, acknowledged=texts)
    walk(pipeline.job_cancel, actor=me, job=handed)
    (working.root() / "uploads" / "orphan.part").write_bytes(b"x")
    walk(uploads.sweep_orphans, actor=system("sweeper"), older_than=timedelta(seconds=-60))


def _lease(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_owner="t", lease_until=timezone.now() + timedelta(minutes=1))


def _asked(walk: Walk, berta: User, *, first: bool = False) -> ConsentRequest:
    """Return a question that waits for an answer, through the services."""
    me = actor_for(berta)
    job = placed_draft(berta, faces=1, depicts="persons")
    upload = Upload.objects.get(job=job)
    phone = f"+86139111107{ConsentRequest.objects.count():02d}"
    if first:
        person = walk(consents.depicted_add, actor=me, upload=upload, name="丽莎", phone=phone)
        walk(consents.depicted_remove, actor=me, person=person)
        walk(consents.ask_set, actor=me, job=job, purpose="海报", publish=False)
    consents.depicted_add(actor=me, upload=upload, name="丽莎", phone=phone)
    consents.ask_set(actor=me, job=job, purpose="海报", publish=False)
    job = submit(job)
    if first:
        walk(consents.requests_send, actor=me, job=job)
    else:
        consents.requests_send(actor=me, job=job)
    _lease(job)
    job.refresh_from_db()
    jobs.job_move(actor=WORKER, job=job, to=State.AWAITING_CONSENT, lease_owner="t")
    return ConsentRequest.objects.get(job=job)


def _consent(walk: Walk, personas: Personas) -> None:
    berta = personas.berta
    asked = _asked(walk, berta, first=True)
    person = Actor("subject", str(asked.subject_id))
    walk(consents.request_open, actor=person, request=asked)
    asked.refresh_from_db()
    shown = notice.build(asked, language="en")
    consent = walk(
        consents.grant,
        actor=person,
        request=asked,
        edit=True,
        publish=False,
        text_hash=shown.text_hash,
        language="en",
        events=2,  # and the job goes on
    )
    walk(consents.revoke, actor=person, consent=consent, events=2)  # and the job ends
    asked = _asked(walk, berta)
    person = Actor("subject", str(asked.subject_id))
    walk(consents.silence, actor=person, request=asked, scope="asker")
    walk(consents.unsilence, actor=person, wish=Silence.objects.get())
    walk(consents.decline, actor=person, request=asked, events=3)  # the wish for silence, and the job ends
    asked = _asked(walk, berta)
    walk(jobs.consents_settled, actor=Actor("subject", str(asked.subject_id)), job_id=asked.job_id)
    walk(consents.requests_cancel, actor=actor_for(berta), job=asked.job)
    asked = _asked(walk, berta)
    walk(
        jobs.consent_refused,
        actor=Actor("subject", str(asked.subject_id)),
        job_id=asked.job_id,
        reason_code="consent.declined",
    )
    _asked(walk, berta)
    late = timezone.now() + timedelta(days=60)
    walk(consents.expire_and_remind, actor=system("sweeper"), now=late, events=3)  # two questions, one waiting job
    text = audit.Disclosure.objects.order_by("event_id").first()
    assert text is not None
    walk(audit.erase, actor=actor_for(personas.admin1), event_id=text.event_id)
    assert Subject.objects.exists()


def _review(walk: Walk, personas: Personas) -> None:
    officer, berta = actor_for(personas.officer), personas.berta
    for decide in (review.hold_release, review.hold_reject, review.hold_lapse):
        job = submit(placed_draft(berta))
        verdict = Verdict("hold", "review.face_not_declared", "review.face_not_declared", {})
        walk(review.review_record, actor=WORKER, job=job, phase="input", verdict=verdict)
        hold = walk(review.hold_open, actor=WORKER, job=job, phase="input", reason=verdict.reason)
        Job.objects.filter(pk=job.pk).update(state="held", reason_code=hold.reason, resume_state="input_review")
        hold.refresh_from_db()
        walk(review.media_viewed, actor=officer, hold=hold, which="file")
        walk(review.hold_ask, actor=officer, hold=hold, text="谁？")
        walk(review.hold_answer, actor=actor_for(berta), hold=hold, text="我")
        if decide is review.hold_lapse:
            walk(decide, actor=actor_for(berta), hold=hold)
        else:  # the decision, the review's record, the job's step
            walk(decide, actor=officer, hold=hold, explanation="看过了", events=3)
