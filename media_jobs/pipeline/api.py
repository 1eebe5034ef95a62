"""The JSON API under /api/v1/jobs/: the pages' services, nothing else. Session or bearer token; own jobs only."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.identity.access import IsVerified
from accounts.people.actors import actor_for
from accounts.people.models import User
from accounts.people.services.tokens import JOBS_READ, JOBS_WRITE
from accounts.people.tokens import TokenAuthentication, has_scope
from compliance.audit.actor import Actor
from compliance.consent import services as consent_services
from media_jobs.jobs.models import Job
from media_jobs.jobs.selectors import job_of, jobs_of
from media_jobs.pipeline import errors, services, unlabelling
from media_jobs.pipeline.describing import brief, describe
from media_jobs.pipeline.views import serving
from media_jobs.pipeline.views.actions import proof_of, report_of
from media_jobs.uploads.handlers import file_from
from media_jobs.uploads.selectors import upload_in_role

PAGE = 50


class NewJob(serializers.Serializer[Any]):
    """Begin a draft."""

    engine = serializers.CharField(max_length=40)
    art23_class = serializers.CharField(max_length=20, required=False)
    depicts = serializers.ChoiceField(choices=["none", "persons"], required=False)
    purpose = serializers.CharField(max_length=200, required=False)
    publish = serializers.BooleanField(required=False, default=False)


class NewPerson(serializers.Serializer[Any]):
    """Name one depicted person."""

    role = serializers.CharField(max_length=16)
    name = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=24)
    under_14 = serializers.BooleanField(required=False, default=False)


class Handing(serializers.Serializer[Any]):
    """Hand a draft in; the versions come with the job ("to_acknowledge")."""

    reminder_version = serializers.CharField(max_length=64, required=False, default="")
    inform_version = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class NewUnlabelled(serializers.Serializer[Any]):
    """Ask for a file without its explicit label."""

    purpose = serializers.CharField(max_length=500)
    duty_version = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class OwnJobView(APIView):
    """What every view here shares: who may, and which job."""

    authentication_classes = [SessionAuthentication, TokenAuthentication]
    gates: tuple[type[BasePermission], ...] = ()

    def get_permissions(self) -> list[BasePermission]:
        """A token needs the scope for reading or for changing; then the view's own gates."""
        scope = JOBS_READ if self.request.method in SAFE_METHODS else JOBS_WRITE
        return [IsAuthenticated(), has_scope(scope)(), *(gate() for gate in self.gates)]

    def user(self) -> User:
        """Return the account that asks."""
        return cast("User", self.request.user)

    def actor(self) -> Actor:
        """Return the actor for the log."""
        return actor_for(self.user())

    def job(self, job_id: UUID) -> Job:
        """Return the caller's own job.

        Raises:
            DomainError: pipeline.job_not_found (404), for jobs of others exactly as for none.
        """
        job = job_of(self.user(), job_id)
        if job is None:
            raise errors.job_not_found()
        return job


class GatedView(OwnJobView):
    """A view that submits or hands out: verified accounts only (Provisions Art. 9)."""

    gates = (IsVerified,)


class JobsApi(GatedView):
    """The caller's jobs."""

    @extend_schema(operation_id="jobs_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List the newest jobs, without their details."""
        rows = jobs_of(self.user())[:PAGE]
        return Response({"jobs": [brief(job) for job in rows]})

    @extend_schema(operation_id="jobs_create", request=NewJob, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Begin a draft; declaration and purpose may come at once."""
        data = _valid(NewJob(data=request.data))
        job = services.draft_create(actor=self.actor(), user=self.user(), engine=data["engine"])
        if "art23_class" in data or "depicts" in data:
            job = services.draft_declare(
                actor=self.actor(),
                job=job,
                art23_class=data.get("art23_class", job.art23_class),
                depicts_declared=data.get("depicts", job.depicts_declared),
            )
        if data.get("purpose"):
            consent_services.ask_set(actor=self.actor(), job=job, purpose=data["purpose"], publish=data["publish"])
        return Response(describe(job), status=status.HTTP_201_CREATED)


class JobApi(OwnJobView):
    """One job."""

    @extend_schema(operation_id="job_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Return state, way, files, consents and release."""
        return Response(describe(self.job(job_id)))

    @extend_schema(operation_id="job_discard", responses={204: None})
    def delete(self, request: Request, job_id: UUID) -> Response:
        """Delete a draft with its files."""
        services.draft_discard(actor=self.actor(), job=self.job(job_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class InputApi(GatedView):
    """One input of a draft."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="job_input", request=OpenApiTypes.BINARY, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, job_id: UUID, role: str) -> Response:
        """Receive the file (multipart field "file")."""
        job = self.job(job_id)
        services.input_store(actor=self.actor(), job=job, role=role, file=file_from(request._request))
        return Response(describe(job), status=status.HTTP_201_CREATED)


class DepictedApi(GatedView):
    """Who is depicted."""

    @extend_schema(operation_id="job_depicted", request=NewPerson, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Name a depicted person of one input."""
        job = self.job(job_id)
        data = _valid(NewPerson(data=request.data))
        upload = upload_in_role(job, data["role"])
        if upload is None:
            raise errors.input_missing(data["role"])
        consent_services.depicted_add(
            actor=self.actor(), upload=upload, name=data["name"], phone=data["phone"], under_14=data["under_14"]
        )
        return Response(describe(job), status=status.HTTP_201_CREATED)


class SubmitApi(GatedView):
    """Handing in."""

    @extend_schema(operation_id="job_submit", request=Handing, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Submit the draft, with the versions of the texts that were shown and acknowledged."""
        data = _valid(Handing(data=request.data))
        job = services.job_submit(
            actor=self.actor(),
            user=self.user(),
            job=self.job(job_id),
            acknowledged=services.Acknowledged(data["reminder_version"], data["inform_version"]),
        )
        return Response(describe(job), status=status.HTTP_202_ACCEPTED)


class UnlabelledApi(GatedView):
    """The request to leave the explicit label out (Labelling Measures Art. 9); an officer decides it on the pages."""

    @extend_schema(operation_id="job_unlabelled_request", request=NewUnlabelled, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Ask, with the version of the duty that was shown and accepted ("unlabelled_duty" of the draft)."""
        job = self.job(job_id)
        data = _valid(NewUnlabelled(data=request.data))
        unlabelling.request_make(
            actor=self.actor(),
            user=self.user(),
            job=job,
            purpose=data["purpose"],
            duty_version=data["duty_version"],
        )
        return Response(describe(job), status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="job_unlabelled_withdraw", responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, job_id: UUID) -> Response:
        """Withdraw it; the file gets its label."""
        job = self.job(job_id)
        unlabelling.request_withdraw(actor=self.actor(), job=job)
        return Response(describe(job))


class CancelApi(OwnJobView):
    """Stopping."""

    @extend_schema(operation_id="job_cancel", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel the job."""
        return Response(describe(services.job_cancel(actor=self.actor(), job=self.job(job_id))))


class DownloadApi(GatedView):
    """The labelled file."""

    @extend_schema(operation_id="job_download", responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """Hand out the released, labelled file (404 before release, 410 after a withdrawal).

        Where the format has no place for a label or a signature, a ZIP with the file and its sidecars.
        """
        return serving.released(
            request._request, user=self.user(), job=self.job(job_id), attachment=True, log=request.method == "GET"
        )


class ReportApi(OwnJobView):
    """The conformance report of the release."""

    @extend_schema(operation_id="job_report", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Return what was measured on the released file, each value with its clause."""
        return Response(report_of(self.job(job_id)))


class ProofApi(OwnJobView):
    """The proof of the release."""

    @extend_schema(operation_id="job_proof", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Return the bundle that proves the release event offline."""
        return Response(proof_of(self.job(job_id)))


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
