"""Every address, from every seat, pointed at somebody else's things. A new address without a line here is a failure."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.identity.models import Verification
from accounts.people.actors import actor_for
from accounts.people.models import User
from accounts.people.services import invitations, regulators, tokens
from compliance.audit.actor import system
from compliance.audit.models import Pending
from compliance.consent import services as consents
from compliance.review import services as reviews
from media_jobs.handover import services as handover
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import State
from media_jobs.uploads.models import Upload
from tests.media_jobs.story import cast, media, picture, placed_draft, placed_release, submit
from tests.personas import CommittingClient, Outbox, Personas, client_for

__all__ = ["cast", "media"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ANYBODY = {"nobody", "user", "staff", "officer", "regulator", "admin"}
ACCOUNTS = ANYBODY - {"nobody"}
USERS, STAFF, OFFICER, ADMIN = {"user"}, {"staff", "admin"}, {"officer"}, {"admin"}
NONE: set[str] = set()

# Address -> seats that get something there when the thing behind it is anna's (or anybody's, where seats serve all).
_LINES: tuple[tuple[set[str], str], ...] = (
    (
        ANYBODY,
        (
            "set_language account_login account_logout account_inactive account_signup home invitation audit_log "
            "audit_vkey audit_verifier consent:manage consent:leave consent:code consent:code_again rules "
            "convention agreement privacy intended_use api_schema verify verify_number verify_proof api_verify "
            "api_verify_number aigc_keys"
        ),
    ),
    (
        ACCOUNTS,
        (
            "account_confirm_login_code account_verify_phone account_change_phone account_email "
            "account_email_verification_sent account account_profile account_export account_end_sessions "
            "token_issue invitation_accept identity identity_mobile_send identity_channel policies jobs"
        ),
    ),
    (
        USERS,
        "organisation organisation_create job_new api_jobs handovers api_handovers",
    ),
    (
        STAFF,
        (
            "invitations invitation_send invitation_resend invitation_revoke staff staff_invite staff_account "
            "staff_remind staff_reset staff_release staff_resend staff_revoke"
        ),
    ),
    (
        OFFICER,
        (
            "holds hold hold_release hold_reject hold_ask hold_media api_events unlabelled_requests "
            "unlabelled_request unlabelled_approve unlabelled_refuse"
        ),
    ),
    (
        OFFICER | ADMIN,
        "switches trail_entry trail_proof",
    ),
    # A regulator without an order is sent to enter one.
    (
        OFFICER | ADMIN | {"regulator"},
        "trail",
    ),
    (
        OFFICER | STAFF,
        "services",
    ),
    (
        ADMIN,
        "admin_desk appointment_propose appointment appointment_open appointment_decline",
    ),
    (
        {"regulator"},
        "regulator",
    ),
    # Somebody else's, or nothing there yet.
    (
        NONE,
        (
            "token_revoke organisation_invite organisation_leave identity_result audit_checkpoint audit_tile "
            "consent:unsilence consent:request consent:picture consent:receipt consent:receipt_json "
            "consent:revoke consent:link consent:person_add consent:person_remove consent:ask_set consent:rows "
            "service_switch upload_thumb job job_progress job_input job_input_remove job_declare job_submit "
            "job_discard job_cancel job_retry job_duplicate job_withdraw job_answer job_download job_picture "
            "job_proof api_job api_job_input api_job_depicted api_job_submit api_job_cancel api_job_download "
            "trail_report api_job_proof api_job_report api_job_unlabelled job_report job_unlabelled "
            "job_unlabelled_withdraw handover handover_file handover_sidecar api_handover api_handover_file"
        ),
    ),
)
OPEN: dict[str, set[str]] = {name: seats for seats, line in _LINES for name in line.split()}


def names(resolver: Any = None, space: str = "") -> list[str]:
    """Return the name of every address of the platform."""
    found: list[str] = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found += names(entry, inner)
        elif isinstance(entry, URLPattern):
            found.append(f"{space}{entry.name}")
    return found


@pytest.fixture
def things(cast: Personas, outbox: Outbox) -> dict[str, Any]:
    """Something of anna's for every argument that an address takes."""
    anna, actor = cast.anna, actor_for(cast.anna)
    draft = placed_draft(anna, faces=1, depicts="persons")
    upload = Upload.objects.get(job=draft)
    person = consents.depicted_add(actor=actor, upload=upload, name="丽莎", phone="+8613911110051")
    consents.ask_set(actor=actor, job=draft, purpose="海报", publish=False)
    released = placed_release(anna)
    asked = reviews.unlabelled_request(
        actor=actor,
        job=placed_draft(anna),
        applicant=anna,
        purpose="x",
        agreement_sha256="a" * 64,
        duty_version="d" * 64,
    )
    handed_over = handover.handover_make(actor=actor, user=anna, file=picture(), declared=False)
    held = submit(placed_draft(anna))
    hold = reviews.hold_open(actor=system("pipeline"), job=held, phase="input", reason="review.face_not_declared")
    Job.objects.filter(pk=held.pk).update(state=State.HELD, reason_code=hold.reason, resume_state=State.INPUT_REVIEW)
    appointment = regulators.regulator_propose(
        actor=actor_for(cast.admin2),
        administrator=cast.admin2,
        authority="cac",
        region="福建",
        letter_number="1",
        letter_reference="档案",
        holder_name="林某",
        holder_phone="+8613911110052",
    )
    token, _secret = tokens.token_issue(actor=actor, user=anna, label="x", scopes=["jobs.read"])
    invitation = invitations.invitation_send(actor=actor_for(cast.admin1), inviter=cast.admin1, phone="13911110053")
    return {
        "job_id": released.pk,
        "draft": draft.pk,
        "upload_id": upload.pk,
        "person_id": person.pk,
        "request_id": uuid4(),
        "receipt_no": "20261122-ABCD-EFGH-JKMN",
        "hold_id": hold.pk,
        "unlabelled_id": asked.pk,
        "handover_id": handed_over.pk,
        "which": "file",
        "role": "file",
        "key": "mobile",
        "token_id": token.pk,
        "token": "A" * 32,
        "invitation_id": invitation.pk,
        "appointment_id": appointment.pk,
        "verification_id": Verification.objects.filter(user=anna).latest("created_at").pk,
        "account_id": anna.pk,
        "kind": "resident_id",
        "service_id": 999_999,
        "event_id": Pending.objects.latest("event_id").event_id,
        "produce_id": released.work.produce_id,
        "pk": 999_999,
        "level": "0",
        "path": "000",
    }


def addresses(things: dict[str, Any]) -> list[tuple[str, str]]:
    """Return every address with its name, filled with anna's things; a job's addresses for her draft too."""
    found = []
    resolver = get_resolver()
    for name in names():
        space, _, bare = name.rpartition(":")
        inner = resolver
        for part in filter(None, space.split(":")):
            inner = inner.namespace_dict[part][1]
        arguments = inner.reverse_dict.getlist(bare)[0][0][0][1]
        given = {argument: things[argument] for argument in arguments}
        found.append((name, reverse(name, kwargs=given)))
        if "job_id" in given:
            found.append((name, reverse(name, kwargs={**given, "job_id": things["draft"]})))
    return found


def is_closed(answer: Any) -> bool:
    """Whether the answer gives away nothing: refused, not found, or sent to prove who one is."""
    if answer.status_code in {401, 403, 404, 405, 415}:
        return True
    to = answer.headers.get("Location", "")
    return answer.status_code == 302 and to.startswith(("/accounts/login/", "/c/manage/?next="))


def client_of(seat: str, cast: Personas) -> Client:
    """Return a browser of that seat; the user is a verified one who accepted the texts, but not the things' owner."""
    people = {"user": "berta", "staff": "staff", "officer": "officer", "regulator": "regulator", "admin": "admin1"}
    if seat == "nobody":
        return CommittingClient()
    # As it is now: logging out everywhere, one of the addresses, ends the sessions of what was read before.
    return client_for(User.objects.get(pk=getattr(cast, people[seat]).pk))


@pytest.mark.parametrize("seat", sorted(ANYBODY))
def test_nobody_gets_further_than_the_seat(seat: str, cast: Personas, things: dict[str, Any]) -> None:
    entered = set()
    for name, address in addresses(things):
        for method in ("get", "post"):
            # A fresh browser each time: what one address does to a session must not open the next.
            answer = getattr(client_of(seat, cast), method)(address)
            if answer.streaming:  # read to its end: the client then closes the file, and only the file
                b"".join(answer.streaming_content)
            assert answer.status_code < 500, (method, address, answer.status_code)
            if not is_closed(answer):
                entered.add(name)

    assert entered == {name for name, seats in OPEN.items() if seat in seats}


def test_every_address_has_its_line() -> None:
    assert set(names()) == set(OPEN)
