"""Supply without an explicit label (Labelling Measures Art. 9): who may ask, who may agree, what it never covers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.people.actors import actor_for
from accounts.people.models import User
from compliance.consent import services as consents
from compliance.review import selectors, services
from compliance.review.models import UnlabelledRequest, UnlabelledSupply
from compliance.rules.errors import DomainError
from media_jobs.jobs.models import Job
from media_jobs.pipeline import services as pipeline
from media_jobs.uploads.models import Upload
from tests.events import recorded
from tests.media_jobs.ready import make_ready
from tests.media_jobs.story import ART23_FACES, cast, media, placed_draft, submit
from tests.personas import Personas, personas

__all__ = ["cast", "media", "personas", "recorded"]

pytestmark = pytest.mark.django_db


def ask(job: Job, **changed: Any) -> UnlabelledRequest:
    given = {"purpose": "内部训练素材", "agreement_sha256": "a" * 64, "duty_version": "d" * 64, **changed}
    return services.unlabelled_request(actor=actor_for(job.owner), job=job, applicant=job.owner, **given)


def approve(request: UnlabelledRequest, officer: User) -> UnlabelledRequest:
    return services.unlabelled_approve(
        actor=actor_for(officer), officer=officer, request=request, reason="合同附件，收件人自行标识"
    )


def supplied(cast: Personas, *, days_ago: float = 0) -> UnlabelledSupply:
    request = approve(ask(placed_draft(cast.anna)), cast.officer)
    services.supply_record(
        actor=actor_for(cast.anna), request=request, recipient=cast.anna, sha256="0" * 64, work="work"
    )
    row = UnlabelledSupply.objects.get(request=request)
    UnlabelledSupply.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=days_ago))
    row.refresh_from_db()
    return row


class TestAsking:
    def test_a_request_keeps_applicant_purpose_agreement_duty_and_scope(self, cast: Personas, recorded: Any) -> None:
        job = placed_draft(cast.anna)

        request = ask(job)

        assert (request.applicant, request.purpose, request.state) == (cast.anna, "内部训练素材", "requested")
        assert request.scope == selectors.unlabelled_scope(job)
        (event,) = recorded("unlabelled.requested")
        assert event.public == {"agreement_version": "a" * 64, "duty_version": "d" * 64}
        assert "训练" not in str(event)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"purpose": "  "}, "unlabelled.purpose_missing"),
            ({"purpose": "x" * 501}, "unlabelled.purpose_missing"),
            ({"duty_version": ""}, "unlabelled.duty_missing"),
            ({"agreement_sha256": ""}, "unlabelled.duty_missing"),
        ],
    )
    def test_a_request_without_its_parts_is_refused(self, cast: Personas, changed: dict[str, str], code: str) -> None:
        with pytest.raises(DomainError) as caught:
            ask(placed_draft(cast.anna), **changed)

        assert (caught.value.code, UnlabelledRequest.objects.count()) == (code, 0)

    def test_nobody_asks_for_somebody_else(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        for actor, applicant in ((cast.berta, cast.berta), (cast.berta, cast.anna), (cast.anna, cast.berta)):
            with pytest.raises(DomainError) as caught:
                services.unlabelled_request(
                    actor=actor_for(actor),
                    job=job,
                    applicant=applicant,
                    purpose="x",
                    agreement_sha256="a" * 64,
                    duty_version="d" * 64,
                )
            assert caught.value.code == "unlabelled.not_found"

    def test_a_submitted_job_is_too_late_and_one_request_at_a_time_is_enough(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        ask(job)
        with pytest.raises(DomainError, match="a request for this job already") as twice:
            ask(job)
        late = submit(placed_draft(cast.anna))
        with pytest.raises(DomainError) as caught:
            ask(late)

        assert (twice.value.code, caught.value.code) == ("unlabelled.already_requested", "unlabelled.not_draft")

    def test_never_under_the_eu_theme(self, cast: Personas, settings: Any) -> None:
        job = placed_draft(cast.anna)
        request = ask(job)
        settings.LABEL_THEME = "cn_eu"

        for step in (lambda: ask(placed_draft(cast.anna)), lambda: approve(request, cast.officer)):
            with pytest.raises(DomainError) as caught:
                step()
            assert caught.value.code == "unlabelled.not_under_eu"


class TestPersons:
    """Never for an identifiable person: declared, named, found in a picture, or edited by the engine."""

    def test_declared(self, cast: Personas) -> None:
        self.refused(placed_draft(cast.anna, depicts="persons"))

    def test_found(self, cast: Personas) -> None:
        self.refused(placed_draft(cast.anna, faces=1))

    def test_named(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        consents.depicted_add(
            actor=actor_for(cast.anna), upload=Upload.objects.get(job=job), name="丽莎", phone="+8613911110001"
        )
        self.refused(job)

    def test_edited(self, cast: Personas) -> None:
        self.refused(pipeline.draft_create(actor=actor_for(cast.anna), user=cast.anna, engine="face_blend"))

    def test_not_yet_searched_or_not_yet_there_is_not_nobody(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        Upload.objects.filter(job=job).update(face_count=None)
        self.refused(job, "unlabelled.incomplete")
        Upload.objects.filter(job=job).delete()
        self.refused(job, "unlabelled.incomplete")

    def test_a_person_who_appears_after_the_request_ends_it(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        request = ask(job)
        Job.objects.filter(pk=job.pk).update(depicts_declared="persons")
        with pytest.raises(DomainError) as caught:
            approve(request, cast.officer)

        assert caught.value.code == "unlabelled.person_depicted"

    def refused(self, job: Job, code: str = "unlabelled.person_depicted") -> None:
        with pytest.raises(DomainError) as caught:
            ask(job)
        assert caught.value.code == code


class TestDeciding:
    def test_an_officer_who_is_somebody_else_approves_with_a_reason(self, cast: Personas, recorded: Any) -> None:
        request = ask(placed_draft(cast.anna))

        approve(request, cast.officer)

        assert (request.state, request.approver) == ("approved", cast.officer)
        assert [event.actor for event in recorded("unlabelled.approved")] == [f"officer:{cast.officer.pk}"]

    @pytest.mark.parametrize("seat", ["anna", "berta", "staff", "regulator", "admin1"])
    @pytest.mark.parametrize("decide", [services.unlabelled_approve, services.unlabelled_refuse])
    def test_no_other_seat_decides(self, cast: Personas, seat: str, decide: Callable[..., Any]) -> None:
        request, person = ask(placed_draft(cast.anna)), getattr(cast, seat)
        with pytest.raises(DomainError) as caught:
            decide(actor=actor_for(person), officer=person, request=request, reason="x")

        request.refresh_from_db()
        assert (caught.value.code, request.state) == ("review.officer_only", "requested")

    def test_an_officer_never_decides_their_own_request_and_no_row_can_say_so(self, cast: Personas) -> None:
        request = ask(placed_draft(make_ready(cast.officer, number=2)))
        with pytest.raises(DomainError) as caught:
            approve(request, cast.officer)

        assert caught.value.code == "review.own_job"
        with pytest.raises(IntegrityError), transaction.atomic():
            UnlabelledRequest.objects.filter(pk=request.pk).update(
                state="approved", approver=cast.officer, decided_at=timezone.now()
            )

    @pytest.mark.parametrize("decide", [services.unlabelled_approve, services.unlabelled_refuse])
    def test_a_decision_has_a_reason_and_happens_once(self, cast: Personas, decide: Callable[..., Any]) -> None:
        request = ask(placed_draft(cast.anna))
        call = {"actor": actor_for(cast.officer), "officer": cast.officer, "request": request}
        with pytest.raises(DomainError) as caught:
            decide(**call, reason=" ")
        assert caught.value.code == "review.explanation_needed"

        decide(**call, reason="x")
        with pytest.raises(DomainError) as again:
            services.unlabelled_refuse(**call, reason="x")
        assert again.value.code == "unlabelled.already_decided"

    def test_other_files_or_declarations_are_not_covered(self, cast: Personas) -> None:
        job = placed_draft(cast.anna)
        request = ask(job)
        Upload.objects.filter(job=job).update(sha256="f" * 64)
        with pytest.raises(DomainError) as before:
            approve(request, cast.officer)
        other = placed_draft(cast.anna)
        approve(ask(other), cast.officer)
        Job.objects.filter(pk=other.pk).update(art23_class=ART23_FACES)
        other.refresh_from_db()
        with pytest.raises(DomainError) as after:
            selectors.unlabelled_approved(other)

        assert before.value.code == after.value.code == "unlabelled.scope_changed"

    def test_only_the_applicant_withdraws(self, cast: Personas) -> None:
        request = approve(ask(placed_draft(cast.anna)), cast.officer)
        for person in (cast.berta, cast.officer, cast.staff):
            with pytest.raises(DomainError) as caught:
                services.unlabelled_withdraw(actor=actor_for(person), request=request)
            assert caught.value.code == "unlabelled.not_found"

        services.unlabelled_withdraw(actor=actor_for(cast.anna), request=request)

        assert selectors.unlabelled_approved(request.job) is None


class TestKeeping:
    """Who received the file: at least six months, counted as 184 days from the supply."""

    @pytest.mark.parametrize("days", [0, 100, 183.9])
    def test_a_young_record_cannot_be_deleted_by_any_way(self, cast: Personas, days: float) -> None:
        row = supplied(cast, days_ago=days)

        for way in (
            row.delete,
            UnlabelledSupply.objects.all().delete,
            row.request.delete,
            cast.anna.delete,
            row.request.job.delete,
        ):
            with pytest.raises(ProtectedError), transaction.atomic():
                way()
        assert services.supplies_forget(actor=actor_for(cast.admin1)) == 0
        later = timezone.now() + timedelta(days=400)
        assert services.supplies_forget(actor=actor_for(cast.admin1), now=later) == 0
        assert UnlabelledSupply.objects.count() == 1

    def test_an_old_record_goes_with_its_event(self, cast: Personas, recorded: Any) -> None:
        supplied(cast, days_ago=184.1)

        assert services.supplies_forget(actor=actor_for(cast.admin1)) == 1
        assert not UnlabelledSupply.objects.exists()
        assert [event.public for event in recorded("unlabelled.supplies_forgotten")] == [{"count": 1}]

    def test_nothing_is_supplied_under_a_request_that_does_not_stand(self, cast: Personas) -> None:
        request = ask(placed_draft(cast.anna))
        with pytest.raises(DomainError):
            services.supply_record(
                actor=actor_for(cast.anna), request=request, recipient=cast.anna, sha256="0" * 64, work="w"
            )

        assert not UnlabelledSupply.objects.exists()


def withdraw(cast: Personas, request: UnlabelledRequest) -> None:
    services.unlabelled_withdraw(actor=actor_for(cast.anna), request=request)


def refuse(cast: Personas, request: UnlabelledRequest) -> None:
    services.unlabelled_refuse(actor=actor_for(cast.officer), officer=cast.officer, request=request, reason="x")


@pytest.mark.parametrize(
    ("event", "write"),
    [
        ("unlabelled.withdrawn", withdraw),
        ("unlabelled.approved", lambda cast, request: approve(request, cast.officer)),
        ("unlabelled.refused", refuse),
    ],
)
def test_every_step_has_its_one_event_and_a_rollback_takes_it_along(
    cast: Personas, recorded: Any, event: str, write: Callable[[Personas, UnlabelledRequest], Any]
) -> None:
    request = ask(placed_draft(cast.anna))
    with transaction.atomic():
        write(cast, request)
        transaction.set_rollback(True)
    assert recorded(event) == []
    request.refresh_from_db()
    assert request.state == "requested"

    write(cast, request)

    assert len(recorded(event)) == 1
