"""The JSON API under /api/v1/handovers/: the page's service, for platforms' programs. Session or bearer token."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.identity.access import IsVerified
from accounts.people.models import User
from accounts.people.services.tokens import JOBS_READ, JOBS_WRITE
from accounts.people.tokens import TokenAuthentication, has_scope
from media_jobs.handover import presenting, views
from media_jobs.handover.selectors import handovers_of

PAGE = 50


class NewHandover(serializers.Serializer[Any]):
    """A file and the user's answer."""

    file = serializers.FileField()
    declared = serializers.BooleanField(help_text="the user says that the content is AI-generated or synthesised")


class _Base(APIView):
    """Verified accounts; a token needs the scope for reading or for changing."""

    authentication_classes = (SessionAuthentication, TokenAuthentication)

    def get_permissions(self) -> list[BasePermission]:
        """See the class."""
        scope = JOBS_READ if self.request.method in SAFE_METHODS else JOBS_WRITE
        return [IsAuthenticated(), has_scope(scope)(), IsVerified()]

    def user(self) -> User:
        """Return the account that asks."""
        return cast("User", self.request.user)


class HandoversApi(_Base):
    """The caller's hand-overs."""

    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(operation_id="handovers_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List the newest."""
        return Response({"handovers": [presenting.as_json(row) for row in handovers_of(self.user())[:PAGE]]})

    @extend_schema(
        operation_id="handovers_create",
        request={"multipart/form-data": NewHandover},
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Decide by Labelling Measures Art. 6 and rewrite the file; 201 also where it is held or nothing is to do."""
        answer = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        declared = answer.get(str(request._request.POST.get("declared", "")).lower())
        made = views.make(request._request, self.user(), declared=declared)
        return Response(presenting.as_json(made), status=status.HTTP_201_CREATED)


class HandoverApi(_Base):
    """One hand-over."""

    @extend_schema(operation_id="handover_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, handover_id: UUID) -> Response:
        """Return what was found, decided and written."""
        return Response(presenting.as_json(views.own(self.user(), handover_id)))


class HandoverFileApi(_Base):
    """Its file."""

    @extend_schema(operation_id="handover_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, handover_id: UUID) -> HttpResponseBase:
        """Hand out the rewritten file, or with ?sidecar=1 what goes beside it."""
        made = views.own(self.user(), handover_id)
        beside = request.query_params.get("sidecar") == "1"
        return views.file_response(self.user(), made, sidecar=beside, log=request.method == "GET")
